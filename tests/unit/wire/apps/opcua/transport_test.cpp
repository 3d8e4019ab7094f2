// SPDX-License-Identifier: Apache-2.0
// Framing, the connection protocol, and who may send what.
#include "messages.h"

namespace bulkhead::wire::opcua {

static_assert(StreamProtocol<Connection>);

namespace {

Parsed<size_t> size_of(const Bytes& bytes, const Connection& connection = {}) {
  return connection.frame_size(Side::kRequest, bytes.data);
}
Fault size_fault(const std::string& letters, uint32_t size) {
  const Parsed<size_t> parsed = size_of(Bytes{}.raw(letters).u32(size));
  return parsed.faulty() ? parsed.fault() : Fault{};
}

}  // namespace

TEST_CASE("opcua: a chunk's size is known from its eight header bytes", "[wire][opcua]") {
  const Bytes whole = message("MSGF", read_request({numbered(0, 85)}));
  REQUIRE(*size_of(whole) == whole.data.size());
  Bytes part = whole;
  part.data.resize(5);
  REQUIRE(size_of(part).need_more());
  REQUIRE(size_of(part).missing() == 3);
  part.data.resize(0);
  REQUIRE(size_of(part).missing() == 8);
}

TEST_CASE("opcua: headers that no message has are faults at their field", "[wire][opcua]") {
  REQUIRE(size_fault("GETF", 100) == Fault{FaultKind::kBadMarker, 0});
  REQUIRE(size_fault("MSGX", 100) == Fault{FaultKind::kBadFlags, 3});
  REQUIRE(size_fault("OPNC", 100) == Fault{FaultKind::kBadFlags, 3});
  REQUIRE(size_fault("HELA", 100) == Fault{FaultKind::kBadFlags, 3});
  REQUIRE(size_fault("CLOC", 100) == Fault{FaultKind::kBadFlags, 3});
  REQUIRE(size_fault("MSGF", 23) == Fault{FaultKind::kBadLength, 4});
  REQUIRE(size_fault("MSGF", 0) == Fault{FaultKind::kBadLength, 4});
  REQUIRE(size_fault("ACKF", 29) == Fault{FaultKind::kBadLength, 4});
  REQUIRE(size_fault("MSGF", 65537) == Fault{FaultKind::kTooLong, 4});
  REQUIRE(size_fault("MSGF", 0xffffffff) == Fault{FaultKind::kTooLong, 4});
}

TEST_CASE("opcua: hello and acknowledge bound the chunks of each side", "[wire][opcua]") {
  Talk talk;
  REQUIRE(talk.asks(hello(2000)) == Fault{});
  REQUIRE(talk.told().name == "hello");
  REQUIRE(talk.told().cls == OperationClass::kSession);
  REQUIRE(talk.told().direction == Direction::kRequest);
  REQUIRE(talk.answers(acknowledge(3000)) == Fault{});
  REQUIRE(talk.told().name == "acknowledge");
  REQUIRE(talk.told().direction == Direction::kResponse);
  const auto longest = [&](Side side, uint32_t size) {
    return talk.connection.frame_size(side, Bytes{}.raw("MSGF").u32(size).data).ok();
  };
  REQUIRE(longest(Side::kRequest, 3000));
  REQUIRE_FALSE(longest(Side::kRequest, 3001));
  REQUIRE(longest(Side::kResponse, 2000));
  REQUIRE_FALSE(longest(Side::kResponse, 2001));
}

TEST_CASE("opcua: hello and acknowledge that are malformed are faults", "[wire][opcua]") {
  Talk talk;
  REQUIRE(talk.asks(hello(100)) == Fault{FaultKind::kBadValue, 12});
  Bytes longer = hello();
  longer.u8(0);
  longer.data[4] = static_cast<uint8_t>(longer.data.size());
  REQUIRE(talk.asks(longer) == Fault{FaultKind::kBadLength, 50});
  Bytes shorter = hello();
  shorter.data[28] = 200;
  REQUIRE(talk.asks(shorter) == Fault{FaultKind::kBadLength, 28});
  REQUIRE(talk.asks(hello(65535, std::string(5000, 'a'))) == Fault{FaultKind::kTooLong, 28});
  Bytes cut = hello();
  cut.data.pop_back();
  REQUIRE(talk.asks(cut) == Fault{FaultKind::kBadLength, 4});
}

TEST_CASE("opcua: messages of the wrong side or out of turn are faults", "[wire][opcua]") {
  const Fault refused{FaultKind::kBadState, 0};
  Talk talk;
  REQUIRE(talk.answers(hello()) == refused);
  REQUIRE(talk.asks(acknowledge()) == refused);
  REQUIRE(talk.answers(acknowledge()) == refused);
  REQUIRE(talk.asks(hello()) == Fault{});
  REQUIRE(talk.asks(hello()) == refused);
  REQUIRE(talk.answers(acknowledge()) == Fault{});
  REQUIRE(talk.answers(acknowledge()) == refused);
}

TEST_CASE("opcua: an error tells its code", "[wire][opcua]") {
  Talk talk;
  Bytes rest;
  rest.u32(0x80070000).text("no");
  REQUIRE(talk.answers(frame_of("ERRF", rest)) == Fault{});
  REQUIRE(talk.told().name == "error");
  REQUIRE(talk.told().is_exception);
  REQUIRE(talk.told().exception_code == 0x80070000);
  REQUIRE(talk.told().code == (1u << 24 | 3));
  REQUIRE(talk.asks(frame_of("ERRF", rest)) == Fault{FaultKind::kBadState, 0});
}

TEST_CASE("opcua: a reverse hello turns client and server round", "[wire][opcua]") {
  Talk talk;
  Bytes rest;
  rest.text("urn:plc").text("opc.tcp://plc:4840");
  REQUIRE(talk.answers(frame_of("RHEF", rest)).kind == FaultKind::kBadState);
  REQUIRE(talk.asks(frame_of("RHEF", rest)) == Fault{});
  REQUIRE(talk.told().name == "reverse_hello");
  REQUIRE(talk.asks(frame_of("RHEF", rest)).kind == FaultKind::kBadState);
  REQUIRE(talk.answers(hello()) == Fault{});
  REQUIRE(talk.asks(acknowledge()) == Fault{});
  REQUIRE(talk.answers(message("MSGF", read_request({numbered(2, 1)}))) == Fault{});
  REQUIRE(talk.told().direction == Direction::kRequest);
  REQUIRE(talk.asks(message("MSGF", read_request({numbered(2, 1)}))).kind == FaultKind::kBadState);
}

TEST_CASE("opcua: only a whole hello with an opc.tcp URL is recognised", "[wire][opcua]") {
  REQUIRE(Connection::recognises(hello().data));
  REQUIRE_FALSE(Connection::recognises(hello(65535, "http://plc").data));
  REQUIRE_FALSE(Connection::recognises(acknowledge().data));
  REQUIRE_FALSE(Connection::recognises(open_request().data));
  Bytes cut = hello();
  cut.data.pop_back();
  REQUIRE_FALSE(Connection::recognises(cut.data));
  REQUIRE_FALSE(Connection::recognises({}));
  Bytes rest;
  rest.text("urn:plc").text("opc.tcp://plc:4840");
  REQUIRE(Connection::recognises(frame_of("RHEF", rest).data));
}

}  // namespace bulkhead::wire::opcua
