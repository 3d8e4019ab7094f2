// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

struct Inspected : TestGateway {
  explicit Inspected(const PlantPolicy& policy = {}, const GatewayOptions& o = {})
      : TestGateway(o) {
    apply(plant(policy));
    REQUIRE(c.open());
  }
  LocalConversation c{*this};
  uint64_t allowed() const { return counters[0].operations_allowed.load(); }
  uint64_t refused() const { return counters[0].operations_refused.load(); }
};

PlantPolicy dropping() {
  PlantPolicy p;
  p.refuse_with = "drop";
  return p;
}

}  // namespace

TEST_CASE("inspect: a value outside the range is value_out_of_range, T0836",
          "[dataplane][inspect]") {
  Inspected gw;
  REQUIRE(gw.c.client(gw.c.client_data(write_register(100, 1500))));
  CHECK(gw.c.client_fate(gw.c.client_data(write_register(100, 1501))) ==
        DropReason::kValueOutOfRange);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].technique == 836);
  CHECK(events[0].value == 1501);
  CHECK(events[0].point_first == 100);
}

TEST_CASE(
    "inspect: of several registers the event names the one that is out of range, and its value",
    "[dataplane][inspect]") {
  Inspected gw;
  const Bytes write = modbus_adu(1, 1, {16, 0, 100, 0, 3, 6, 0, 1, 0, 2, 5, 221});
  CHECK(gw.c.client_fate(gw.c.client_data(write)) == DropReason::kValueOutOfRange);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].value == 1501);
  CHECK(events[0].point_first == 102);
  CHECK(events[0].point_last == 102);
  CHECK(events[0].point_access == static_cast<uint8_t>(wire::OperationClass::kWrite));
  CHECK(events[0].limit == telemetry::Limit{0, 1500, telemetry::LimitKind::kValue});
}

TEST_CASE("inspect: a read and write whose write alone is refused, names what it writes",
          "[dataplane][inspect]") {
  Inspected gw;
  const Bytes both = modbus_adu(1, 1, {23, 0, 0, 0, 2, 0, 120, 0, 1, 2, 0, 9});
  CHECK(gw.c.client_fate(gw.c.client_data(both)) == DropReason::kOperationDenied);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].point_first == 120);
  CHECK(events[0].point_last == 120);
  CHECK(events[0].has_value == 1);
  CHECK(events[0].value == 9);
}

TEST_CASE("inspect: monitor mode says of a write the whole range, the value and the limit",
          "[dataplane][inspect]") {
  PlantPolicy policy;
  policy.mode = "monitor";
  Inspected gw{policy};
  (void)gw.events();  // the flow
  const Bytes both = modbus_adu(1, 1, {23, 0, 0, 0, 2, 0, 100, 0, 2, 4, 0, 9, 5, 221});
  CHECK(gw.c.client_fate(gw.c.client_data(both)) == DropReason::kNone);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kMonitored));
  CHECK(events[0].point_first == 100);
  CHECK(events[0].point_last == 101);
  CHECK(events[0].value == 1501);
  CHECK(events[0].limit == telemetry::Limit{0, 1500, telemetry::LimitKind::kValue});
}

TEST_CASE("inspect: a vetoed write names the points that it writes, and the value",
          "[dataplane][inspect]") {
  PlantPolicy policy;
  policy.extra =
      "never:\n  - { name: no-writes, from: { role: hmi }, to: { role: plc }, "
      "operations: [write] }\n";
  Inspected gw{policy};
  CHECK(gw.c.client_fate(gw.c.client_data(write_register(100, 5))) == DropReason::kVetoed);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].veto == 0);
  CHECK(events[0].point_first == 100);
  CHECK(events[0].point_access == static_cast<uint8_t>(wire::OperationClass::kWrite));
  CHECK(events[0].value == 5);
}

TEST_CASE("inspect: two requests in one segment are both decided", "[dataplane][inspect]") {
  Inspected gw{dropping()};
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(1) + read_holding(2))));
  CHECK(gw.allowed() == 2);
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(3) + write_register(7, 1, 4))));
  CHECK(gw.allowed() == 3);
  CHECK(gw.refused() == 1);
}

TEST_CASE("inspect: a request cut at every byte is decided when it is complete",
          "[dataplane][inspect]") {
  const Bytes refused = write_register(7, 1);
  for (size_t cut = 1; cut < refused.size(); ++cut) {
    Inspected gw{dropping()};
    const auto at = refused.begin() + static_cast<std::ptrdiff_t>(cut);
    REQUIRE(gw.c.client(gw.c.client_data(Bytes(refused.begin(), at))));
    CHECK(gw.c.client_fate(gw.c.client_data(Bytes(at, refused.end()))) ==
          DropReason::kOperationDenied);
  }
}

TEST_CASE("inspect: a request in one-byte segments passes, and counts once",
          "[dataplane][inspect]") {
  Inspected gw;
  for (const uint8_t byte : read_holding()) REQUIRE(gw.c.client(gw.c.client_data({byte})));
  CHECK(gw.allowed() == 1);
}

TEST_CASE("inspect: an equal repeat passes and is not decided twice", "[dataplane][inspect]") {
  Inspected gw;
  const Bytes segment = gw.c.client_data(read_holding());
  REQUIRE(gw.c.client(segment));
  CHECK(gw.c.client(segment));
  CHECK(gw.allowed() == 1);
}

TEST_CASE("inspect: a repeat with other bytes is stream_conflict and cuts the flow",
          "[dataplane][inspect]") {
  Inspected gw;
  Bytes other = read_holding();
  other.back() = 9;
  const Bytes conflicting = gw.c.client_data(other, false);
  REQUIRE(gw.c.client(gw.c.client_data(read_holding())));
  CHECK(gw.c.client_fate(conflicting) == DropReason::kStreamConflict);
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kFlowCut);
}

TEST_CASE("inspect: a repeat that runs on is compared, and its new bytes are decided",
          "[dataplane][inspect]") {
  Inspected gw{dropping()};
  const Bytes both = gw.c.client_data(read_holding(1) + write_register(7, 1, 2), false);
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(1))));
  CHECK(gw.c.client(both));  // the read again, and nothing behind it
  CHECK(gw.refused() == 1);
  CHECK(gw.allowed() == 1);
}

TEST_CASE("inspect: a gap is stream_gap until the sender repeats", "[dataplane][inspect]") {
  Inspected gw;
  const Bytes first = gw.c.client_data(read_holding(1));
  const Bytes second = gw.c.client_data(read_holding(2));
  CHECK(gw.c.client_fate(second) == DropReason::kStreamGap);
  CHECK(gw.events().empty());
  CHECK(gw.c.client(first));
  CHECK(gw.c.client(second));
}

TEST_CASE("inspect: more than the ring keeps may not be under way unacknowledged",
          "[dataplane][inspect]") {
  Inspected gw;
  size_t passed = 0;
  uint16_t id = 0;
  while (gw.c.client(gw.c.client_data(read_holding(++id), false))) {
    gw.c.client_seq += 12;
    passed += 12;
    REQUIRE(passed <= 16384);
  }
  CHECK(gw.drops(DropReason::kStreamGap) == 1);
  CHECK(gw.c.server(gw.c.server_ack()));
  CHECK(gw.c.client(gw.c.client_data(read_holding(id))));
}

TEST_CASE("inspect: bytes that are no Modbus are protocol_violation and cut the flow",
          "[dataplane][inspect]") {
  Inspected gw;
  CHECK(gw.c.client_fate(gw.c.client_data({'S', 'S', 'H', '-', '2', '.', '0', '-'})) ==
        DropReason::kProtocolViolation);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].fault != 0);
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kFlowCut);
}

TEST_CASE("inspect: a response that is no Modbus is protocol_violation", "[dataplane][inspect]") {
  Inspected gw;
  REQUIRE(gw.c.client(gw.c.client_data(read_holding())));
  CHECK(gw.c.server_fate(gw.c.server_data({'H', 'T', 'T', 'P', '/', '1', '.', '1'})) ==
        DropReason::kProtocolViolation);
}

TEST_CASE("evasion: a Modbus answer that nobody asked for is unasked_answer",
          "[dataplane][inspect]") {
  Inspected gw;
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(1))));
  REQUIRE(gw.c.server(gw.c.server_data(holding_answer(1))));
  CHECK(gw.c.server_fate(gw.c.server_data(holding_answer(1))) == DropReason::kUnaskedAnswer);
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kFlowCut);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].technique == 856);
}

TEST_CASE("inspect: more requests than are remembered may be answered, each once",
          "[dataplane][inspect]") {
  Inspected gw;
  for (uint16_t id = 1; id <= 20; ++id) REQUIRE(gw.c.client(gw.c.client_data(read_holding(id))));
  for (uint16_t id = 1; id <= 20; ++id) REQUIRE(gw.c.server(gw.c.server_data(holding_answer(id))));
  CHECK(gw.c.server_fate(gw.c.server_data(holding_answer(7))) == DropReason::kUnaskedAnswer);
}

TEST_CASE("inspect: an MBAP length that lies is protocol_violation", "[dataplane][inspect]") {
  for (const unsigned length : {0u, 1u, 5u, 7u, 255u}) {
    Inspected gw;
    Bytes lie = read_holding();
    lie[5] = static_cast<uint8_t>(length);
    const Bytes more = length > 6 ? lie + read_holding(2) : lie;
    CHECK(gw.c.client_fate(gw.c.client_data(more)) == DropReason::kProtocolViolation);
  }
}

TEST_CASE("inspect: urgent data is protocol_violation", "[dataplane][inspect]") {
  Inspected gw;
  CHECK(gw.c.client_fate(gw.c.client_says(gw.c.from_client().with_flags(0x38), read_holding())) ==
        DropReason::kProtocolViolation);
}

TEST_CASE("inspect: monitor mode lets pass and says so", "[dataplane][inspect]") {
  PlantPolicy p;
  p.mode = "monitor";
  Inspected gw{p};
  REQUIRE(gw.c.client(gw.c.client_data(write_register(7, 1))));
  REQUIRE(gw.c.client(gw.c.client_data({'S', 'S', 'H', '-', '2', '.', '0', '-'})));
  REQUIRE(gw.c.client(gw.c.client_data(read_holding())));
  const auto events = gw.events();
  REQUIRE(events.size() == 3);  // the flow, the operation, the violation
  for (const auto& event : events) CHECK(event.kind == static_cast<uint8_t>(EventKind::kMonitored));
  CHECK(gw.counters[0].operations_monitored.load() == 1);
}

TEST_CASE(
    "inspect: in monitor mode each thing done has an event rate of its own, to be learnt from",
    "[dataplane][inspect]") {
  PlantPolicy p;
  p.mode = "monitor";
  Inspected gw{p};
  for (uint16_t i = 0; i < 30; ++i)
    REQUIRE(gw.c.client(gw.c.client_data(write_register(static_cast<uint16_t>(1000 + i), 1))));
  CHECK(gw.events().size() == 31);  // and the flow
  for (int i = 0; i < 30; ++i) REQUIRE(gw.c.client(gw.c.client_data(write_register(2000, 1))));
  CHECK(gw.events().size() == dataplane::EventRate::kBurst);
}

TEST_CASE("inspect: without memory for another inspected flow its SYN is inspector_full",
          "[dataplane][inspect]") {
  GatewayOptions options;
  options.inspected = 1;
  Inspected gw{{}, options};
  LocalConversation second{gw, 502, 40001};
  CHECK(second.client_fate(second.syn()) == DropReason::kInspectorFull);
  // A reset flow gives its memory back.
  gw.c.client_fate(gw.c.client_data(write_register(7, 1)));
  gw.sent(TestGateway::kZone0);
  gw.sent(TestGateway::kZone1);
  LocalConversation third{gw, 502, 40002};
  CHECK(third.open());
}

TEST_CASE("inspect: a veto of writes drops the operation with vetoed", "[dataplane][inspect]") {
  PlantPolicy p;
  p.extra = "never:\n  - { name: no-writes, to: { role: plc }, operations: [write] }\n";
  Inspected gw{p};
  CHECK(gw.c.client(gw.c.client_data(read_holding())));
  CHECK(gw.c.client_fate(gw.c.client_data(write_register(100, 1))) == DropReason::kVetoed);
}

TEST_CASE("inspect: the reset to each end carries the number that end accepts",
          "[dataplane][inspect]") {
  Inspected gw;
  const uint32_t client_next = gw.c.client_seq, server_next = gw.c.server_seq;
  gw.c.client_fate(gw.c.client_data(write_register(7, 1)));
  const auto sequence_of = [](const std::vector<Bytes>& frames) {
    REQUIRE(frames.size() == 1);
    wire::Frame f;
    REQUIRE(wire::parse_frame(frames[0], f).kind == wire::FaultKind::kNone);
    CHECK((f.ip.tcp_flags & wire::tcp_flag::kRst) != 0);
    CHECK(wire::transport_checksum_ok(frames[0], f.ip));
    return f.ip.tcp_seq;
  };
  CHECK(sequence_of(gw.sent(TestGateway::kZone0)) == server_next);
  CHECK(sequence_of(gw.sent(TestGateway::kZone1)) == client_next);
}
