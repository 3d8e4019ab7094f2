// SPDX-License-Identifier: Apache-2.0
// Sampled values: what is told, and every fault.
#include "wire/apps/sv/sv.h"

#include <catch2/catch.hpp>

#include "../ber_bytes.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;

namespace {

Octets asdu(std::string_view id, uint16_t count, const Octets& more = {}) {
  return element(0x30, element(0x80, text(id)) + Octets{0x82, 2} + be16(count) +
                           Octets{0x83, 4, 0, 0, 0, 6, 0x85, 1, 2, 0x87, 4, 1, 2, 3, 4} + more);
}
Octets pdu(uint8_t number, const Octets& asdus) {
  return element(0x60, Octets{0x80, 1, number} + element(0xa2, asdus));
}
Octets frame(const Octets& content, const Octets& reserved = {0, 0, 0, 0}) {
  return Octets{0x40, 1} + be16(content.size() + 8) + reserved + content;
}

struct Publisher {
  Fault publish(const Octets& bytes) { return connection.datagram(Side::kRequest, bytes, tells); }
  [[nodiscard]] const Told& last() const { return tells.all.back(); }
  sv::Connection connection;
  Tells tells;
};

}  // namespace

TEST_CASE("sv: a publication is a read of the stream of each ASDU", "[sv]") {
  Publisher talk;
  REQUIRE(talk.publish(frame(pdu(2, asdu("MU1", 280) + asdu("MU2", 281)))) == Fault{});
  const Told& told = talk.last();
  CHECK(told.app == App::kSv);
  CHECK(told.name == "sav_pdu");
  CHECK(told.cls == OperationClass::kRead);
  CHECK(told.direction == Direction::kUnsolicited);
  CHECK(told.unit == 0x4001);
  CHECK(told.request_id == 280);
  CHECK(told.texts == std::vector<std::string>{"MU1", "MU2"});
  CHECK(told.points[1].type == PointType::kSvStream);
  CHECK(told.points[1].detail == 6);
  CHECK(told.bytes == std::vector<Octets>{{1, 2, 3, 4}, {1, 2, 3, 4}});
}

TEST_CASE("sv: simulation is another operation", "[sv]") {
  Publisher talk;
  REQUIRE(talk.publish(frame(pdu(1, asdu("MU1", 1)), {0x80, 0, 0, 0})) == Fault{});
  CHECK(talk.last().code == sv::kSimulated);
  CHECK(talk.last().cls == OperationClass::kDiagnose);
}

TEST_CASE("sv: optional fields may be there", "[sv]") {
  Publisher talk;
  const Octets more = {0x88, 2, 0, 1, 0x89, 8, 1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(talk.publish(frame(pdu(1, asdu("MU1", 1, more)))) == Fault{});
  const Octets all = element(0x30, element(0x80, text("a")) + element(0x81, text("ds")) +
                                       Octets{0x82, 2, 0, 1, 0x83, 4, 0, 0, 0, 6} +
                                       Octets{0x84, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x85, 1, 2} +
                                       Octets{0x86, 2, 0, 80, 0x87, 2, 1, 2});
  CHECK(talk.publish(frame(pdu(1, all))) == Fault{});
}

TEST_CASE("evasion: the number of ASDUs is the one that is said", "[sv][evasion]") {
  Publisher talk;
  for (const int number : {0, 2, 9})
    CHECK(talk.publish(frame(pdu(static_cast<uint8_t>(number), asdu("a", 1)))).kind ==
          FaultKind::kBadCount);
  CHECK(talk.publish(frame(pdu(0, {}))).kind == FaultKind::kBadCount);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("sv: fields that are missing, out of place or of other sizes are faults", "[sv]") {
  Publisher talk;
  const auto fault = [&](const Octets& fields) {
    return talk.publish(frame(pdu(1, element(0x30, fields)))).kind;
  };
  const Octets id = element(0x80, text("a"));
  CHECK(fault({}) == FaultKind::kBadLength);
  CHECK(fault(id + Octets{0x83, 4, 0, 0, 0, 1}) == FaultKind::kBadType);
  CHECK(fault(id + Octets{0x82, 3, 0, 0, 1}) == FaultKind::kBadValue);
  CHECK(fault(id + Octets{0x82, 2, 0, 1, 0x83, 1, 1}) == FaultKind::kBadValue);
  CHECK(talk.publish(frame(pdu(1, asdu("a", 1, {0x8b, 0})))).kind == FaultKind::kBadLength);
  CHECK(talk.publish(frame(pdu(1, element(0x31, id)))).kind == FaultKind::kBadType);
  const Octets whole = frame(pdu(1, asdu("a", 1)));
  for (size_t size = 0; size < whole.size(); ++size)
    CHECK(talk.publish({whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)}).kind !=
          FaultKind::kNone);
}

TEST_CASE("sv: PDUs that nobody knows are of no class", "[sv]") {
  Publisher talk;
  REQUIRE(talk.publish(frame(element(0x61, {}))) == Fault{});
  CHECK(talk.last().name == "unknown");
  CHECK(talk.last().cls == OperationClass::kUnspecified);
}
