// SPDX-License-Identifier: Apache-2.0
#include "enip_talk.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;
using wire::FaultKind;

namespace {

FaultKind size_fault(const Bytes& bytes) {
  wire::enip::Connection connection;
  return connection.frame_size(Side::kRequest, bytes).fault().kind;
}

std::string datagram(const Bytes& bytes, Side side = Side::kRequest) {
  Talk talk;
  const wire::Fault fault = talk.connection->datagram(side, bytes, talk);
  if (fault.kind != FaultKind::kNone) return std::string(to_string(fault.kind));
  return std::string(talk.operation.name) + ' ' + std::to_string(talk.count);
}

Bytes io_data(uint32_t connection) {
  return le16(2) + item(0x8002, le32(connection) + le32(77)) + item(0xb1, {1, 0, 5});
}

}  // namespace

TEST_CASE("enip: commands are operations", "[wire][enip]") {
  Talk talk;
  CHECK(talk.says(command(0x65, le16(1) + le16(0))) == "register_session");
  CHECK(talk.answers(command(0x65, le16(1) + le16(0))) == "response register_session");
  CHECK(talk.says(command(0x63, {})) == "list_identity");
  CHECK(talk.answers(command(0x63, le16(1) + item(0x0c, Bytes(33)))) == "response list_identity");
  CHECK(talk.says(command(0x04, {})) == "list_services");
  CHECK(talk.says(command(0x66, {})) == "unregister_session");
  CHECK(talk.says(command(0x00, {1, 2, 3})) == "nop");
}

TEST_CASE("enip: a command that is refused is an exception", "[wire][enip]") {
  Talk talk;
  CHECK(talk.answers(command(0x6f, {}, 3)) == "response send_rr_data refused 3");
  CHECK(talk.answers(command(0x65, {}, 0x69)) == "response register_session refused 105");
}

TEST_CASE("enip: what is no command ends the framing", "[wire][enip]") {
  CHECK(size_fault({'G', 'E', 'T', ' '}) == FaultKind::kBadType);
  CHECK(size_fault({0x6f, 0, 0xff, 0xff}) == FaultKind::kTooLong);
  wire::enip::Connection connection;
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x6f, 0, 4}).need_more());
}

TEST_CASE("enip: options and interfaces that are not CIP's are faults", "[wire][enip]") {
  Talk talk;
  Bytes frame = rr_data(read_tag("A"));
  frame[20] = 1;
  CHECK(talk.says(frame) == "bad_flags at 20");
  frame = rr_data(read_tag("A"));
  frame[24] = 1;
  CHECK(talk.says(frame) == "bad_value at 24");
}

TEST_CASE("enip: a packet has the two items of its command, and socket addresses", "[wire][enip]") {
  Talk talk;
  const Bytes head = le32(0) + le16(10);
  const Bytes data = item(0xb2, read_tag("A"));
  const auto said = [&](const Bytes& items) { return talk.says(command(0x6f, head + items)); };
  CHECK(said(le16(2) + item(0) + data) == "read_tag tag A");
  CHECK(said(le16(3) + item(0) + data + item(0x8000, Bytes(16))) == "read_tag tag A");
  CHECK(said(le16(3) + item(0) + data + data).find("bad_type") == 0);
  CHECK(said(le16(1) + data).find("bad_count") == 0);
  CHECK(said(le16(2) + item(0) + data + Bytes{0}).find("bad_length") == 0);
  CHECK(said(le16(2) + item(0xa1, le32(1)) + data).find("bad_type") == 0);
  CHECK(said(le16(2) + item(0, {1, 2}) + data).find("bad_length") == 0);
  CHECK(said(le16(2) + data + item(0)).find("bad_type") == 0);
}

TEST_CASE("enip: data of I/O connections is told with the connection", "[wire][enip]") {
  CHECK(datagram(io_data(0xbbbb)) == "io_data 1");
  CHECK(datagram(io_data(0xbbbb), Side::kResponse) == "io_data 1");
  CHECK(datagram(command(0x63, {})) == "list_identity 1");
  CHECK(datagram(command(0x63, {}) + Bytes{0}) == "bad_length");
  CHECK(datagram({1, 2, 3}) != "io_data 1");
  Talk talk;
  const Bytes bytes = io_data(0xbbbb);
  (void)talk.connection->datagram(Side::kRequest, bytes, talk);
  CHECK(talk.operation.cls == wire::OperationClass::kWrite);
  CHECK(talk.operation.direction == wire::Direction::kUnsolicited);
  CHECK(talk.operation.points[0].first == 0xbbbb);
}

TEST_CASE("enip: is recognised by its first request alone", "[wire][enip]") {
  Bytes frame = command(0x65, le16(1) + le16(0));
  CHECK_FALSE(wire::enip::Connection::recognises(frame));  // of a session that there is not yet
  frame[4] = frame[5] = 0;
  CHECK(wire::enip::Connection::recognises(frame));
  frame[2] = 5;
  CHECK_FALSE(wire::enip::Connection::recognises(frame));
  CHECK_FALSE(wire::enip::Connection::recognises(Bytes(24)));
}
