// SPDX-License-Identifier: Apache-2.0
// Memory: of one flow, and of a server with its default configuration.
//
//   flow_memory [--flows N] [--requests N] [--relationships N]
//
// Two rows.
//
// Modbus flows: N connections, each opened and asked and answered --requests times, through a pair
// of gateways. "table_bytes_per_flow" is the flow table's part, "configured_..." what inspection of
// such a flow may take at most (docs/dataplane_config.md), "touched_..." what it really took: its
// record, where those are touched at start, and how much this process' resident set grew, by flow
// and gateway; pages are touched whole. Void unless every request was inspected and answered.
//
// The server: everything that a dataplane with the default start-up file makes at its start is
// made, as its run time does it, and what it touches is counted; to that come the memory that DPDK
// is told to take for packets, and the signed image of --relationships. "full_bytes": the same with
// the flow table and, at what a Modbus flow touched, all inspected flows in use; "bound_bytes": all
// of them of the largest protocol stack and touched to the last byte, which reserves but never
// takes. Programs, libraries and the control process are not in here.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "dataplane_config.h"
#include "handover_rings.h"
#include "host/eal_arguments.h"
#include "host/host_facts.h"
#include "inspect/stack.h"
#include "pipeline/modbus_sessions.h"
#include "pipeline/pair.h"
#include "support/arguments.h"
#include "support/memory_use.h"
#include "table/inspector_pool.h"
#include "table/io_connections.h"
#include "table/operation_limits.h"
#include "telemetry/segment.h"
#include "wire/protocol_numbers.h"

namespace {

using namespace bulkhead;
using bench::Plant, bench::Report;
using dataplane::DataplaneConfig;

constexpr uint32_t kBatch = dataplane::Burst::kCapacity;
constexpr uint32_t kWarm =
    64;  // flows before the measuring begins, so that code and pools are there
constexpr uint32_t kHandoverPackets = 1024;  // dataplane/dpdk/runtime.cpp
constexpr double kMegabyte = 1024.0 * 1024.0;

double per(uint64_t bytes, uint64_t flows) {
  return static_cast<double>(bytes) / static_cast<double>(flows);
}

class Conversation {
 public:
  Conversation(const Plant& plant, bench::Pair& pair)
      : pair_(pair), sessions_(plant, bench::kZoneMac, bench::kPeerZoneMac) {}

  // Opens the flows from `first` and asks each of them.
  void have(uint32_t first, uint32_t end, uint32_t requests) {
    for (; first < end; first += kBatch) {
      const uint32_t last = std::min(end, first + kBatch);
      there(first, last, [&](uint32_t f) { return sessions_.syn(f); });
      back(first, last, [&](uint32_t f) { return sessions_.syn_ack(f); });
      there(first, last, [&](uint32_t f) { return sessions_.ack(f); });
      for (uint32_t i = 0; i < requests; ++i) {
        there(first, last, [&](uint32_t f) { return sessions_.request(f); });
        back(first, last, [&](uint32_t f) { return sessions_.response(f); });
      }
    }
  }
  [[nodiscard]] uint64_t sent() const { return sent_; }
  [[nodiscard]] uint64_t arrived() const { return arrived_; }

 private:
  template <typename Frame>
  void there(uint32_t first, uint32_t last, Frame&& frame) {
    for (uint32_t f = first; f < last; ++f) sent_ += pair_.from_client(frame(f)) ? 1 : 0;
    pair_.poll_a();
    pair_.poll_b();
    arrived_ += pair_.reached_servers();
  }
  template <typename Frame>
  void back(uint32_t first, uint32_t last, Frame&& frame) {
    for (uint32_t f = first; f < last; ++f) sent_ += pair_.from_server(frame(f)) ? 1 : 0;
    pair_.poll_b();
    pair_.poll_a();
    arrived_ += pair_.reached_clients();
  }

  bench::Pair& pair_;
  bench::ModbusSessions sessions_;
  uint64_t sent_ = 0, arrived_ = 0;
};

// Of a flow, beside its place in the table.
struct Touched {
  double at_start = 0;
  double grown = 0;
  bool valid = false;
};

Touched modbus_flows(uint32_t flows, uint32_t relationships, uint32_t requests) {
  const Plant plant({flows, relationships});
  bench::Pair pair(plant,
                   {.flows = {.flows = 65536, .share_percent = 100}, .inspected_flows = flows});
  Conversation conversation(plant, pair);
  conversation.have(0, kWarm, requests);
  const uint64_t before = bench::resident_bytes();
  conversation.have(kWarm, flows, requests);
  const uint64_t after = bench::resident_bytes();
  const uint64_t grown = after - std::min(before, after);

  const auto* stack = dataplane::stack_for(wire::App::kModbus, wire::ip_protocol::kTcp);
  const dataplane::InspectedFlowMemory most = dataplane::memory_of(*stack);
  const double table = dataplane::FlowTable::bytes_per_flow();
  Touched out;
  out.at_start = most.record == dataplane::kDense ? static_cast<double>(most.record) : 0;
  out.grown = per(grown, uint64_t{2} * (flows - kWarm));
  const double touched = out.at_start + out.grown;
  Report report;
  report.name = "1w-memory-modbus-" + name_of(plant.size()) + "-memory";
  report.packets = conversation.sent();
  report.extra = {{"flows", flows},
                  {"requests_per_flow", requests},
                  {"table_bytes_per_flow", table},
                  {"configured_inspection_bytes_per_flow", static_cast<double>(most.total())},
                  {"configured_bytes_per_flow", table + static_cast<double>(most.total())},
                  {"touched_inspection_bytes_per_flow", touched},
                  {"touched_bytes_per_flow", table + touched}};
  report.claim(pair.a().drops() == 0, "gw-a dropped: " + pair.a().drops_text());
  report.claim(pair.b().drops() == 0, "gw-b dropped: " + pair.b().drops_text());
  report.claim(conversation.sent() == conversation.arrived(), "not every frame arrived");
  for (const bench::Rig* rig : {&pair.a(), &pair.b()}) {
    report.claim(rig->counters().operations_allowed.load() == uint64_t{flows} * requests,
                 "not every request was inspected");
    report.claim(rig->counters().flows_live.load() == flows, "other flows than expected");
  }
  report.claim(touched > 0, "nothing was touched");
  bench::print(report);
  out.valid = report.valid;
  return out;
}

// What dataplane/dpdk/runtime.cpp makes, but for ports and packets.
struct Server {
  explicit Server(const DataplaneConfig& config)
      : limits(config.rate_limits, config.point_values, 1),
        io(config.io_connections, 1),
        handover(static_cast<uint16_t>(config.workers), kHandoverPackets),
        epochs(config.workers),
        pool(kBatch) {
    auto made = telemetry::Segment::create({.workers = config.workers,
                                            .event_ring = config.event_ring,
                                            .flow_ring = config.flow_ring,
                                            .zone_stages = dataplane::ZonePipeline::kNames,
                                            .mesh_stages = dataplane::MeshPipeline::kNames,
                                            .ports = {}});
    if (!made) return;
    segment = std::make_unique<telemetry::Segment>(std::move(made).value());
    for (uint16_t i = 0; i < config.workers; ++i) add_worker(config, i);
  }

  dataplane::OperationLimits limits;
  dataplane::IoConnections io;
  dataplane::Handover handover;
  SystemClock clock;
  sync::Published<dataplane::Snapshot> published;
  sync::Epochs epochs;
  bench::BufferPool pool;
  std::unique_ptr<telemetry::Segment> segment;
  std::vector<std::unique_ptr<dataplane::EventRing>> rings;
  std::vector<std::unique_ptr<dataplane::FlowRing>> flow_rings;
  std::vector<std::unique_ptr<dataplane::Worker>> workers;

 private:
  void add_worker(const DataplaneConfig& config, uint16_t index) {
    auto ring = segment->event_producer(index);
    auto flow_ring = segment->flow_producer(index);
    if (!ring || !flow_ring) return;
    rings.push_back(std::make_unique<dataplane::EventRing>(std::move(ring).value()));
    flow_rings.push_back(std::make_unique<dataplane::FlowRing>(std::move(flow_ring).value()));
    dataplane::WorkerSetup setup;
    setup.index = index;
    setup.workers = static_cast<uint16_t>(config.workers);
    setup.pool = &pool;
    setup.clock = &clock;
    setup.published = &published;
    setup.epochs = &epochs;
    setup.counters = &segment->counters(index);
    setup.events = rings.back().get();
    setup.flow_records = flow_rings.back().get();
    setup.handover = &handover;
    setup.flows = {.flows = config.flows_per_worker, .share_percent = config.flow_share_percent};
    setup.inspected_flows = config.inspected_flows_per_worker;
    setup.scanned_flows = config.scanned_flows_per_worker;
    setup.limits = &limits;
    setup.io = &io;
    setup.seed = 1;
    workers.push_back(std::make_unique<dataplane::Worker>(setup));
  }
};

// What EAL is told to take, as without huge pages; 0: it was not told.
double packet_megabytes(const DataplaneConfig& config) {
  const auto eal = dataplane::eal_arguments(config, {.cpus = {0}, .free_hugepage_bytes = 0}, 1);
  if (!eal) return 0;
  const auto& words = eal.value().arguments;
  const auto found = std::ranges::find(words, "-m");
  return found == words.end() || found + 1 == words.end() ? 0 : std::stod(*(found + 1));
}

// Two of af_packet with the default mtu.
DataplaneConfig default_config() {
  DataplaneConfig config;
  config.ports.resize(2);
  config.ports[1].role = dataplane::PortRole::kMesh;
  return config;
}

bool server(uint32_t relationships, const Touched& flow) {
  const DataplaneConfig config = default_config();
  const Plant plant({1, relationships});
  const uint64_t before = bench::resident_bytes();
  const bench::Gateway gateway(plant, bench::kOwnGateway,
                               {bench::zone_port(bench::kZoneMac),
                                bench::mesh_port(bench::kOwnGateway, bench::kOwnMeshMac)});
  const uint64_t server_before = bench::resident_bytes();
  const auto server = std::make_unique<Server>(config);
  const auto made = static_cast<double>(bench::resident_bytes() - server_before);
  // The policy's heap beside the image is control's affair.
  const auto image = static_cast<double>(gateway.image_bytes());
  const double packets = packet_megabytes(config) * kMegabyte;
  const double inspected = static_cast<double>(config.workers) * config.inspected_flows_per_worker;
  uint64_t largest = 0;
  for (const auto& stack : dataplane::stacks())
    largest = std::max<uint64_t>(largest, dataplane::memory_of(stack).total());
  const double start = made + packets + image;
  Report report;
  report.name = "1w-memory-default_server-" + std::to_string(relationships) + "_rel";
  report.packets = server->workers.size();
  report.extra = {{"workers", config.workers},
                  {"flows_per_worker", config.flows_per_worker},
                  {"inspected_flows_per_worker", config.inspected_flows_per_worker},
                  {"made_at_start_bytes", made},
                  {"packet_memory_bytes", packets},
                  {"image_bytes", image},
                  {"start_bytes", start},
                  {"full_bytes", start + inspected * flow.grown},
                  {"bound_bytes", start + inspected * static_cast<double>(largest)},
                  {"compiling_resident_bytes", static_cast<double>(server_before - before)}};
  report.claim(server->workers.size() == config.workers, "the server could not be made");
  report.claim(packets > 0, "EAL was told no memory");
  report.claim(flow.valid, "what a flow touches is not known");
  report.claim(
      made > static_cast<double>(config.flows_per_worker) * dataplane::FlowTable::bytes_per_flow(),
      "the flow table is not there");
  bench::print(report);
  return report.valid;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv, {{"flows", "8192"}, {"requests", "1"}, {"relationships", "1000"}},
      "usage: flow_memory [--flows N] [--requests N] [--relationships N]\n");
  const uint32_t relationships = arguments.number("relationships", 1, 100'000);
  const Touched touched = modbus_flows(arguments.number("flows", 2 * kWarm, 60'000), relationships,
                                       arguments.number("requests", 1, 1000));
  return server(relationships, touched) ? 0 : 1;
}
