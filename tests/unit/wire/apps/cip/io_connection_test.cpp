// SPDX-License-Identifier: Apache-2.0
// What the opening of an I/O connection says of the data that will come by another flow.
#include "wire/apps/cip/io_connection.h"

#include "../enip/enip_talk.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;
using wire::cip::IoChange;
using wire::cip::IoType;
using wire::cip::IoWay;

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// What the answer to the opening announces; nullptr: nothing.
const IoChange* announced(Talk& talk, const Io& io) {
  (void)talk.says(io.open());
  (void)talk.answers(io.opened());
  return talk.operation.io;
}

// "write assembly 150" of one way of the data.
std::string told(const IoChange& change, const IoWay& way, bool to_target) {
  Talk words;
  const Bytes bytes = io_data(way.identifier, 1);
  (void)words.connection->datagram(Side::kRequest, bytes, words);
  wire::cip::tell_io({way, to_target, change.connection.unit, change.connection.transport_class},
                     words.operation);
  std::string out(to_string(words.operation.cls));
  if (words.operation.clipped) out += " clipped";
  for (const wire::PointRange& point : words.operation.points) {
    CHECK(point.access == words.operation.cls);
    out += ' ' + std::string(to_string(point.type)) + ' ';
    if (!point.name.empty()) out += point.name;
    if (point.type == wire::PointType::kCipAssembly) out += std::to_string(point.first);
    if (point.type == wire::PointType::kCipObject)
      out += std::to_string(point.first >> 48) + '/' + std::to_string(point.first >> 16 & 0xffff);
  }
  return out;
}
std::string told_to_target(const Bytes& path, const Io& io = {}) {
  Talk talk;
  Io opening = io;
  opening.path = path;
  const IoChange* change = announced(talk, opening);
  REQUIRE(change != nullptr);
  return told(*change, change->connection.to_target, true);
}
std::string told_to_originator(const Bytes& path, const Io& io = {}) {
  Talk talk;
  Io opening = io;
  opening.path = path;
  const IoChange* change = announced(talk, opening);
  REQUIRE(change != nullptr);
  return told(*change, change->connection.to_originator, false);
}

}  // namespace

TEST_CASE("cip io: an opening that the device confirms is announced with both ways",
          "[wire][cip]") {
  Talk talk;
  Io io;
  io.path = slot(3) + io.path;
  io.originator_way = 0x2c00 | 32;
  const IoChange* change = announced(talk, io);
  REQUIRE(change != nullptr);
  CHECK(change->opens);
  const wire::cip::IoConnection& opened = change->connection;
  CHECK(opened.unit == 4);
  CHECK(opened.transport_class == 1);
  CHECK(opened.triad.connection == 0x2211);
  CHECK(opened.group == 0);
  CHECK(opened.to_target.identifier == 0xbbbb);
  CHECK(opened.to_target.type == IoType::kPointToPoint);
  CHECK(opened.to_target.size == 500);
  CHECK(opened.to_target.priority == 2);
  CHECK(opened.to_originator.identifier == 0xaaaa);
  CHECK(opened.to_originator.type == IoType::kMulticast);
  CHECK(opened.to_originator.size == 32);
  CHECK(opened.to_originator.priority == 3);
}

TEST_CASE("cip io: the large opening has sizes of 16 bits", "[wire][cip]") {
  Talk talk;
  const Io io;
  const Bytes data = Bytes{10, 5} + le32(0) + le32(0xaaaa) + io.triad() + Bytes{2, 0, 0, 0} +
                     le32(8000) + le32(0x4a00'0000 | 4000) + le32(8000) + le32(0x2c00'0000 | 600) +
                     Bytes{0x01, 4} + io.path;
  (void)talk.says(rr_data(request(0x5b, object(6, 1), data)));
  (void)talk.answers(rr_data(reply(
      0x5b, le32(0xbbbb) + le32(0xaaaa) + io.triad() + le32(8000) + le32(8000) + Bytes{0, 0})));
  REQUIRE(talk.operation.io != nullptr);
  const wire::cip::IoConnection& opened = talk.operation.io->connection;
  CHECK(opened.to_target.size == 4000);
  CHECK(opened.to_target.type == IoType::kPointToPoint);
  CHECK(opened.to_target.priority == 2);
  CHECK(opened.to_originator.size == 600);
  CHECK(opened.to_originator.type == IoType::kMulticast);
}

TEST_CASE("cip io: what is refused, not asked for, or for messages is not announced",
          "[wire][cip]") {
  Talk talk;
  const Io io;
  (void)talk.answers(io.opened());
  CHECK(talk.operation.io == nullptr);
  (void)talk.says(io.open());
  CHECK(talk.operation.io == nullptr);
  (void)talk.answers(io.opened(1));
  CHECK(talk.operation.io == nullptr);
  Io messages;
  messages.transport = 0xa3;
  CHECK(announced(talk, messages) == nullptr);
}

TEST_CASE("cip io: a closing that the device confirms is announced by its triad", "[wire][cip]") {
  Talk talk;
  const Io io;
  (void)talk.says(io.close());
  CHECK(talk.operation.io == nullptr);
  (void)talk.answers(io.closed());
  REQUIRE(talk.operation.io != nullptr);
  CHECK_FALSE(talk.operation.io->opens);
  CHECK(talk.operation.io->connection.triad.connection == 0x2211);
  CHECK(talk.operation.io->connection.triad.originator == 0x0403'0201);
}

TEST_CASE("cip io: of two connection points the first is consumed and the second produced",
          "[wire][cip]") {
  const Bytes path = {0x20, 4, 0x24, 100, 0x2c, 150, 0x2c, 151};
  CHECK(told_to_target(path) == "write assembly 150");
  CHECK(told_to_originator(path) == "read assembly 151");
}

TEST_CASE("cip io: instances in place of connection points are in the same order", "[wire][cip]") {
  const Bytes three = {0x20, 4, 0x24, 100, 0x24, 150, 0x24, 151};
  CHECK(told_to_target(three) == "write cip_object 4/150");
  CHECK(told_to_originator(three) == "read cip_object 4/151");
  const Bytes two = {0x20, 4, 0x24, 150, 0x24, 151};
  CHECK(told_to_target(two) == "write cip_object 4/150");
  CHECK(told_to_originator(two) == "read cip_object 4/151");
}

TEST_CASE("cip io: one path is that of both ways", "[wire][cip]") {
  CHECK(told_to_target({0x20, 4, 0x24, 100, 0x2c, 150}) == "write assembly 150");
  CHECK(told_to_originator({0x20, 4, 0x24, 100, 0x2c, 150}) == "read assembly 150");
  CHECK(told_to_target(symbol("Level")) == "write tag Level");
  CHECK(told_to_originator(symbol("Level")) == "read tag Level");
}

TEST_CASE("cip io: where it is not sure which path is which way's, all are told", "[wire][cip]") {
  Io one_way;
  one_way.target_way = 0;
  CHECK(told_to_originator({0x20, 4, 0x24, 100, 0x2c, 150, 0x2c, 151}, one_way) ==
        "read cip_object 4/100 assembly 150 assembly 151");
  CHECK(told_to_target({0x20, 4, 0x2c, 1, 0x2c, 2, 0x2c, 3}) ==
        "write clipped cip_object 4/0 assembly 1 assembly 2");
}

TEST_CASE("evasion: data of a connection whose path names nothing fits no rule", "[wire][cip]") {
  CHECK(told_to_target(slot(3)) == "write clipped");
}

TEST_CASE("evasion: a tag that is too long to be remembered fits no rule", "[wire][cip]") {
  CHECK(told_to_target(symbol(std::string(44, 'a'))) == "write tag " + std::string(44, 'a'));
  CHECK(told_to_target(symbol(std::string(45, 'a'))) == "write clipped");
}

TEST_CASE("cip io: a connection lives for interval times multiplier, and 10 seconds at least",
          "[wire][cip]") {
  CHECK(wire::cip::lifetime_ns(8000, 2) == 10 * kSecond);
  CHECK(wire::cip::lifetime_ns(1'000'000, 2) == 16 * kSecond);
  CHECK(wire::cip::lifetime_ns(1'000'000, 7) == 512 * kSecond);
  CHECK(wire::cip::lifetime_ns(1'000'000, 8) == 512 * kSecond);  // reserved
  CHECK(wire::cip::lifetime_ns(UINT32_MAX, 255) == 4'294'967'295ull * 1000 * 512);
}

TEST_CASE("cip io: the group that data to the originator goes to is in the answer's items",
          "[wire][cip]") {
  const auto group = [](const Bytes& sockaddr) {
    Talk talk;
    Io io;
    io.sockaddr = sockaddr;
    const IoChange* change = announced(talk, io);
    return change == nullptr ? UINT32_MAX : change->connection.group;
  };
  const Bytes rest = Bytes{0x08, 0xae, 239, 192, 1, 32} + Bytes(8);
  CHECK(group(item(0x8001, Bytes{0, 2} + rest)) == 0xefc0'0120);
  CHECK(group(item(0x8000, Bytes{0, 2} + rest)) == 0);   // to the target
  CHECK(group(item(0x8001, Bytes{0, 10} + rest)) == 0);  // another family
  CHECK(group(item(0x8001, Bytes{0, 2, 0x08, 0xae, 10, 0, 0, 1} + Bytes(8))) == 0);
}

TEST_CASE("cip io: a datagram's values are without the sequence count of class 1", "[wire][cip]") {
  const auto bytes = [](uint8_t transport, const Bytes& data) {
    IoWay way;
    way.size = 6;
    Talk words;
    const Bytes datagram = io_data(1, 7, data);
    (void)words.connection->datagram(Side::kRequest, datagram, words);
    CHECK(wire::cip::io_identifier(words.operation) == 1);
    CHECK(wire::cip::io_sequence(words.operation) == 7);
    wire::cip::tell_io({way, true, 0, transport}, words.operation);
    return std::to_string(words.operation.values[0].bytes.size()) +
           (words.operation.out_of_turn ? " out of turn" : "");
  };
  CHECK(bytes(1, {1, 0, 5, 6}) == "2");
  CHECK(bytes(0, {1, 0, 5, 6}) == "4");
  CHECK(bytes(1, {1, 0}) == "0");
  CHECK(bytes(0, {}) == "0");
  CHECK(bytes(1, {1}) == "0 out of turn");
  CHECK(bytes(1, Bytes(6)) == "4");
  CHECK(bytes(1, Bytes(7)) == "5 out of turn");  // more than was agreed on
}

TEST_CASE("cip: a connection on which its originator is silent for its lifetime is not known",
          "[wire][cip]") {
  Talk talk;
  talk.now_ns = 100 * kSecond;
  (void)talk.says(rr_data(forward_open(slot(3) + object(2, 1))));
  (void)talk.answers(rr_data(opened()));
  talk.now_ns += 10 * kSecond;
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @4 tag A");
  // An answer does not keep the target's timer from running out.
  talk.now_ns += 9 * kSecond;
  CHECK(talk.answers(unit_data(0xaaaa, 1, reply(0x4c, le16(0xc3) + le16(7)))) ==
        "response read_tag @4 = 7");
  talk.now_ns += kSecond + 1;
  CHECK(talk.says(unit_data(0xbbbb, 2, read_tag("A"))) == "read_tag @? tag A");
  CHECK(talk.answers(unit_data(0xaaaa, 3, reply(0x4c, le16(0xc3) + le16(7))))
            .starts_with("response unknown"));
}
