// SPDX-License-Identifier: Apache-2.0
// How long bursts took, in the counters of their worker.
#include <catch2/catch.hpp>

#include "conversation.h"
#include "latency_meter.h"

using namespace bulkhead;
using namespace bulkhead::test;
using dataplane::BurstTime;
using dataplane::LatencyMeter;
using telemetry::LatencyCounters;

namespace {

uint64_t packets_in(const LatencyCounters& counters) {
  uint64_t all = 0;
  for (const auto& bucket : counters.packets) all += bucket.load();
  return all;
}

}  // namespace

TEST_CASE("latency: a burst's packets count in the bucket of its time, by the counter's frequency",
          "[dataplane][latency]") {
  struct Row {
    uint64_t hz, cycles;
    size_t bucket;
  };
  const auto row = GENERATE(values<Row>({
      {1'000'000'000, 0, 0},
      {1'000'000'000, 256, 0},
      {1'000'000'000, 257, 1},
      {1'000'000'000, 512, 1},
      {2'000'000'000, 1024, 1},
      {2'000'000'000, 1028, 2},
      {1'000'000'000, 1u << 30, 22},
      {1'000'000'000, (1u << 30) + 1, 23},
      {3'000'000'000, UINT64_MAX, 23},
  }));
  CAPTURE(row.hz, row.cycles);
  LatencyCounters counters{};
  LatencyMeter(row.hz).count(counters, BurstTime{row.cycles, 7});
  CHECK(counters.packets[row.bucket].load() == 7);
  CHECK(packets_in(counters) == 7);
}

TEST_CASE("latency: the sum is the time of each packet", "[dataplane][latency]") {
  LatencyCounters counters{};
  const LatencyMeter meter(2'000'000'000);
  meter.count(counters, BurstTime{4000, 3});
  meter.count(counters, BurstTime{2000, 1});
  meter.count(counters, BurstTime{9000, 0});
  CHECK(counters.sum_ns.load() == 3 * 2000 + 1000);
}

TEST_CASE("latency: what was sent is counted once, in its pipeline; what was dropped is not",
          "[dataplane][latency]") {
  TestGateway gw{{}};
  gw.apply(plant());
  Speaker hmi(gw, TestGateway::kZone0, kHmi, kNearPlc);
  const Bytes good = hmi.says(udp(1234, 5000), {1, 2, 3});
  const Bytes bad = hmi.says(udp(1234, 4999), {1, 2, 3});
  for (const Bytes& frame : {good, bad, good}) gw.put(TestGateway::kZone0, frame);
  gw.poll();
  REQUIRE(gw.sent(TestGateway::kZone1).size() == 2);
  REQUIRE(gw.drops(DropReason::kNoRelationship) == 1);
  CHECK(packets_in(gw.counters[0].zone_latency) == 2);
  CHECK(gw.counters[0].zone_latency.sum_ns.load() != 0);
  CHECK(packets_in(gw.counters[0].mesh_latency) == 0);
  CHECK(gw.counters[0].flows_capacity.load() == 256);
}

TEST_CASE("latency: packets handed to another worker count where they are sent",
          "[dataplane][latency]") {
  GatewayOptions options;
  options.workers = 2;
  TestGateway gw{options};
  gw.apply(plant());
  Speaker hmi(gw, TestGateway::kZone0, kHmi, kNearPlc);
  for (uint16_t port = 1000; port < 1016; ++port)
    gw.put(TestGateway::kZone0, hmi.says(udp(port, 5000), {1, 2, 3}));
  gw.poll();
  REQUIRE(gw.sent(TestGateway::kZone1).size() == 16);
  REQUIRE(gw.counters[1].handover_received.load() != 0);
  CHECK(packets_in(gw.counters[0].zone_latency) + packets_in(gw.counters[1].zone_latency) == 16);
  CHECK(packets_in(gw.counters[1].zone_latency) == gw.counters[1].handover_received.load());
}
