// SPDX-License-Identifier: Apache-2.0
// MQTT: operations of each packet, faults and their offsets, evasions; the published table.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "mqtt_talk.h"

namespace bulkhead::test::mqtt {
namespace {

using wire::Direction;
using wire::Fault;
using wire::FaultKind;
using wire::OperationClass;
using wire::Side;

const Fault kFine{};

Packet subscribe(const std::string& filter, uint8_t options = 0) {
  return packet(0x82, Packet{0, 7} + text(filter) + Packet{options});
}

}  // namespace

TEST_CASE("mqtt: docs/protocols/mqtt.md lists exactly the operations of the table",
          "[wire][mqtt]") {
  REQUIRE(documented_rows("mqtt") == expected_rows(wire::mqtt::functions()));
}

TEST_CASE("mqtt: a publication is a write of its topic", "[wire][mqtt]") {
  Talk talk(4);
  REQUIRE(talk.say(packet(0x32, text("a/b") + Packet{0, 9, 'x'})) == kFine);
  CHECK(talk.operation.name == "publish_message");
  CHECK(talk.operation.cls == OperationClass::kWrite);
  CHECK(talk.operation.request_id == 9);
  CHECK(talk.topic() == "a/b");
  CHECK(talk.operation.values[0].bytes.size() == 1);
  REQUIRE(talk.answer(packet(0x30, text("a/b"))) == kFine);
  CHECK(talk.operation.direction == Direction::kUnsolicited);
}

TEST_CASE("mqtt: commands of Sparkplug are control, their acknowledgements part of the session",
          "[wire][mqtt]") {
  Talk talk(4);
  for (const std::string kind : {"NCMD", "DCMD"}) {
    REQUIRE(talk.say(packet(0x32, text("spBv1.0/g/" + kind + "/n") + Packet{0, 3})) == kFine);
    CHECK(talk.operation.cls == OperationClass::kControl);
    REQUIRE(talk.answer(packet(0x40, {0, 3})) == kFine);
    CHECK(talk.operation.cls == OperationClass::kSession);
    CHECK(talk.operation.direction == Direction::kResponse);
    CHECK(talk.operation.request_id == 3);
  }
  REQUIRE(talk.say(packet(0x30, text("spBv1.0/g/NDATA/n"))) == kFine);
  CHECK(talk.operation.name == "sparkplug_ndata");
  CHECK(talk.operation.cls == OperationClass::kWrite);
}

TEST_CASE("mqtt: subscriptions read, and discover by wildcards", "[wire][mqtt]") {
  Talk talk(4);
  REQUIRE(talk.say(subscribe("a/+/c")) == kFine);
  CHECK(talk.operation.cls == OperationClass::kRead);
  CHECK(talk.topic() == "a/+/c");
  for (const char* filter : {"#", "a/#", "+/+/+", "spBv1.0/g/NBIRTH/n", "spBv1.0/+/+/n"}) {
    REQUIRE(talk.say(subscribe(filter)) == kFine);
    CHECK(talk.operation.cls == OperationClass::kDiscover);
    CHECK(talk.operation.name == "subscribe_discover");
  }
  REQUIRE(talk.answer(packet(0x90, {0, 7, 0x80})) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0x80);
  CHECK(talk.operation.cls == OperationClass::kDiscover);
  REQUIRE(talk.say(packet(0xa2, Packet{0, 8} + text("a") + text("b"))) == kFine);
  CHECK(talk.operation.points.size() == 2);
}

TEST_CASE("mqtt: a will is a publication in waiting", "[wire][mqtt]") {
  Talk talk;
  const Packet will = text("spBv1.0/g/NCMD/n") + text("payload");
  REQUIRE(talk.say(connect(4, 6, will)) == kFine);
  CHECK(talk.operation.name == "connect_will_ncmd");
  CHECK(talk.operation.cls == OperationClass::kControl);
  CHECK(talk.topic() == "spBv1.0/g/NCMD/n");
  Talk other;
  REQUIRE(other.say(connect(5, 6, Packet{0} + text("t") + text("p"))) == kFine);
  CHECK(other.operation.name == "connect_will");
}

TEST_CASE("mqtt: a broker's refusal is an exception", "[wire][mqtt]") {
  Talk talk(4);
  REQUIRE(talk.answer(packet(0x20, {0, 5})) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 5);
  Talk five(5);
  REQUIRE(five.answer(packet(0x20, {0, 0x87, 0})) == kFine);
  CHECK(five.operation.exception_code == 0x87);
  REQUIRE(five.answer(packet(0x40, {0, 1, 0x87})) == kFine);
  CHECK(five.operation.exception_code == 0x87);
}

TEST_CASE("mqtt: sessions are kept and ended", "[wire][mqtt]") {
  Talk talk(4);
  for (const uint8_t first : {uint8_t{0xc0}, uint8_t{0xe0}}) {
    REQUIRE(talk.say(packet(first, {})) == kFine);
    CHECK(talk.operation.cls == OperationClass::kSession);
  }
  REQUIRE(talk.answer(packet(0xd0, {})) == kFine);
  CHECK(talk.operation.direction == Direction::kResponse);
}

TEST_CASE("mqtt: a frame is as long as its header says", "[wire][mqtt]") {
  const wire::mqtt::Connection connection;
  const auto size_of = [&](const Packet& bytes) {
    return connection.frame_size(Side::kRequest, bytes);
  };
  CHECK(size_of({0x30}).need_more());
  CHECK(size_of({0x30, 0x80}).need_more());
  CHECK(*size_of({0x30, 0x80, 0x01}) == 131);
  CHECK(size_of({0x30, 0x80, 0x00}).fault() == Fault{FaultKind::kBadEncoding, 2});
  CHECK(size_of({0x30, 0x80, 0x80, 0x80, 0x80}).fault() == Fault{FaultKind::kBadLength, 4});
  CHECK(size_of({0x30, 0x80, 0x80, 0x04}).fault() == Fault{FaultKind::kTooLong, 1});
}

TEST_CASE("mqtt: what does not follow the specification is a fault where it stands",
          "[wire][mqtt]") {
  Talk talk(4);
  CHECK(talk.say({0x00, 0}) == Fault{FaultKind::kBadType, 0});
  CHECK(talk.say({0xf0, 0}) == Fault{FaultKind::kBadType, 0});
  CHECK(talk.say(packet(0x36, text("a") + Packet{0, 1})) == Fault{FaultKind::kBadFlags, 0});
  CHECK(talk.say(packet(0x80, {})) == Fault{FaultKind::kBadFlags, 0});
  CHECK(talk.say(packet(0x30, text("a/#"))) == Fault{FaultKind::kBadValue, 2});
  CHECK(talk.say(packet(0x30, {0, 9, 'a'})) == Fault{FaultKind::kBadLength, 4});
  CHECK(talk.say(packet(0x30, {0, 2, 0xc0, 0x80})) == Fault{FaultKind::kBadEncoding, 2});
  CHECK(talk.say(packet(0x32, text("a") + Packet{0, 0})) == Fault{FaultKind::kBadValue, 5});
  CHECK(talk.say(packet(0x82, {0, 7})) == Fault{FaultKind::kBadCount, 4});
  CHECK(talk.say(subscribe("a#")) == Fault{FaultKind::kBadValue, 4});
  CHECK(talk.say(subscribe("a", 3)) == Fault{FaultKind::kBadFlags, 7});
  CHECK(talk.say({0xc0, 1, 0}) == Fault{FaultKind::kBadLength, 2});
  CHECK(talk.answer(packet(0x82, {0, 7})) == Fault{FaultKind::kBadState, 0});
  CHECK(talk.count == 0);
  Talk fresh;
  CHECK(fresh.say(connect(6)) == Fault{FaultKind::kBadVersion, 2});
  CHECK(fresh.say(connect(4, 3)) == Fault{FaultKind::kBadFlags, 9});
}

TEST_CASE("mqtt: properties stand where they may, once", "[wire][mqtt]") {
  Talk talk(5);
  const auto publish = [&](const Packet& properties) {
    return talk.say(
        packet(0x30, text("a") + Packet{static_cast<uint8_t>(properties.size())} + properties));
  };
  CHECK(publish({0x01, 0}) == kFine);
  CHECK(publish(Packet{0x26} + text("k") + text("v") + Packet{0x26} + text("k") + text("v")) ==
        kFine);
  CHECK(publish({0x01, 0, 0x01, 0}) == Fault{FaultKind::kBadOption, 8});
  CHECK(publish({0x21, 0, 1}) == Fault{FaultKind::kBadOption, 6});
  CHECK(publish({0x7f}) == Fault{FaultKind::kBadOption, 6});
  CHECK(publish({0x02, 0}) == Fault{FaultKind::kBadLength, 7});
}

TEST_CASE("evasion: mqtt: a topic alias stands for the topic it was bound to", "[wire][mqtt]") {
  Talk talk(5);
  const auto publish = [&](const std::string& topic, uint8_t alias, Side side = Side::kRequest) {
    return talk.say(packet(0x30, text(topic) + Packet{3, 0x23, 0, alias}), side);
  };
  REQUIRE(publish("spBv1.0/g/NCMD/n", 1) == kFine);
  REQUIRE(publish("", 1) == kFine);
  CHECK(talk.topic() == "spBv1.0/g/NCMD/n");
  CHECK(talk.operation.cls == OperationClass::kControl);
  CHECK(publish("", 1, Side::kResponse).kind == FaultKind::kBadState);  // each side has its own
  CHECK(publish("", 2).kind == FaultKind::kBadState);
  CHECK(publish("", 1).kind == FaultKind::kBadState);  // a fault made all of them uncertain
  CHECK(publish("t", 17).kind == FaultKind::kTooMany);
  CHECK(publish(std::string(257, 't'), 1).kind == FaultKind::kTooLong);
  CHECK(publish("t", 0).kind == FaultKind::kBadValue);
  REQUIRE(publish("first", 3) == kFine);
  REQUIRE(publish("second", 3) == kFine);
  REQUIRE(publish("", 3) == kFine);
  CHECK(talk.topic() == "second");
}

TEST_CASE("evasion: mqtt: a shared subscription is one to its filter", "[wire][mqtt]") {
  Talk talk(4);
  REQUIRE(talk.say(subscribe("$share/group/spBv1.0/#")) == kFine);
  CHECK(talk.topic() == "spBv1.0/#");
  CHECK(talk.operation.points[0].scope == "group");
  CHECK(talk.operation.cls == OperationClass::kDiscover);
  CHECK(talk.say(subscribe("$share/group")).kind == FaultKind::kBadValue);
  CHECK(talk.say(subscribe("$share//a")).kind == FaultKind::kBadValue);
}

TEST_CASE("evasion: mqtt: a connection has one connect and one level", "[wire][mqtt]") {
  Talk talk(5);
  CHECK(talk.say(connect(4)) == Fault{FaultKind::kBadState, 0});
  CHECK(talk.say(packet(0x82, Packet{0, 7, 0} + text("a") + Packet{0})) == kFine);
}

TEST_CASE("evasion: mqtt: without a connect a subscription must read in one way only",
          "[wire][mqtt]") {
  Talk talk;
  CHECK(talk.say(subscribe("a")) == kFine);
  CHECK(talk.topic() == "a");
  CHECK(talk.say(packet(0x82, Packet{0, 7, 0} + text("b") + Packet{0})) == kFine);
  CHECK(talk.topic() == "b");
  // Of level 4: filters "+" and one of 0x128 bytes. Of level 5: a filter of 0x12b bytes.
  const Packet both = Packet{0, 7, 0, 1, '+', 1, 1, 0x28} + Packet(0x128, 'z') + Packet{1};
  CHECK(talk.say(packet(0x82, both)) == Fault{FaultKind::kBadState, 0});
}

TEST_CASE("mqtt: a connect is recognised by name and level", "[wire][mqtt]") {
  CHECK(wire::mqtt::Connection::recognises(connect(3)));
  CHECK(wire::mqtt::Connection::recognises(connect(4)));
  CHECK(wire::mqtt::Connection::recognises(connect(5)));
  CHECK_FALSE(wire::mqtt::Connection::recognises(connect(7)));
  CHECK_FALSE(wire::mqtt::Connection::recognises(packet(0x30, text("MQTT"))));
  CHECK_FALSE(wire::mqtt::Connection::recognises({}));
}

}  // namespace bulkhead::test::mqtt
