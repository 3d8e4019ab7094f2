// SPDX-License-Identifier: Apache-2.0
#include "flow_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "table/flow_table.h"
#include "table/inspector_pool.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

double megabytes(uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

std::string row(const Stack& stack, uint64_t flows) {
  const InspectedFlowMemory one = memory_of(stack);
  return fmt::format("  {:30} {:4} {:>8} {:>8} {:>8} {:>8} {:>9.1f}\n", protocols_of(stack),
                     stack.protocol == wire::ip_protocol::kTcp ? "tcp" : "udp", one.record,
                     one.apart, one.rings, one.total(), megabytes(flows * one.total()));
}

}  // namespace

std::string protocols_of(const Stack& stack) {
  std::string out;
  for (unsigned i = 1; i < wire::kAppCount; ++i) {
    const auto app = static_cast<wire::App>(i);
    if (wire::stack_of(app) != stack.app) continue;
    if (!out.empty()) out += ", ";
    out += to_string(app);
  }
  return out;
}

std::string flow_memory_text(const DataplaneConfig& config) {
  const uint64_t flows = config.flows_per_worker, inspected = config.inspected_flows_per_worker;
  std::string out =
      fmt::format("{:37} {:>8} {:>8} {:>8} {:>8} {:>9}\n", "inspected flow, bytes:", "record",
                  "apart", "rings", "sum", "all, MB");
  uint64_t most = 0;
  for (const Stack& stack : stacks()) {
    const InspectedFlowMemory one = memory_of(stack);
    out += row(stack, inspected);
    most = std::max<uint64_t>(most, one.total());
  }
  return out + fmt::format(
                   "each worker ({} here):\n"
                   "  {} flows of {} bytes: {:.1f} MB\n"
                   "  {} inspected flows: {:.1f} MB if all are of the largest stack;\n"
                   "  {:.1f} MB are reserved, of which pages that were never used take no memory\n",
                   config.workers, flows, FlowTable::bytes_per_flow(),
                   megabytes(flows * FlowTable::bytes_per_flow()), inspected,
                   megabytes(inspected * most), megabytes(inspected * reserved_for_one().total()));
}

}  // namespace bulkhead::dataplane
