// SPDX-License-Identifier: Apache-2.0
// GOOSE publications: what is told, and every fault at its offset.
#include "wire/apps/goose/goose.h"

#include <catch2/catch.hpp>

#include "../ber_bytes.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;

namespace {

struct Fields {
  Octets block = element(0x80, text("LD/LLN0$GO$gcb"));
  Octets ttl = {0x81, 2, 7, 0xd0};
  Octets data_set = element(0x82, text("LD/LLN0$ds"));
  Octets id = element(0x83, text("id"));
  Octets time = {0x84, 8, 1, 2, 3, 4, 5, 6, 7, 8};
  Octets state = {0x85, 1, 3}, sequence = {0x86, 1, 9};
  Octets simulation = {0x87, 1, 0};
  Octets revision = {0x88, 1, 4};
  Octets commissioning = {0x89, 1, 0};
  Octets entries = {0x8a, 1, 2};
  Octets members = {0x83, 1, 1, 0x84, 3, 3, 0, 0};
  Octets behind;
};

Octets pdu(const Fields& f, Lengths lengths = Lengths::kShortest) {
  return element(0x61,
                 f.block + f.ttl + f.data_set + f.id + f.time + f.state + f.sequence +
                     f.simulation + f.revision + f.commissioning + f.entries +
                     element(0xab, f.members, lengths) + f.behind,
                 lengths);
}
Octets frame(const Octets& content, const Octets& reserved = {0, 0, 0, 0}) {
  return Octets{0x10, 1} + be16(content.size() + 8) + reserved + content;
}

struct Publisher {
  Fault publish(const Octets& bytes) { return connection.datagram(Side::kRequest, bytes, tells); }
  Fault publish(const Fields& fields) { return publish(frame(pdu(fields))); }
  [[nodiscard]] const Told& last() const { return tells.all.back(); }
  goose::Connection connection;
  Tells tells;
};

}  // namespace

TEST_CASE("goose: a publication is a read of its control block, with numbers and members",
          "[goose]") {
  Publisher talk;
  REQUIRE(talk.publish(Fields{}) == Fault{});
  const Told& told = talk.last();
  CHECK(told.app == App::kGoose);
  CHECK(told.name == "goose_pdu");
  CHECK(told.cls == OperationClass::kRead);
  CHECK(told.direction == Direction::kUnsolicited);
  CHECK(told.unit == 0x1001);
  CHECK(told.request_id == (uint64_t{3} << 32 | 9));
  CHECK(told.texts == std::vector<std::string>{"LD/LLN0$GO$gcb"});
  CHECK(told.points[0].type == PointType::kGooseControlBlock);
  CHECK(told.points[0].detail == 4);
  CHECK(told.numbers == std::vector<double>{1});
  CHECK(told.bytes == std::vector<Octets>{{3, 0, 0}});
}

TEST_CASE("goose: simulation is another operation, by the PDU or by the header", "[goose]") {
  Publisher talk;
  Fields fields;
  fields.simulation = {0x87, 1, 1};
  REQUIRE(talk.publish(fields) == Fault{});
  CHECK(talk.last().code == goose::kSimulated);
  CHECK(talk.last().cls == OperationClass::kDiagnose);
  CHECK(talk.last().points[0].access == OperationClass::kDiagnose);
  REQUIRE(talk.publish(frame(pdu({}), {0x80, 0, 0, 0})) == Fault{});
  CHECK(talk.last().code == goose::kSimulated);
}

TEST_CASE("goose: what has a default, or is optional, may be left out", "[goose]") {
  Publisher talk;
  Fields fields;
  fields.id = fields.simulation = fields.commissioning = {};
  fields.behind = element(0xac, {1, 0});
  CHECK(talk.publish(fields) == Fault{});
}

TEST_CASE("goose: any other field that is missing, twice, or out of place is a fault", "[goose]") {
  Publisher talk;
  for (Octets Fields::*field :
       {&Fields::block, &Fields::ttl, &Fields::data_set, &Fields::time, &Fields::state,
        &Fields::sequence, &Fields::revision, &Fields::entries}) {
    Fields fields;
    fields.*field = {};
    CHECK(talk.publish(fields).kind == FaultKind::kBadType);
    Fields twice;
    twice.*field = twice.*field + twice.*field;
    CHECK(talk.publish(twice).kind == FaultKind::kBadType);
  }
  Fields behind;
  behind.behind = {0x8d, 0};
  CHECK(talk.publish(behind).kind == FaultKind::kBadLength);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("evasion: the number of members is the one that is said", "[goose][evasion]") {
  Publisher talk;
  Fields fields;
  for (const int entries : {0, 1, 3, 200}) {
    fields.entries = {0x8a, 1, static_cast<uint8_t>(entries)};
    CHECK(talk.publish(fields).kind == FaultKind::kBadCount);
  }
  fields.entries = {0x8a, 1, 2};
  fields.members = {0x83, 1, 1, 0x80, 1, 1};
  CHECK(talk.publish(fields).kind == FaultKind::kBadType);
}

TEST_CASE("evasion: long and indefinite lengths are told as short ones", "[goose][evasion]") {
  for (const auto lengths : {Lengths::kLong, Lengths::kIndefinite}) {
    Publisher talk;
    REQUIRE(talk.publish(frame(pdu({}, lengths))) == Fault{});
    CHECK(talk.last().name == "goose_pdu");
    CHECK(talk.last().request_id == (uint64_t{3} << 32 | 9));
  }
}

TEST_CASE("goose: fields of other sizes than theirs are faults", "[goose]") {
  Publisher talk;
  Fields time, state, flag, name;
  time.time = {0x84, 4, 1, 2, 3, 4};
  state.state = {0x85, 5, 1, 0, 0, 0, 0};
  flag.simulation = {0x87, 2, 0, 1};
  name.block = element(0x80, text(std::string_view("a\0b", 3)));
  for (const Fields& each : {time, state, flag, name})
    CHECK(talk.publish(each).kind == FaultKind::kBadValue);
}

TEST_CASE("goose: the header's length is that of the PDU; padding behind it is not read",
          "[goose]") {
  Publisher talk;
  const Octets whole = frame(pdu({}));
  CHECK(talk.publish(whole + Octets{0, 0, 7}) == Fault{});
  for (size_t size = 0; size < whole.size(); ++size) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    CHECK(talk.publish(cut) ==
          (size < 8 ? Fault{FaultKind::kTruncated, 0} : Fault{FaultKind::kBadLength, 2}));
  }
  CHECK(talk.publish(frame({})) == Fault{FaultKind::kBadLength, 2});
  CHECK(talk.publish(frame(pdu({}) + Octets{5, 0})).kind == FaultKind::kBadLength);
}

TEST_CASE("goose: management and PDUs that nobody knows are of no class", "[goose]") {
  Publisher talk;
  for (const int tag : {0x60, 0x62, 0x41}) {
    REQUIRE(talk.publish(frame(element(static_cast<uint8_t>(tag), {}))) == Fault{});
    CHECK(talk.last().name == "unknown");
    CHECK(talk.last().cls == OperationClass::kUnspecified);
  }
}
