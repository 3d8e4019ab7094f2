// SPDX-License-Identifier: Apache-2.0
// Rates and steps of Modbus operations, as rules allow them.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

// hmi may read everything; what it may write is the test's to say.
std::string with_write(const std::string& terms, const std::string& refuse_with = "drop",
                       const std::string& mode = "enforce") {
  PlantPolicy p;
  p.refuse_with = refuse_with;
  p.mode = mode;
  std::string yaml = plant(p);
  const std::string rule = "- write: { units: [1], holding: [\"100-119\"], value: \"0..1500\" }";
  yaml.replace(yaml.find(rule), rule.size(),
               "- write: { units: [1], holding: [\"100-119\"], " + terms + " }");
  return yaml;
}

struct Limited : TestGateway {
  explicit Limited(const std::string& policy, const GatewayOptions& o = {}) : TestGateway(o) {
    apply(policy);
    REQUIRE(c.open());
  }
  DropReason write(uint16_t point, uint16_t value) { return write(c, point, value); }
  // kNone: it passed, and was answered.
  DropReason write(LocalConversation& by, uint16_t point, uint16_t value) {
    const Bytes request = write_register(point, value, ++id);
    const DropReason fate = by.client_fate(by.client_data(request));
    if (fate == DropReason::kNone)
      answer(by, request);
    else
      by.removed += static_cast<uint32_t>(request.size());
    return fate;
  }
  void answer(LocalConversation& by, const Bytes& pdu) {
    REQUIRE(by.server_fate(by.server_data(pdu)) == DropReason::kNone);
    REQUIRE(by.client_fate(by.client_ack()) == DropReason::kNone);
    sent(kZone0), sent(kZone1);
  }
  void ask(LocalConversation& by, uint16_t point) {
    const Bytes request = modbus_adu(++id, 1, {3, 0, static_cast<uint8_t>(point), 0, 1});
    REQUIRE(by.client_fate(by.client_data(request)) == DropReason::kNone);
  }
  Bytes value_of(uint16_t value) const {
    return modbus_adu(id, 1, {3, 2, static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)});
  }
  void read(uint16_t point, uint16_t value) {
    ask(c, point);
    answer(c, value_of(value));
  }
  DropReason says(const Bytes& request) {
    const DropReason fate = c.client_fate(c.client_data(request));
    if (fate != DropReason::kNone) c.removed += static_cast<uint32_t>(request.size());
    return fate;
  }
  uint64_t refused() const { return counters[0].operations_refused.load(); }

  uint16_t id = 100;
  LocalConversation c{*this};
};

Bytes write_many(uint16_t first, const std::vector<uint16_t>& values, uint16_t id = 1) {
  const auto n = static_cast<uint8_t>(values.size());
  Bytes pdu{16, static_cast<uint8_t>(first >> 8), static_cast<uint8_t>(first), 0,
            n,  static_cast<uint8_t>(2 * n)};
  for (const uint16_t value : values) {
    pdu.push_back(static_cast<uint8_t>(value >> 8));
    pdu.push_back(static_cast<uint8_t>(value));
  }
  return modbus_adu(id, 1, pdu);
}

}  // namespace

// --- rate ---

TEST_CASE("rate: more operations than the rate allows are rate_exceeded, until time has passed",
          "[dataplane][rate]") {
  Limited gw{with_write("rate: \"2/s\"")};
  CHECK(gw.write(100, 1) == DropReason::kNone);
  CHECK(gw.write(100, 2) == DropReason::kNone);
  CHECK(gw.write(100, 3) == DropReason::kRateExceeded);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].technique == 806);
  CHECK(events[0].point_first == 100);
  CHECK(events[0].value == 3);
  CHECK(events[0].limit == telemetry::Limit{500'000'000, 2, telemetry::LimitKind::kRate});
  gw.clock.advance_ms(499);
  CHECK(gw.write(100, 3) == DropReason::kRateExceeded);
  gw.clock.advance_ms(1);
  CHECK(gw.write(100, 3) == DropReason::kNone);
  CHECK(gw.write(100, 4) == DropReason::kRateExceeded);
}

TEST_CASE("rate: the same read again and again is rate_exceeded", "[dataplane][rate][allowed]") {
  PlantPolicy p;
  p.refuse_with = "drop";
  std::string policy = plant(p);
  const std::string read = "holding: [\"0-199\"] }";
  policy.replace(policy.find(read), read.size(), "holding: [\"0-199\"], rate: \"3/s\" }");
  Limited gw{policy};
  for (int i = 0; i < 3; ++i) CHECK(gw.says(read_holding()) == DropReason::kNone);
  CHECK(gw.says(read_holding()) == DropReason::kRateExceeded);
}

TEST_CASE("rate: a burst of its own lets more pass at once", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"60/min burst 3\"")};
  for (uint16_t i = 0; i < 3; ++i) CHECK(gw.write(100, i) == DropReason::kNone);
  CHECK(gw.write(100, 9) == DropReason::kRateExceeded);
  gw.clock.advance_ms(1000);
  CHECK(gw.write(100, 9) == DropReason::kNone);
  CHECK(gw.write(100, 9) == DropReason::kRateExceeded);
}

TEST_CASE("rate: all flows between the two count together, reads are not counted",
          "[dataplane][rate]") {
  Limited gw{with_write("rate: \"2/s\"")};
  LocalConversation second{gw, 502, 40001};
  REQUIRE(second.open());
  CHECK(gw.write(gw.c, 100, 1) == DropReason::kNone);
  CHECK(gw.write(second, 100, 2) == DropReason::kNone);
  CHECK(gw.write(gw.c, 100, 3) == DropReason::kRateExceeded);
  CHECK(gw.write(second, 100, 3) == DropReason::kRateExceeded);
  gw.read(5, 7);
}

TEST_CASE("rate: repeats of a refused request take nothing", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"1/s\"")};
  REQUIRE(gw.write(100, 1) == DropReason::kNone);
  for (int i = 0; i < 20; ++i) {
    gw.clock.advance_ms(45);
    CHECK(gw.write(100, 2) == DropReason::kRateExceeded);
  }
  gw.clock.advance_ms(100);
  CHECK(gw.write(100, 2) == DropReason::kNone);
}

TEST_CASE("rate: of a segment with one request too many the others pass", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"2/s\"")};
  const Bytes three =
      write_register(100, 1, 1) + write_register(101, 1, 2) + write_register(102, 1, 3);
  CHECK(gw.says(three) == DropReason::kNone);
  CHECK(gw.refused() == 1);
  CHECK(gw.says(write_register(102, 1, 3)) == DropReason::kRateExceeded);
}

TEST_CASE("rate: a repeat of a segment that passed is not counted again", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"2/s\"")};
  const Bytes segment = gw.c.client_data(write_register(100, 1));
  for (int i = 0; i < 5; ++i) CHECK(gw.c.client(segment));
  CHECK(gw.write(100, 2) == DropReason::kNone);
}

TEST_CASE("rate: another rule without a rate lets pass and nothing is counted",
          "[dataplane][rate]") {
  std::string policy = with_write("rate: \"1/s\"");
  const std::string also = "- read:  { units: [1], holding: [\"0-199\"] }";
  policy.replace(policy.find(also), also.size(),
                 also + "\n        - write: { units: [1], holding: [\"110\"] }");
  Limited gw{policy};
  for (int i = 0; i < 5; ++i) CHECK(gw.write(110, 1) == DropReason::kNone);
  CHECK(gw.write(100, 1) == DropReason::kNone);
  CHECK(gw.write(100, 1) == DropReason::kRateExceeded);
}

TEST_CASE("rate: a new generation of policy does not fill the bucket", "[dataplane][rate]") {
  const std::string policy = with_write("rate: \"1/min\"");
  Limited gw{policy};
  REQUIRE(gw.write(100, 1) == DropReason::kNone);
  gw.apply(policy + "never:\n  - { name: other, to: { role: none } }\n");
  CHECK(gw.write(100, 2) == DropReason::kRateExceeded);
}

TEST_CASE("rate: refused by reset the flow ends", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"1/s\"", "reset")};
  REQUIRE(gw.write(100, 1) == DropReason::kNone);
  CHECK(gw.write(100, 2) == DropReason::kRateExceeded);
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kFlowCut);
}

TEST_CASE("rate: monitor mode lets pass and says so", "[dataplane][rate]") {
  Limited gw{with_write("rate: \"1/s\"", "drop", "monitor")};
  gw.events();
  REQUIRE(gw.write(100, 1) == DropReason::kNone);
  CHECK(gw.events().empty());
  CHECK(gw.write(100, 2) == DropReason::kNone);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kMonitored));
}

TEST_CASE("rate: without room to count another rate its operations are rate_table_full",
          "[dataplane][rate]") {
  GatewayOptions options;
  options.rate_limits = 4;  // seven places
  Limited gw{with_write("rate: \"1/h\""), options};
  bool full = false;
  for (int i = 0; i < 8; ++i) {
    // Each generation has another rule, whose name is another limit.
    std::string policy = with_write("rate: \"1/h\"");
    const std::string name = "hmi-operates-plc";
    policy.replace(policy.find(name), name.size(), name + std::to_string(i));
    gw.apply(policy);
    gw.events();
    const DropReason fate = gw.write(100, 1);
    if (i < 7) CHECK(fate == DropReason::kNone);
    full |= fate == DropReason::kRateTableFull;
  }
  CHECK(full);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].operation_code == 6);
  CHECK(events[0].point_first == 100);
}

TEST_CASE("rate: a worker without memory for limits lets nothing pass that has one",
          "[dataplane][rate]") {
  GatewayOptions options;
  options.limits = false;
  Limited gw{with_write("rate: \"2/s\""), options};
  CHECK(gw.write(100, 1) == DropReason::kRateExceeded);
  gw.read(5, 7);
}

// --- max_step ---

TEST_CASE("max_step: a write is value_step until the register was read, then within the step",
          "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  CHECK(gw.write(100, 500) == DropReason::kValueStep);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].technique == 836);
  gw.read(100, 470);
  CHECK(gw.write(100, 521) == DropReason::kValueStep);
  CHECK(gw.write(100, 419) == DropReason::kValueStep);
  CHECK(gw.write(100, 520) == DropReason::kNone);
  CHECK(gw.write(100, 570) == DropReason::kNone);  // from what was written last
  CHECK(gw.write(101, 570) == DropReason::kValueStep);
}

TEST_CASE("max_step: a refused write changes nothing", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.read(100, 500);
  CHECK(gw.write(100, 900) == DropReason::kValueStep);
  CHECK(gw.write(100, 551) == DropReason::kValueStep);
  CHECK(gw.write(100, 550) == DropReason::kNone);
}

TEST_CASE("max_step: each register of a longer write is looked at", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.ask(gw.c, 100);
  gw.answer(gw.c, gw.value_of(500));
  CHECK(gw.says(write_many(100, {510, 10})) == DropReason::kValueStep);  // 101 is not known
  const Bytes both = modbus_adu(7, 1, {3, 0, 100, 0, 2});
  REQUIRE(gw.says(both) == DropReason::kNone);
  gw.answer(gw.c, modbus_adu(7, 1, {3, 4, 1, 244, 0, 40}));  // 500 and 40
  (void)gw.events();
  CHECK(gw.says(write_many(100, {510, 91})) == DropReason::kValueStep);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].point_first == 101);
  CHECK(events[0].point_last == 101);
  CHECK(events[0].value == 91);
  CHECK(events[0].limit == telemetry::Limit{50, 40, telemetry::LimitKind::kStep});
  CHECK(gw.says(write_many(100, {510, 90})) == DropReason::kNone);
}

TEST_CASE("max_step: requests of one segment build on one another", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.read(100, 500);
  CHECK(gw.says(write_register(100, 540, 1) + write_register(100, 600, 2)) == DropReason::kNone);
  CHECK(gw.refused() == 1);  // 600
  CHECK(gw.says(write_register(100, 591, 1)) == DropReason::kValueStep);
  CHECK(gw.says(write_register(100, 590, 1) + write_register(100, 640, 2)) == DropReason::kNone);
  CHECK(gw.says(write_register(100, 690, 3)) == DropReason::kNone);
  CHECK(gw.refused() == 2);
}

TEST_CASE("max_step: what another flow wrote counts, whatever rule let it", "[dataplane][step]") {
  std::string policy = with_write("max_step: 50");
  const std::string role = "name: stranger, kind: device, labels: { role: none }";
  policy.replace(policy.find(role), role.size(),
                 "name: stranger, kind: device, labels: { role: engineer }");
  const std::string first = "relationships:\n";
  policy.replace(policy.find(first), first.size(),
                 first +
                     "  - name: engineers\n    from: { role: engineer }\n"
                     "    to: { role: plc }\n    modbus: { allow: [write] }\n");
  Limited gw{policy};
  gw.read(100, 500);
  Conversation engineer{Speaker(gw, TestGateway::kZone0, kStranger, kNearPlc),
                        Speaker(gw, TestGateway::kZone1, kNearPlc, kStranger), 502};
  const auto zone0 = [&](const Bytes& f) { return gw.fate(TestGateway::kZone0, f); };
  REQUIRE(zone0(engineer.syn()) == DropReason::kNone);
  REQUIRE(gw.fate(TestGateway::kZone1, engineer.syn_ack()) == DropReason::kNone);
  REQUIRE(zone0(engineer.client_ack()) == DropReason::kNone);
  REQUIRE(zone0(engineer.client_data(write_register(100, 1000))) == DropReason::kNone);
  CHECK(gw.write(100, 510) == DropReason::kValueStep);
  CHECK(gw.write(100, 1050) == DropReason::kNone);
  // What the engineer does to it without saying the value leaves it unknown.
  REQUIRE(zone0(engineer.client_data(modbus_adu(9, 1, {22, 0, 100, 0, 1, 0, 1}))) ==
          DropReason::kNone);
  CHECK(gw.write(100, 1050) == DropReason::kValueStep);
}

TEST_CASE("max_step: a mask write does not say its value and does not fit", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.read(100, 500);
  CHECK(gw.says(modbus_adu(9, 1, {22, 0, 100, 0, 1, 0, 1})) == DropReason::kValueStep);
}

TEST_CASE("max_step: after an exception to a write the register is not known",
          "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.read(100, 500);
  REQUIRE(gw.says(write_register(100, 540, 77)) == DropReason::kNone);
  gw.answer(gw.c, modbus_adu(77, 1, {0x86, 4}));
  CHECK(gw.write(100, 541) == DropReason::kValueStep);
}

TEST_CASE("max_step: an answer that was asked for before a write teaches nothing",
          "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  LocalConversation other{gw, 502, 40001};
  REQUIRE(other.open());
  gw.read(100, 500);
  gw.ask(other, 100);
  const Bytes stale = gw.value_of(500);
  REQUIRE(gw.write(100, 550) == DropReason::kNone);
  gw.answer(other, stale);
  CHECK(gw.write(100, 460) == DropReason::kValueStep);
  // One asked for within a second of the write may have overtaken it.
  gw.clock.advance_ms(999);
  gw.read(100, 460);
  CHECK(gw.write(100, 460) == DropReason::kValueStep);
  gw.clock.advance_ms(2);
  gw.read(100, 460);
  CHECK(gw.write(100, 460) == DropReason::kNone);
}

TEST_CASE("max_step: an older answer does not replace a newer one", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  LocalConversation other{gw, 502, 40001};
  REQUIRE(other.open());
  gw.ask(other, 100);
  const Bytes older = gw.value_of(100);
  gw.clock.advance_ms(10);
  gw.read(100, 900);
  gw.answer(other, older);
  CHECK(gw.write(100, 900) == DropReason::kNone);
}

TEST_CASE("max_step: an answer nobody asked for, or to other registers, teaches nothing",
          "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  const Bytes unasked = gw.value_of(500);
  CHECK(gw.c.server_fate(gw.c.server_data(unasked)) == DropReason::kUnaskedAnswer);
  gw.c.inserted -= static_cast<uint32_t>(unasked.size());  // the client has not got it
  gw.read(99, 500);
  CHECK(gw.write(100, 500) == DropReason::kValueStep);
}

TEST_CASE("max_step: another unit's register is another register", "[dataplane][step]") {
  std::string policy = with_write("max_step: 50");
  for (size_t at = 0; (at = policy.find("units: [1], ", at)) != std::string::npos;)
    policy.erase(at, 12);
  Limited gw{policy};
  gw.read(100, 500);
  CHECK(gw.says(modbus_adu(5, 2, {6, 0, 100, 1, 244})) == DropReason::kValueStep);
  CHECK(gw.says(modbus_adu(5, 1, {6, 0, 100, 1, 244})) == DropReason::kNone);
}

TEST_CASE("max_step and rate: both hold, and a refused step takes no token", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50, rate: \"1/s\"")};
  gw.read(100, 500);
  CHECK(gw.write(100, 900) == DropReason::kValueStep);
  CHECK(gw.write(100, 510) == DropReason::kNone);
  CHECK(gw.write(100, 520) == DropReason::kRateExceeded);
}

TEST_CASE("max_step: gateways at both ends remember, each for itself", "[dataplane][step]") {
  Limited gw{with_write("max_step: 50")};
  gw.read(100, 500);
  Limited fresh{with_write("max_step: 50")};
  CHECK(fresh.write(100, 500) == DropReason::kValueStep);
}
