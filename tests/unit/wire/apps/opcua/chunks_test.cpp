// SPDX-License-Identifier: Apache-2.0
// Messages of several chunks, channels and their security, and ways round a policy that must fail.
#include "messages.h"

namespace bulkhead::wire::opcua {
namespace {

using Class = OperationClass;

struct Halves {
  Bytes front, back;
};
Halves cut(const Bytes& whole, size_t at) {
  const auto middle = whole.data.begin() + static_cast<ptrdiff_t>(at);
  return {{{whole.data.begin(), middle}}, {{middle, whole.data.end()}}};
}
Bytes write_of(uint32_t id) {
  return write_request({{numbered(2, id), Bytes{}.u8(1).u8(6).u32(1)}});
}
// A signed chunk: with `n` bytes behind its body.
Bytes sealed(const std::string& type, const Bytes& body, unsigned n) {
  return message(type, Bytes(body).raw(std::string(n, 's')));
}

}  // namespace

TEST_CASE("opcua: a message of several chunks is told with its last", "[wire][opcua]") {
  const Bytes whole = write_of(300);
  for (const size_t at : {size_t{0}, size_t{1}, size_t{40}, whole.data.size()}) {
    Talk talk;
    talk.open();
    const Halves halves = cut(whole, at);
    REQUIRE(talk.asks(message("MSGC", halves.front)) == Fault{});
    REQUIRE(talk.count() == 0);
    REQUIRE(talk.connection.pending(Side::kRequest));
    REQUIRE_FALSE(talk.connection.pending(Side::kResponse));
    REQUIRE(talk.asks(message("MSGF", halves.back)) == Fault{});
    REQUIRE(talk.told().points[0].first == node(2, 300));
    REQUIRE(talk.told().values.size() == 1);
    REQUIRE_FALSE(talk.connection.pending(Side::kRequest));
  }
}

TEST_CASE("evasion: interleaved request ids do not mix", "[wire][opcua]") {
  Talk talk;
  talk.open();
  const Halves first = cut(write_of(100), 30), second = cut(write_of(200), 45);
  REQUIRE(talk.asks(message("MSGC", first.front, {1})) == Fault{});
  REQUIRE(talk.asks(message("MSGC", second.front, {2})) == Fault{});
  REQUIRE(talk.asked(read_request({numbered(2, 9)}), 3).name == "read_request");
  REQUIRE(talk.asks(message("MSGF", first.back, {1})) == Fault{});
  REQUIRE(talk.told().points[0].first == node(2, 100));
  REQUIRE(talk.connection.pending(Side::kRequest));
  REQUIRE(talk.asks(message("MSGF", second.back, {2})) == Fault{});
  REQUIRE(talk.told().points[0].first == node(2, 200));
}

TEST_CASE("evasion: an abort chunk discards what came before it", "[wire][opcua]") {
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(message("MSGC", cut(read_request({numbered(2, 1)}), 30).front)) == Fault{});
  REQUIRE(talk.asks(message("MSGA", Bytes{}.u32(0x80820000).text("changed"))) == Fault{});
  REQUIRE(talk.told().name == "abort");
  REQUIRE(talk.told().cls == Class::kSession);
  REQUIRE_FALSE(talk.connection.pending(Side::kRequest));
  REQUIRE(talk.asked(write_of(5)).points[0].first == node(2, 5));
  REQUIRE(talk.asks(message("MSGA", Bytes{}.u32(1).text("x").u8(0))).kind == FaultKind::kBadLength);
}

TEST_CASE("evasion: behind a refused chunk nothing of that side is believed", "[wire][opcua]") {
  Talk talk;
  talk.open();
  for (uint32_t id = 1; id <= 4; ++id)
    REQUIRE(talk.asks(message("MSGC", Bytes{}.u8(0), {id})) == Fault{});
  REQUIRE(talk.asks(message("MSGC", Bytes{}.u8(0), {5})) == Fault{FaultKind::kTooMany, 24});
  REQUIRE(talk.asks(message("MSGF", read_request({numbered(2, 1)}), {5})).kind ==
          FaultKind::kBadState);
  REQUIRE(talk.asks(hello()).kind == FaultKind::kBadState);
  REQUIRE(talk.asks(message("MSGF", read_request({numbered(2, 1)}), {6})).kind ==
          FaultKind::kBadState);
  REQUIRE(talk.answered(response(476), 7).name == "close_session_response");
}

TEST_CASE("opcua: a request longer than the store is a fault", "[wire][opcua]") {
  Talk talk;
  talk.open();
  const Bytes half{std::vector<uint8_t>(9000)};
  REQUIRE(talk.asks(message("MSGC", half)) == Fault{});
  REQUIRE(talk.asks(message("MSGF", half)) == Fault{FaultKind::kTooLong, 24});
}

TEST_CASE("opcua: what the server takes bounds chunks and messages", "[wire][opcua]") {
  const auto second_chunk = [](const Bytes& agreed) {
    Talk talk;
    REQUIRE(talk.asks(hello()) == Fault{});
    REQUIRE(talk.answers(agreed) == Fault{});
    talk.open();
    const Bytes half{std::vector<uint8_t>(900)};
    REQUIRE(talk.asks(message("MSGC", half)) == Fault{});
    return talk.asks(message("MSGC", half)).kind;
  };
  REQUIRE(second_chunk(acknowledge(8192, 0, 0)) == FaultKind::kNone);
  REQUIRE(second_chunk(acknowledge(8192, 1, 0)) == FaultKind::kTooMany);
  REQUIRE(second_chunk(acknowledge(8192, 0, 1500)) == FaultKind::kTooLong);
}

TEST_CASE("opcua: of a long response in chunks the headers are read", "[wire][opcua]") {
  Talk talk;
  talk.open();
  talk.asked(read_request({numbered(2, 1)}));
  const Bytes values = response(634, 0x80000000).add({std::vector<uint8_t>(4000)});
  for (int i = 0; i < 20; ++i) REQUIRE(talk.answers(message("MSGC", values)) == Fault{});
  REQUIRE(talk.answered(values).name == "read_response");
  REQUIRE(talk.told().is_exception);
}

TEST_CASE("evasion: a service's number in another encoding is the same service", "[wire][opcua]") {
  const Bytes whole = write_of(1);
  const Bytes rest{{whole.data.begin() + 4, whole.data.end()}};
  Talk talk;
  talk.open();
  REQUIRE(talk.asked(numbered(0, 673).add(rest)).cls == Class::kWrite);
  REQUIRE(talk.asked(Bytes{}.u8(0).u8(0)).cls == Class::kUnspecified);
  for (const Bytes& type : {numbered(1, 673), numbered(0, 673 | 1u << 16), Bytes{}.named(0, "673"),
                            Bytes{}.u8(4).u16(0).u64(673).u64(0), Bytes{}.u8(5).u16(0).text("673"),
                            Bytes{}.four(0, 672), Bytes{}.u8(0x81).u8(0).u16(673).text("urn:x")}) {
    const Operation& op = talk.asked(Bytes(type).add(rest));
    REQUIRE(op.name == "unknown");
    REQUIRE(op.cls == Class::kUnspecified);
  }
}

TEST_CASE("evasion: one forbidden item among many is among the points", "[wire][opcua]") {
  Talk talk;
  std::vector<std::pair<Bytes, Bytes>> items;
  for (uint32_t i = 0; i < 50; ++i)
    items.push_back({numbered(2, i * 2), Bytes{}.u8(1).u8(6).u32(1)});
  items[33].first = Bytes{}.named(7, "Safety");
  const Operation& op = talk.asked(write_request(items));
  REQUIRE(op.points.size() == 50);
  REQUIRE(op.points[33].name == "Safety");
  REQUIRE(op.points[33].first == node(7, 0));
}

TEST_CASE("evasion: nodes of the same bytes but another kind differ", "[wire][opcua]") {
  Talk talk;
  const Operation& op = talk.asked(read_request({Bytes{}.named(2, "0123456789abcdef"),
                                                 Bytes{}.u8(5).u16(2).text("0123456789abcdef"),
                                                 Bytes{}.u8(4).u16(2).raw("0123456789abcdef")}));
  REQUIRE(op.points[0].first == node(2, 0));
  REQUIRE(op.points[1].first == node(2, 5));
  REQUIRE(op.points[2].first == node(2, 4));
}

TEST_CASE("evasion: a node named by namespace URI or server cannot be held to a rule",
          "[wire][opcua]") {
  Talk talk;
  Bytes body = request(494).u32(1).numeric(2, 3).u8(0).u8(35).u8(1).null_text();
  REQUIRE(talk.asked(Bytes(body).u8(0x82).u16(0).u32(4).text("urn:x").u32(1)).clipped);
  REQUIRE(talk.asked(Bytes(body).u8(0x42).u16(2).u32(4).u32(1).u32(1)).clipped);
  REQUIRE_FALSE(talk.asked(Bytes(body).u8(0x42).u16(2).u32(4).u32(0).u32(1)).clipped);
}

TEST_CASE("evasion: a service in a message of another type is a fault", "[wire][opcua]") {
  const Fault refused{FaultKind::kBadType, 24};
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(message("CLOF", write_of(1))) == refused);
  REQUIRE(talk.asks(message("MSGF", request(452))) == refused);
  REQUIRE(talk.asks(open_frame(kNone, write_of(1), 0)).kind == FaultKind::kBadType);
  REQUIRE(talk.asks(message("CLOF", request(452))) == Fault{});
  REQUIRE(talk.told().name == "close_secure_channel_request");
}

TEST_CASE("evasion: requests of the server and responses of the client are faults",
          "[wire][opcua]") {
  Talk talk;
  talk.open();
  REQUIRE(talk.answers(message("MSGF", write_of(1))) == Fault{FaultKind::kBadState, 24});
  REQUIRE(talk.asks(message("MSGF", response(476))) == Fault{FaultKind::kBadState, 24});
}

TEST_CASE("opcua: messages of another channel than was opened are faults", "[wire][opcua]") {
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(message("MSGF", write_of(1), {1, 6})) == Fault{FaultKind::kBadState, 8});
  REQUIRE(talk.answers(open_response(kNone, 6)) == Fault{});
  REQUIRE(talk.asks(message("MSGF", write_of(1), {1, 6})) == Fault{});
}

TEST_CASE("opcua: without security what does not parse is a fault", "[wire][opcua]") {
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(message("MSGF", Bytes{}.raw("not a service"))).kind == FaultKind::kBadEncoding);
}

TEST_CASE("opcua: a signed channel is read without the signatures", "[wire][opcua]") {
  Talk talk;
  talk.open(kSigning);
  REQUIRE(talk.told().name == "encrypted_open");
  REQUIRE(talk.told().opaque);
  REQUIRE(talk.asks(sealed("MSGF", write_of(1), 32)) == Fault{});
  REQUIRE(talk.told().cls == Class::kWrite);
  REQUIRE_FALSE(talk.told().opaque);
  // Once it is known to be signed, what does not parse is no longer taken for encrypted.
  REQUIRE(talk.asks(sealed("MSGF", write_of(1), 31)).kind != FaultKind::kNone);
  const Halves halves = cut(write_of(9), 50);
  REQUIRE(talk.asks(sealed("MSGC", halves.front, 32)) == Fault{});
  REQUIRE(talk.asks(sealed("MSGF", halves.back, 32)) == Fault{});
  REQUIRE(talk.told().points[0].first == node(2, 9));
}

TEST_CASE("opcua: an encrypted channel is opaque and of no class", "[wire][opcua]") {
  Talk talk;
  talk.open(kSigning);
  REQUIRE(talk.asks(message("MSGC", Bytes{}.raw(std::string(64, '?')))) == Fault{});
  REQUIRE(talk.told().name == "encrypted");
  REQUIRE(talk.asks(message("MSGF", Bytes{}.raw(std::string(64, '?')))) == Fault{});
  REQUIRE(talk.told().name == "encrypted");
  REQUIRE(talk.told().opaque);
  REQUIRE(talk.told().cls == Class::kUnspecified);
  // It stays so, even for what happens to look readable.
  REQUIRE(talk.asks(sealed("MSGF", write_of(1), 32)) == Fault{});
  REQUIRE(talk.told().opaque);
  REQUIRE(talk.asks(message("CLOF", Bytes{}.raw(std::string(64, '?')))) == Fault{});
  REQUIRE(talk.told().name == "encrypted_close");
}

TEST_CASE("opcua: a policy that nobody knows is opaque from the start", "[wire][opcua]") {
  Talk talk;
  talk.open("http://example.org/policy#Ours");
  REQUIRE(talk.asks(message("MSGF", write_of(1))) == Fault{});
  REQUIRE(talk.told().opaque);
}

TEST_CASE("evasion: a request for another policy changes nothing until it is granted",
          "[wire][opcua]") {
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(open_request(kSigning)) == Fault{});
  REQUIRE(talk.asks(message("MSGF", Bytes{}.raw("not a service"))).kind == FaultKind::kBadEncoding);
  REQUIRE(talk.asked(write_of(1)).cls == Class::kWrite);
}

TEST_CASE("opcua: in the middle of a connection messages are read as they come", "[wire][opcua]") {
  Talk talk;
  REQUIRE(talk.asks(message("MSGF", Bytes{}.raw(std::string(64, '?')))) == Fault{});
  REQUIRE(talk.told().opaque);
  REQUIRE(talk.asked(write_of(1)).cls == Class::kWrite);
  REQUIRE(talk.asks(message("MSGF", Bytes{}.raw(std::string(64, '?')))).kind != FaultKind::kNone);
}

TEST_CASE("opcua: an open without security is a request and its answer", "[wire][opcua]") {
  Talk talk;
  REQUIRE(talk.asks(open_request()) == Fault{});
  REQUIRE(talk.told().code == 446);
  REQUIRE(talk.told().request_id == 1);
  REQUIRE(talk.answers(open_response()) == Fault{});
  REQUIRE(talk.told().code == 449);
  REQUIRE(talk.told().request_id == 1);
}

}  // namespace bulkhead::wire::opcua
