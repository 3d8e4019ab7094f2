// SPDX-License-Identifier: Apache-2.0
// What a flow's memory is said to be, is what the pool takes; and docs/dataplane_config.md says it.
#include "flow_memory.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <set>

#include "table/inspector_pool.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

std::string markdown_row(const Stack& stack) {
  const InspectedFlowMemory one = memory_of(stack);
  std::string row = "| " + protocols_of(stack) + " | ";
  row += stack.protocol == wire::ip_protocol::kTcp ? "tcp" : "udp";
  for (const size_t bytes : {one.record, one.apart, one.rings, one.total()})
    row += " | " + std::to_string(bytes);
  return row + " |";
}

// The rows behind "| protocols |".
std::set<std::string> documented_rows() {
  std::ifstream document(BULKHEAD_SOURCE_ROOT "/docs/dataplane_config.md");
  std::set<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("| protocols |")) {
      inside = true;
      continue;
    }
    if (!line.starts_with("|")) inside = false;
    if (inside && !line.starts_with("|---")) rows.insert(line);
  }
  return rows;
}

// Megabytes of a thousand flows.
std::string thousand_of(uint64_t bytes) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f", static_cast<double>(bytes) / 1e3);
  return out;
}

}  // namespace

TEST_CASE("memory: docs/dataplane_config.md says what an inspected flow of each stack takes",
          "[dataplane][memory]") {
  std::set<std::string> rows;
  for (const Stack& stack : stacks()) rows.insert(markdown_row(stack));
  CHECK(documented_rows() == rows);
}

TEST_CASE("memory: two flows of a stack lie exactly as far from each other as one is said to take",
          "[dataplane][memory]") {
  for (const Stack& stack : stacks()) {
    InspectorPool pool(2);
    Inspector& first = pool.at(pool.acquire(stack));
    Inspector& second = pool.at(pool.acquire(stack));
    const InspectedFlowMemory one = memory_of(stack);
    const auto between = [](const void* a, const void* b) {
      return static_cast<size_t>(static_cast<const uint8_t*>(b) - static_cast<const uint8_t*>(a));
    };
    CHECK(between(&first, &second) == one.record);
    CHECK(between(first.rest, second.rest) == one.apart + one.rings);
    CHECK(first.streams[0].ring.capacity() + first.streams[1].ring.capacity() == one.rings);
    CHECK(one.record >= Inspector::kStateAt + stack.bytes);
    CHECK(one.apart >= sizeof(InspectorRest) + stack.apart);
    CHECK(pool.acquire(stack) == kNoInspector);  // and there are never more
  }
}

TEST_CASE("memory: every protocol that is inspected is named once per transport",
          "[dataplane][memory]") {
  std::set<std::string> named;
  for (const Stack& stack : stacks()) {
    CHECK_FALSE(protocols_of(stack).empty());
    CHECK(named.insert(protocols_of(stack) + std::to_string(stack.protocol)).second);
  }
}

TEST_CASE("memory: the check prints a row per stack and what the configured numbers come to",
          "[dataplane][memory]") {
  DataplaneConfig config;
  config.workers = 3;
  config.inspected_flows_per_worker = 1000;
  const std::string text = flow_memory_text(config);
  uint64_t most = 0;
  for (const Stack& stack : stacks()) {
    const uint64_t one = memory_of(stack).total();
    most = std::max(most, one);
    CHECK_THAT(text, Catch::Matchers::Contains(protocols_of(stack)));
    CHECK_THAT(text, Catch::Matchers::Contains(" " + std::to_string(one) + " "));
    CHECK_THAT(text, Catch::Matchers::Contains(" " + thousand_of(one) + "\n"));
  }
  CHECK_THAT(text, Catch::Matchers::Contains("each worker (3 here)"));
  CHECK_THAT(text, Catch::Matchers::Contains("1000 inspected flows: " + thousand_of(most) + " MB"));
}

}  // namespace bulkhead::dataplane
