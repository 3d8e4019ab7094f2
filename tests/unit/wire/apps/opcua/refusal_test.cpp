// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "messages.h"

using namespace bulkhead;
using namespace bulkhead::wire::opcua;
using wire::Side;

static_assert(wire::Renumbering<Connection>);

namespace {

using Octets = std::vector<uint8_t>;

class Line : public test::Refusals<Connection> {
 public:
  explicit Line(const std::string& policy = kNone) {
    say(Side::kRequest, hello().data);
    say(Side::kResponse, wire::opcua::acknowledge().data);
    say(Side::kRequest, open_request(policy).data);
    say(Side::kResponse, open_response(policy).data);
  }
  Octets adapted(Side side, const wire::opcua::Bytes& message) {
    say(side, message.data);
    Octets out = message.data;
    CHECK(connection->adapt(side, out));
    return out;
  }
};

wire::opcua::Bytes chunk(const std::string& type, const wire::opcua::Bytes& body, uint32_t number,
                         uint32_t id) {
  wire::opcua::Bytes rest;
  rest.u32(5).u32(1).u32(number).u32(id);
  return frame_of(type, rest.add(body));
}
wire::opcua::Bytes service_fault(uint32_t number, uint32_t id) {
  return chunk("MSGF", response(397, 0x801f0000), number, id);
}

const wire::opcua::Bytes kRead = read_request({numbered(2, 10)});
// A response to it without results.
const wire::opcua::Bytes kAnswer = response(634).u32(0).u32(0);

}  // namespace

TEST_CASE("opcua: a refused request is answered by a fault on its channel, with its identifiers",
          "[wire][opcua][refusal]") {
  Line talk;
  CHECK(talk.refuse(chunk("MSGF", kRead, 10, 77).data) == service_fault(10, 77).data);
  CHECK(talk.exception_code == 0x801f0000);
}

TEST_CASE("opcua: further chunks of both ends are numbered without a gap",
          "[wire][opcua][refusal]") {
  Line talk;  // both ends have sent an OPN of number 9
  (void)talk.refuse(chunk("MSGF", kRead, 10, 2).data);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 11, 3)) ==
        chunk("MSGF", kRead, 10, 3).data);
  CHECK(talk.refuse(chunk("MSGF", kRead, 12, 4).data) == service_fault(11, 4).data);
  CHECK(talk.adapted(Side::kResponse, chunk("MSGF", kAnswer, 10, 3)) ==
        chunk("MSGF", kAnswer, 12, 3).data);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 13, 5)) ==
        chunk("MSGF", kRead, 11, 5).data);
}

TEST_CASE("opcua: of a message in chunks all are gone", "[wire][opcua][refusal]") {
  Line talk;
  wire::opcua::Bytes head, tail;
  head.data.assign(kRead.data.begin(), kRead.data.begin() + 40);
  tail.data.assign(kRead.data.begin() + 40, kRead.data.end());
  talk.say(Side::kRequest, chunk("MSGC", head, 10, 2).data);
  CHECK(talk.refuse(chunk("MSGF", tail, 11, 2).data) == service_fault(10, 2).data);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 12, 3)) ==
        chunk("MSGF", kRead, 10, 3).data);
}

TEST_CASE("opcua: numbers that chunks got before their message was refused are given again",
          "[wire][opcua][refusal]") {
  Line talk;
  (void)talk.refuse(chunk("MSGF", kRead, 10, 2).data);
  wire::opcua::Bytes head, tail;
  head.data.assign(kRead.data.begin(), kRead.data.begin() + 40);
  tail.data.assign(kRead.data.begin() + 40, kRead.data.end());
  CHECK(talk.adapted(Side::kRequest, chunk("MSGC", head, 11, 3)) ==
        chunk("MSGC", head, 10, 3).data);
  (void)talk.refuse(chunk("MSGF", tail, 12, 3).data);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 13, 4)) ==
        chunk("MSGF", kRead, 10, 4).data);
}

TEST_CASE("opcua: the number of a renewal of the channel is rewritten too",
          "[wire][opcua][refusal]") {
  Line talk;
  (void)talk.refuse(chunk("MSGF", kRead, 10, 2).data);
  // In open_request() the number is 9 wherever it comes.
  const Octets renewed = talk.adapted(Side::kRequest, open_request());
  Octets expected = open_request().data;
  const size_t at = 8 + 4 + 4 + kNone.size() + 4 + 4;
  REQUIRE(expected[at] == 9);
  expected[at] = 10;
  CHECK(renewed == expected);
}

TEST_CASE("opcua: numbers begin anew behind the last thousand", "[wire][opcua][refusal]") {
  Line talk;
  (void)talk.refuse(chunk("MSGF", kRead, 4294966273, 2).data);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 4294966274, 3)) ==
        chunk("MSGF", kRead, 10, 3).data);
  Line late;
  late.say(Side::kRequest, chunk("MSGF", kRead, 4294966271, 2).data);
  (void)late.refuse(chunk("MSGF", kRead, 4294966272, 3).data);
  CHECK(late.adapted(Side::kRequest, chunk("MSGF", kRead, 1, 4)) ==
        chunk("MSGF", kRead, 4294966272, 4).data);
  CHECK(late.adapted(Side::kRequest, chunk("MSGF", kRead, 2, 5)) ==
        chunk("MSGF", kRead, 1, 5).data);
}

TEST_CASE("opcua: a silent refusal moves the numbers of the client alone",
          "[wire][opcua][refusal]") {
  Line talk;
  const Octets asked = chunk("MSGF", kRead, 10, 2).data;
  talk.say(Side::kRequest, asked);
  CHECK(talk.connection->refuse(Side::kRequest, asked, talk.operation, {}) == 0);
  CHECK(talk.adapted(Side::kRequest, chunk("MSGF", kRead, 11, 3)) ==
        chunk("MSGF", kRead, 10, 3).data);
  CHECK(talk.adapted(Side::kResponse, chunk("MSGF", kAnswer, 10, 3)) ==
        chunk("MSGF", kAnswer, 10, 3).data);
}

TEST_CASE("opcua: signed chunks are refused without a word, and the connection must end",
          "[wire][opcua][refusal]") {
  Line talk(kSigning);
  wire::opcua::Bytes body = kRead;
  for (int i = 0; i < 32; ++i) body.u8(0xaa);
  CHECK(talk.refuse(chunk("MSGF", body, 10, 2).data).empty());
  Octets next = chunk("MSGF", body, 11, 3).data;
  talk.say(Side::kRequest, next);
  CHECK_FALSE(talk.connection->adapt(Side::kRequest, next));
}

TEST_CASE("opcua: greetings, the end of a channel and responses are refused without a word",
          "[wire][opcua][refusal]") {
  Line talk;
  CHECK(talk.refuse(chunk("CLOF", request(452), 10, 2).data).empty());
  talk.say(Side::kRequest, chunk("MSGF", kRead, 11, 3).data);
  CHECK(talk.refuse(chunk("MSGF", kAnswer, 10, 3).data, Side::kResponse).empty());
  test::Refusals<Connection> early;
  CHECK(early.refuse(hello().data).empty());
}
