// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "mqtt_talk.h"

using namespace bulkhead;
using test::mqtt::connect;
using test::mqtt::packet;
using test::mqtt::Packet;
using test::mqtt::text;
using test::mqtt::operator+;
using wire::Side;

namespace {

struct Line : test::Refusals<wire::mqtt::Connection> {
  Line() = default;
  explicit Line(uint8_t level) { say(Side::kRequest, connect(level)); }
};

Packet publish(uint8_t qos, const Packet& properties, const std::string& topic = "t",
               uint8_t value = 1) {
  const Packet id = qos == 0 ? Packet{} : Packet{0x12, 0x34};
  return packet(static_cast<uint8_t>(0x30 | qos << 1),
                text(topic) + id + properties + Packet{value});
}

}  // namespace

TEST_CASE("mqtt: a refused connect is not authorized, in the words of its level",
          "[wire][mqtt][refusal]") {
  CHECK(Line{}.refuse(connect(3)) == Packet{0x20, 2, 0, 5});
  CHECK(Line{}.refuse(connect(4)) == Packet{0x20, 2, 0, 5});
  CHECK(Line{}.refuse(connect(5)) == Packet{0x20, 3, 0, 0x87, 0});
}

TEST_CASE("mqtt: a publication of MQTT 5 is refused by its first acknowledgement",
          "[wire][mqtt][refusal]") {
  CHECK(Line(5).refuse(publish(1, {0})) == Packet{0x40, 3, 0x12, 0x34, 0x87});
  CHECK(Line(5).refuse(publish(2, {0})) == Packet{0x50, 3, 0x12, 0x34, 0x87});
  CHECK(Line(5).refuse(publish(0, {0})).empty());
  CHECK(Line(5).refuse(publish(1, {0}), Side::kResponse) == Packet{0x40, 3, 0x12, 0x34, 0x87});
}

TEST_CASE("mqtt: a publication of an earlier level is refused without a word",
          "[wire][mqtt][refusal]") {
  CHECK(Line(4).refuse(publish(1, {})).empty());
  CHECK(Line(3).refuse(publish(2, {})).empty());
}

TEST_CASE("mqtt: a subscription is refused filter by filter", "[wire][mqtt][refusal]") {
  const Packet filters = text("a/#") + Packet{1} + text("b") + Packet{0};
  CHECK(Line(4).refuse(packet(0x82, Packet{0, 9} + filters)) == Packet{0x90, 4, 0, 9, 0x80, 0x80});
  CHECK(Line(5).refuse(packet(0x82, Packet{0, 9, 0} + filters)) ==
        Packet{0x90, 5, 0, 9, 0, 0x87, 0x87});
  CHECK(Line(3).refuse(packet(0x82, Packet{0, 9} + filters)).empty());
}

TEST_CASE("mqtt: two hundred filters are refused in a packet of a two-byte length",
          "[wire][mqtt][refusal]") {
  Packet filters;
  for (int i = 0; i < 200; ++i) filters = filters + text("a") + Packet{0};
  CHECK(Line(4).refuse(packet(0x82, Packet{0, 9} + filters)) ==
        packet(0x90, Packet{0, 9} + Packet(200, 0x80)));
  for (int i = 0; i < 400; ++i) filters = filters + text("a") + Packet{0};
  CHECK(Line(4).refuse(packet(0x82, Packet{0, 9} + filters)).empty());
}

TEST_CASE("mqtt: the end of a subscription can be refused in MQTT 5 only",
          "[wire][mqtt][refusal]") {
  CHECK(Line(5).refuse(packet(0xa2, Packet{0, 9, 0} + text("a"))) ==
        Packet{0xb0, 4, 0, 9, 0, 0x87});
  CHECK(Line(4).refuse(packet(0xa2, Packet{0, 9} + text("a"))).empty());
  CHECK(Line(4).refuse({0xc0, 0}).empty());
}

TEST_CASE("evasion: an alias that a refused publication bound anew stands for nothing",
          "[wire][mqtt][refusal]") {
  Line talk(5);
  const Packet alias = {3, 0x23, 0, 1};
  talk.say(Side::kRequest, publish(1, alias, "allowed"));
  (void)talk.refuse(publish(1, alias, "other"));
  // The broker still takes it for the first topic.
  const wire::Fault fault = talk.connection->frame(Side::kRequest, publish(1, alias, ""), talk);
  CHECK(to_string(fault.kind) == "bad_state");
}

TEST_CASE("mqtt: an alias that was bound before a refusal keeps its topic",
          "[wire][mqtt][refusal]") {
  Line talk(5);
  const Packet alias = {3, 0x23, 0, 1};
  talk.say(Side::kRequest, publish(1, alias, "allowed"));
  (void)talk.refuse(publish(1, alias, ""));
  talk.say(Side::kRequest, publish(1, alias, ""));
  CHECK(talk.operation.points[0].name == "allowed");
}
