// SPDX-License-Identifier: Apache-2.0
// Protocols over UDP, and those of which only functions are known: answers find their requests by
// the protocol's own fields; one that nobody asked for is unasked_answer.
#include "../wire/apps/bacnet/bacnet_talk.h"
#include "../wire/apps/hart_ip/hart_talk.h"
#include "../wire/apps/pn_cm/calls.h"
#include "unasked_talk.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

namespace bac = wire::bacnet::test;

// BACnet: ReadProperty of the present value of analog input 1, and its answers.
Bytes bacnet_read(uint8_t invoke) {
  return bac::unicast(bac::confirmed(12, bac::object(0, 1) + bac::property(85), invoke));
}
Bytes value_of_1() {
  return bac::object(0, 1) + bac::property(85) + bac::within(3, bac::real(20));
}
Bytes bacnet_value(uint8_t invoke) {
  return bac::unicast(bac::ack(12, value_of_1(), invoke));
}
// The same in segments.
Bytes segment_of(uint8_t sequence, const Bytes& part, bool more) {
  return bac::unicast(bac::ack_segment(sequence, more, part));
}
constexpr uint8_t kInvoke = 7;  // of segments

// FINS to node 10 from node 34: a read of D100.
Bytes fins(uint8_t control, uint8_t service, const Bytes& command) {
  const bool asks = (control & 0x40) == 0;
  const auto to = static_cast<uint8_t>(asks ? 10 : 34), from = static_cast<uint8_t>(asks ? 34 : 10);
  return Bytes{control, 0, 2, 0, to, 0, 0, from, 0, service} + command;
}
Bytes fins_read(uint8_t service, uint8_t control = 0x80) {
  return fins(control, service, {1, 1, 0x82, 0, 100, 0, 0, 1});
}
Bytes fins_value(uint8_t service) {
  return fins(0xc0, service, {1, 1, 0, 0, 0, 7});
}

// SLMP, a 4E frame: a read of D100, and its answer.
Bytes slmp_read(uint8_t serial) {
  return {0x54, 0, serial, 0, 0, 0, 0,   0xff, 0xff, 3,    0, 12, 0,
          0x10, 0, 1,      4, 0, 0, 100, 0,    0,    0xa8, 1, 0};
}
Bytes slmp_value(uint8_t serial) {
  return {0xd4, 0, serial, 0, 0, 0, 0, 0xff, 0xff, 3, 0, 4, 0, 0, 0, 7, 0};
}

}  // namespace

TEST_CASE("evasion: a BACnet answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][bacnet]") {
  DatagramAsker gw("bacnet: { allow: [read] }", 47808);
  REQUIRE(gw.asks(bacnet_read(1)) == kPasses);
  REQUIRE(gw.asks(bacnet_read(2)) == kPasses);
  CHECK(gw.answers(bacnet_value(3)) == kUnasked);
  CHECK(gw.answers(bacnet_value(2)) == kPasses);
  CHECK(gw.answers(bac::unicast({0x50, 1, 12, 0x91, 2, 0x91, 31})) == kPasses);  // an error
  CHECK(gw.answers(bacnet_value(1)) == kUnasked);
  // A report nobody asks for: I-Am.
  CHECK(gw.answers(bac::unicast(
            bac::unconfirmed(0, {0xc4, 2, 0, 0, 1, 0x22, 1, 0xe0, 0x91, 3, 0x21, 5}))) == kPasses);
}

TEST_CASE("unasked: a BACnet answer in segments goes on until the last, which may come again",
          "[dataplane][unasked][bacnet]") {
  const Bytes whole = value_of_1();
  const Bytes front(whole.begin(), whole.begin() + 6), back(whole.begin() + 6, whole.end());
  DatagramAsker gw("bacnet: { allow: [read] }", 47808);
  REQUIRE(gw.asks(bacnet_read(1)) == kPasses);
  CHECK(gw.answers(segment_of(0, front, true)) == kUnasked);
  DatagramAsker asked("bacnet: { allow: [read] }", 47808);
  REQUIRE(asked.asks(bacnet_read(kInvoke)) == kPasses);
  CHECK(asked.answers(segment_of(0, front, true)) == kPasses);
  CHECK(asked.answers(segment_of(0, front, true)) == kPasses);  // not acknowledged
  CHECK(asked.answers(segment_of(1, back, false)) == kPasses);
  CHECK(asked.answers(segment_of(1, back, false)) == kPasses);
  CHECK(asked.answers(segment_of(0, front, true)) == kPasses);
  CHECK(asked.answers(bacnet_value(kInvoke)) == kUnasked);
}

TEST_CASE("evasion: a FINS answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][fins]") {
  DatagramAsker gw("fins: { transport: udp, allow: [read] }", 9600);
  REQUIRE(gw.asks(fins_read(1)) == kPasses);
  REQUIRE(gw.asks(fins_read(2, 0x81)) == kPasses);  // wants no answer
  CHECK(gw.answers(fins_value(2)) == kUnasked);
  CHECK(gw.answers(fins_value(3)) == kUnasked);
  CHECK(gw.answers(fins_value(1)) == kPasses);
  CHECK(gw.answers(fins_value(1)) == kUnasked);
}

TEST_CASE("evasion: an SLMP answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][slmp]") {
  DatagramAsker gw("slmp: { transport: udp, port: 5006, allow: [read] }", 5006);
  REQUIRE(gw.asks(slmp_read(1)) == kPasses);
  REQUIRE(gw.asks(slmp_read(2)) == kPasses);
  CHECK(gw.answers(slmp_value(3)) == kUnasked);
  CHECK(gw.answers(slmp_value(2)) == kPasses);
  CHECK(gw.answers(slmp_value(2)) == kUnasked);
  CHECK(gw.answers(slmp_value(1)) == kPasses);
}

TEST_CASE("evasion: a HART-IP answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][hart_ip]") {
  DatagramAsker gw("hart_ip: { transport: udp, allow: [read] }", 5094);
  REQUIRE(gw.asks(hart::request(1)) == kPasses);
  Bytes other = hart::answer(1, Bytes{0, 0, 39} + hart::kHalf);
  other[5] = 8;  // transaction
  CHECK(gw.answers(other) == kUnasked);
  CHECK(gw.answers(hart::message(1, 2)) == kUnasked);  // of another message
  CHECK(gw.answers(hart::answer(1, Bytes{0, 0, 39} + hart::kHalf)) == kPasses);
  CHECK(gw.answers(hart::answer(1, Bytes{0, 0, 39} + hart::kHalf)) == kUnasked);
  CHECK(gw.answers(hart::answer(1, Bytes{0, 0, 39} + hart::kHalf, 0x81)) == kPasses);  // published
}

TEST_CASE("evasion: a PROFINET CM answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][pn_cm]") {
  DatagramAsker gw("pn_cm: { allow: [read] }", 34964);
  const cm::Call call{.operation = 2, .sequence = 9}, later{.operation = 2, .sequence = 10};
  const Octets answer = cm::record(0x8009, 1, 0xaff0, 2) + Octets{7, 8};
  REQUIRE(gw.asks(cm::request(call, cm::record(0x0009, 1, 0xaff0, 64))) == kPasses);
  CHECK(gw.answers(cm::response(later, answer)) == kUnasked);
  CHECK(gw.answers(cm::response(call, answer)) == kPasses);
  CHECK(gw.answers(cm::response(call, answer)) == kUnasked);
}

TEST_CASE("evasion: a Fox reply that nobody asked for is unasked_answer",
          "[dataplane][unasked][fox]") {
  Asker gw("fox: { allow: [discover, program] }", 1911);
  const auto line = [](const std::string& header) {
    const std::string text = header + "\n{\n};;\n";
    return Bytes(text.begin(), text.end());
  };
  REQUIRE(gw.asks(line("fox s 4 7 broker sync")) == kPasses);
  CHECK(gw.answers(line("fox r 4 8 broker sync")) == kUnasked);
  CHECK(gw.answers(line("fox r 4 7 broker sync")) == kPasses);
  CHECK(gw.answers(line("fox r 4 7 broker sync")) == kUnasked);
}

TEST_CASE("unasked: what was asked while there was no inspector is answered within a minute",
          "[dataplane][unasked][fins]") {
  constexpr uint64_t kHalfMinute = 30'000;
  GatewayOptions options;
  options.inspected = 1;
  options.failure_policy.pass_and_mark(dataplane::FailureCause::kInspectorFull);
  DatagramAsker gw("fins: { transport: udp, allow: [read] }", 9600, options);
  const auto free = [&] { return gw.counters[0].passed_and_marked.load(); };
  REQUIRE(gw.asks(fins_read(1), 40001) == kPasses);
  REQUIRE(gw.asks(fins_read(2), 40002) == kPasses);  // there is none for it
  uint64_t before = 0;
  for (int i = 0; i < 20 && before != free(); ++i) {  // until the first flow is over
    before = free();
    gw.clock.advance_ms(kHalfMinute);
    REQUIRE(gw.asks(fins_read(3), 40002) == kPasses);
  }
  CHECK(gw.answers(fins_value(2), 40002) == kPasses);
  gw.clock.advance_ms(kHalfMinute);
  REQUIRE(gw.asks(fins_read(4), 40002) == kPasses);
  gw.clock.advance_ms(kHalfMinute);
  CHECK(gw.answers(fins_value(2), 40002) == kUnasked);
  CHECK(gw.answers(fins_value(4), 40002) == kPasses);
}
