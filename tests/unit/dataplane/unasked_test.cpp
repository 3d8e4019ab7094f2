// SPDX-License-Identifier: Apache-2.0
// Protocols over TCP: answers find their requests by the protocol's own fields, in several parts
// and in any order; one that nobody asked for is unasked_answer.
#include "../wire/apps/dnp3/builder.h"
#include "../wire/apps/enip/enip_talk.h"
#include "../wire/apps/mms/pdus.h"
#include "../wire/apps/opcua/messages.h"
#include "table/outstanding.h"
#include "unasked_talk.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

// TPKT with a COTP DT (RFC 1006 6, ISO 8073 13.7).
Bytes tsdu(const Bytes& data) {
  const size_t size = data.size() + 7;
  return Bytes{3, 0, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size), 2, 0xf0, 0x80} +
         data;
}
const Bytes kConnect{3,    0, 0, 22, 17,   0xe0, 0, 0, 0,    1, 0,
                     0xc1, 2, 1, 0,  0xc2, 2,    1, 2, 0xc0, 1, 10};
const Bytes kConnected{3,    0, 0, 22, 17,   0xd0, 0, 1, 0,    9, 0,
                       0xc1, 2, 1, 0,  0xc2, 2,    1, 2, 0xc0, 1, 10};

// S7comm: a word of DB10.
Bytes s7_read(uint8_t reference) {
  return tsdu({0x32, 1,  0,    0, 0, reference, 0, 14, 0,    0, 4, 1,
               0x12, 10, 0x10, 4, 0, 1,         0, 10, 0x84, 0, 0, 0});
}
Bytes s7_answer(uint8_t reference) {
  return tsdu({0x32, 3, 0, 0, 0, reference, 0, 2, 0, 6, 0, 0, 4, 1, 0xff, 4, 0, 16, 0, 7});
}
struct S7Asker : Asker {
  S7Asker() : Asker("s7comm: { allow: [read] }", 102) {
    REQUIRE(asks(kConnect) == kPasses);
    REQUIRE(answers(kConnected) == kPasses);
  }
};

// IEC 104: an ASDU of station 10.
struct Iec104Asker : Asker {
  Iec104Asker() : Asker("iec104: { allow: [control, discover, read] }", 2404) {
    REQUIRE(asks({0x68, 4, 7, 0, 0, 0}) == kPasses);
    REQUIRE(answers({0x68, 4, 0x0b, 0, 0, 0}) == kPasses);
  }
  static Bytes asdu(uint8_t& number, uint8_t type, uint8_t cause, uint8_t object, uint8_t element,
                    uint8_t station = 10) {
    Bytes out{0x68,   14,      static_cast<uint8_t>(number++ << 1),
              0,      0,       0,
              type,   1,       cause,
              0,      station, static_cast<uint8_t>(station == 0xff ? 0xff : 0),
              object, 0,       0,
              element};
    return out;
  }
  DropReason controls(uint8_t cause, uint8_t object = 1) {
    return asks(asdu(sent_, 45, cause, object, 1));
  }
  DropReason confirms(uint8_t cause, uint8_t object = 1) {
    return answers(asdu(heard_, 45, cause, object, 1));
  }
  DropReason interrogates(uint8_t station) { return asks(asdu(sent_, 100, 6, 0, 20, station)); }
  DropReason interrogated(uint8_t cause, uint8_t station) {
    return answers(asdu(heard_, 100, cause, 0, 20, station));
  }
  DropReason reports(uint8_t cause) { return answers(asdu(heard_, 1, cause, 1, 1)); }

 private:
  uint8_t sent_ = 0, heard_ = 0;
};
constexpr uint8_t kActivation = 6, kConfirmation = 7, kTermination = 10;

// DNP3: fragments of one frame.
constexpr uint8_t kWhole = 0xc0, kFirstPart = 0x80, kMiddle = 0, kLastPart = 0x40;
Bytes dnp3_read(uint8_t sequence) {
  return dnp3::request({static_cast<uint8_t>(kWhole | sequence), 1, 30, 0, 0, 0, 9});
}
Bytes dnp3_answer(uint8_t part, uint8_t sequence, uint8_t function = 129) {
  return dnp3::response({static_cast<uint8_t>(part | sequence), function, 0, 0});
}

Bytes of(const wire::opcua::Bytes& message) {
  return message.data;
}

// With a channel that is open.
struct OpenUa : Asker {
  OpenUa() : Asker("opcua: { allow: [read] }", 4840) {
    namespace ua = wire::opcua;
    REQUIRE(asks(of(ua::hello())) == kPasses);
    REQUIRE(answers(of(ua::acknowledge())) == kPasses);
    REQUIRE(asks(of(ua::open_request())) == kPasses);
    REQUIRE(answers(of(ua::open_response())) == kPasses);
  }
};

}  // namespace

TEST_CASE("evasion: an S7comm answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][s7comm]") {
  S7Asker gw;
  CHECK(gw.answers(s7_answer(1)) == kUnasked);
  CHECK(gw.asks(s7_read(1)) == kPasses);
  CHECK(gw.asks(s7_read(2)) == kPasses);
  CHECK(gw.answers(s7_answer(3)) == kUnasked);
  CHECK(gw.answers(s7_answer(2)) == kPasses);
  CHECK(gw.answers(s7_answer(1)) == kPasses);
  CHECK(gw.answers(s7_answer(1)) == kUnasked);
  const auto events = gw.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].technique == 856);
}

TEST_CASE("evasion: a UMAS answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][umas]") {
  Asker gw("umas: { allow: [read] }", 502);
  constexpr uint8_t kKey = 0, kGetStatus = 0x73, kSuccess = 0xfe;
  const Bytes answer = modbus_adu(7, 1, {90, kKey, kSuccess, 1});
  CHECK(gw.answers(answer) == kUnasked);
  CHECK(gw.asks(modbus_adu(7, 1, {90, kKey, kGetStatus, 1})) == kPasses);
  CHECK(gw.answers(modbus_adu(8, 1, {90, kKey, kSuccess, 1})) == kUnasked);
  CHECK(gw.answers(modbus_adu(7, 1, {3, 2, 0, 7})) == kUnasked);
  CHECK(gw.answers(answer) == kPasses);
  CHECK(gw.answers(answer) == kUnasked);
}

TEST_CASE("unasked: an answer on another connection than its request's is unasked_answer",
          "[dataplane][unasked][s7comm]") {
  S7Asker gw;
  REQUIRE(gw.asks(s7_read(1)) == kPasses);
  for (const uint16_t zone : {TestGateway::kZone0, TestGateway::kZone1}) gw.sent(zone);
  LocalConversation other{gw, 102, 40001};
  REQUIRE(other.open());
  REQUIRE(other.client(other.client_data(kConnect)));
  REQUIRE(other.server(other.server_data(kConnected)));
  CHECK(other.server_fate(other.server_data(s7_answer(1))) == kUnasked);
  CHECK(gw.answers(s7_answer(1)) == kPasses);
}

TEST_CASE("unasked: what the gateway refused is not asked for", "[dataplane][unasked][s7comm]") {
  S7Asker gw;
  const Bytes stop = tsdu({0x32, 1, 0, 0, 0,   5,   0,   16,  0,   0,   0x29, 0,   0,
                           0,    0, 0, 9, 'P', '_', 'P', 'R', 'O', 'G', 'R',  'A', 'M'});
  REQUIRE(gw.c.client_fate(gw.c.client_refused(stop)) == DropReason::kOperationDenied);
  CHECK(gw.answers(tsdu({0x32, 3, 0, 0, 0, 5, 0, 1, 0, 0, 0, 0, 0x29})) == kUnasked);
}

TEST_CASE("unasked: an answer passes though the policy changed behind its request",
          "[dataplane][unasked][s7comm]") {
  S7Asker gw;
  REQUIRE(gw.asks(s7_read(1)) == kPasses);
  gw.apply(plant_with("s7comm: { allow: [read, write] }"));
  CHECK(gw.answers(s7_answer(1)) == kPasses);
  CHECK(gw.answers(s7_answer(1)) == kUnasked);
}

TEST_CASE("unasked: more requests than are remembered may be answered, each once, for a minute",
          "[dataplane][unasked][s7comm]") {
  S7Asker gw;
  constexpr uint8_t kAsked = dataplane::Outstanding::kMost + 4;
  for (uint8_t i = 0; i < kAsked; ++i) REQUIRE(gw.asks(s7_read(i)) == kPasses);
  CHECK(gw.answers(s7_answer(0)) == kPasses);
  gw.clock.advance_ms(61'000);
  CHECK(gw.answers(s7_answer(1)) == kUnasked);
  CHECK(gw.answers(s7_answer(kAsked - 1)) == kPasses);
}

TEST_CASE("evasion: a CIP answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][cip]") {
  using namespace bulkhead::test::enip;
  Asker gw("cip: { allow: [read] }", 44818);
  REQUIRE(gw.asks(command(0x65, {1, 0, 0, 0})) == kPasses);
  REQUIRE(gw.answers(command(0x65, {1, 0, 0, 0})) == kPasses);
  CHECK(gw.answers(command(0x65, {1, 0, 0, 0})) == kUnasked);
  const Bytes value = reply(0x4c, {0xc4, 0, 7, 0, 0, 0});
  CHECK(gw.answers(rr_data(value, 1)) == kUnasked);
  CHECK(gw.asks(rr_data(read_tag("A"), 1)) == kPasses);
  CHECK(gw.asks(rr_data(read_tag("B"), 2)) == kPasses);
  CHECK(gw.answers(rr_data(value, 3)) == kUnasked);
  CHECK(gw.answers(rr_data(value, 2)) == kPasses);
  CHECK(gw.answers(rr_data(reply(0x4d), 1)) == kUnasked);  // of another service
  CHECK(gw.answers(rr_data(value, 1)) == kPasses);
  CHECK(gw.answers(rr_data(value, 1)) == kUnasked);
}

TEST_CASE("unasked: a packet of CIP requests is answered once, by a packet or by one error",
          "[dataplane][unasked][cip]") {
  using namespace bulkhead::test::enip;
  Asker gw("cip: { allow: [read] }", 44818);
  const Bytes both = rr_data(multiple({read_tag("A"), read_tag("B")}));
  const Bytes value = reply(0x4c, {0xc4, 0, 7, 0, 0, 0});
  const Bytes values = rr_data(reply(0x0a, with_offsets({value, value})));
  REQUIRE(gw.asks(both) == kPasses);
  CHECK(gw.answers(values) == kPasses);
  CHECK(gw.answers(values) == kUnasked);
  REQUIRE(gw.asks(both) == kPasses);
  CHECK(gw.answers(rr_data(reply(0x0a, {}, 8))) == kPasses);
  CHECK(gw.answers(rr_data(reply(0x0a, {}, 8))) == kUnasked);
  REQUIRE(gw.asks(both) == kPasses);
  CHECK(gw.answers(command(0x6f, {}, 1)) == kPasses);  // refused by the encapsulation
  CHECK(gw.answers(command(0x6f, {}, 1)) == kUnasked);
}

TEST_CASE("unasked: on a CIP connection an answer has its request's sequence count",
          "[dataplane][unasked][cip]") {
  using namespace bulkhead::test::enip;
  Asker gw("cip: { allow: [read] }", 44818);
  const Bytes value = reply(0x4c, {0xc4, 0, 7, 0, 0, 0});
  REQUIRE(gw.asks(rr_data(forward_open({0x20, 2, 0x24, 1}))) == kPasses);
  REQUIRE(gw.answers(rr_data(opened())) == kPasses);
  for (uint16_t count = 1; count <= 30; ++count)
    REQUIRE(gw.asks(unit_data(0xbbbb, count, read_tag("A"))) == kPasses);
  CHECK(gw.answers(unit_data(0xaaaa, 31, value)) == kUnasked);
  CHECK(gw.answers(unit_data(0xaaab, 1, value)) == kUnasked);  // of another connection
  for (uint16_t count = 1; count <= 30; ++count)
    CHECK(gw.answers(unit_data(0xaaaa, count, value)) == kPasses);
  CHECK(gw.answers(unit_data(0xaaaa, 30, value)) == kUnasked);
}

TEST_CASE("evasion: an OPC UA answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][opcua]") {
  namespace ua = wire::opcua;
  OpenUa gw;
  const auto read = [](uint32_t id) { return of(ua::message("MSGF", ua::read_request({}), {id})); };
  const ua::Bytes values = ua::response(634).u32(0).u32(0);
  const auto answer = [&](uint32_t id) { return of(ua::message("MSGF", values, {id})); };
  CHECK(gw.answers(answer(2)) == kUnasked);
  for (uint32_t id = 2; id < 20; ++id) REQUIRE(gw.asks(read(id)) == kPasses);
  CHECK(gw.answers(answer(19)) == kPasses);
  CHECK(gw.answers(answer(19)) == kUnasked);
  ua::Bytes front, back;
  front.data = Bytes(values.data.begin(), values.data.begin() + 9);
  back.data = Bytes(values.data.begin() + 9, values.data.end());
  CHECK(gw.answers(of(ua::message("MSGC", front, {2}))) == kPasses);
  CHECK(gw.answers(answer(3)) == kPasses);
  CHECK(gw.answers(of(ua::message("MSGF", back, {2}))) == kPasses);
  CHECK(gw.answers(answer(2)) == kUnasked);
}

TEST_CASE("unasked: an OPC UA Publish is answered when there is news",
          "[dataplane][unasked][opcua]") {
  namespace ua = wire::opcua;
  OpenUa gw;
  REQUIRE(gw.asks(of(ua::message("MSGF", ua::request(826).u32(0), {2}))) == kPasses);
  gw.clock.advance_ms(600'000);
  const Bytes fault = of(ua::message("MSGF", ua::response(397, 0x80000000), {2}));
  CHECK(gw.answers(fault) == kPasses);
  CHECK(gw.answers(fault) == kUnasked);
}

TEST_CASE("evasion: a DNP3 answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][dnp3]") {
  Asker gw("dnp3: { allow: [read] }", 20000);
  CHECK(gw.answers(dnp3_answer(kWhole, 1)) == kUnasked);
  REQUIRE(gw.asks(dnp3_read(1)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kWhole, 2)) == kUnasked);
  CHECK(gw.answers(dnp3::response({kWhole | 1, 129, 0, 0}, 7)) == kUnasked);  // another outstation
  CHECK(gw.answers(dnp3_answer(kWhole, 1)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kWhole, 1)) == kUnasked);
  CHECK(gw.answers(dnp3_answer(kWhole | 0x10, 1, 130)) == kPasses);  // unsolicited
}

TEST_CASE("unasked: a DNP3 answer goes on in its fragments until the last",
          "[dataplane][unasked][dnp3]") {
  Asker gw("dnp3: { allow: [read] }", 20000);
  REQUIRE(gw.asks(dnp3_read(14)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kMiddle, 15)) == kUnasked);
  CHECK(gw.answers(dnp3_answer(kFirstPart, 14)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kFirstPart, 14)) == kUnasked);
  CHECK(gw.asks(dnp3::request({kWhole | 14, 0})) == kPasses);  // confirms it
  CHECK(gw.answers(dnp3_answer(kMiddle, 15)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kLastPart, 1)) == kUnasked);
  CHECK(gw.answers(dnp3_answer(kLastPart, 0)) == kPasses);
  CHECK(gw.answers(dnp3_answer(kLastPart, 0)) == kUnasked);
}

TEST_CASE("evasion: an MMS answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][mms]") {
  Asker gw("mms: { allow: [read] }", 102);
  REQUIRE(gw.asks(kConnect) == kPasses);
  REQUIRE(gw.answers(kConnected) == kPasses);
  REQUIRE(gw.asks(tsdu(mms::connect())) == kPasses);
  REQUIRE(gw.answers(tsdu(mms::accept())) == kPasses);
  CHECK(gw.answers(tsdu(mms::accept())) == kUnasked);
  const auto read = [](uint8_t id) {
    return tsdu(mms::data(mms::request(mms::read(mms::item("LLN0$ST$Mod")), id)));
  };
  const auto answer = [](uint8_t id) {
    const Octets success = element(0xa1, {0x83, 1, 1});
    return tsdu(mms::data(mms::response(element(0xa4, success), id)));
  };
  CHECK(gw.answers(answer(1)) == kUnasked);
  REQUIRE(gw.asks(read(1)) == kPasses);
  REQUIRE(gw.asks(read(2)) == kPasses);
  CHECK(gw.answers(answer(2)) == kPasses);
  CHECK(gw.answers(answer(3)) == kUnasked);
  CHECK(gw.answers(answer(1)) == kPasses);
  CHECK(gw.answers(answer(1)) == kUnasked);
  // An InformationReport nobody asks for.
  const Octets success = element(0xa0, {0x83, 1, 1});
  const Octets report = element(0xa0, element(0xa1, mms::vmd_specific("RPT")) + success);
  CHECK(gw.answers(tsdu(mms::data(element(0xa3, report)))) == kPasses);
}

TEST_CASE("evasion: an IEC 104 confirmation that nobody asked for is unasked_answer",
          "[dataplane][unasked][iec104]") {
  Iec104Asker gw;
  CHECK(gw.reports(3) == kPasses);  // spontaneous
  CHECK(gw.confirms(kConfirmation) == kUnasked);
  CHECK(gw.answers({0x68, 4, 0x0b, 0, 0, 0}) == kUnasked);  // STARTDT con
}

TEST_CASE("unasked: an IEC 104 activation is confirmed, and then ended, once each",
          "[dataplane][unasked][iec104]") {
  Iec104Asker gw;
  REQUIRE(gw.controls(kActivation) == kPasses);
  CHECK(gw.confirms(kConfirmation) == kPasses);
  CHECK(gw.confirms(kTermination) == kPasses);
  CHECK(gw.confirms(kConfirmation) == kUnasked);
  CHECK(gw.confirms(kTermination) == kUnasked);
  REQUIRE(gw.controls(kActivation) == kPasses);
  CHECK(gw.confirms(kTermination) == kUnasked);      // not confirmed
  CHECK(gw.confirms(kConfirmation, 2) == kUnasked);  // of another object
  CHECK(gw.confirms(kConfirmation) == kPasses);      // and never ended
  REQUIRE(gw.controls(kActivation) == kPasses);
  CHECK(gw.confirms(kConfirmation) == kPasses);
}

TEST_CASE("unasked: what IEC 104 asks of all stations, each of them answers",
          "[dataplane][unasked][iec104]") {
  Iec104Asker gw;
  REQUIRE(gw.interrogates(0xff) == kPasses);
  for (const uint8_t station : {uint8_t{1}, uint8_t{2}}) {
    CHECK(gw.interrogated(kConfirmation, station) == kPasses);
    CHECK(gw.interrogated(kTermination, station) == kPasses);
  }
}

TEST_CASE("unasked: what is refused of one end takes no request of the other with it",
          "[dataplane][unasked]") {
  dataplane::Outstanding::Rest rest;
  dataplane::Outstanding requests{rest};
  wire::Operation read;
  read.app = wire::App::kModbus;
  read.code = 3;
  read.request_id = 1;
  requests.passed(read, true, 0);
  read.request_id = 2;
  requests.passed(read, false, 0);
  requests.forget_newest(1, true);
  read.direction = wire::Direction::kResponse;
  CHECK(requests.answered(read, true));
  read.request_id = 1;
  CHECK(!requests.answered(read, false));
}
