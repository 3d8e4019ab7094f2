// SPDX-License-Identifier: Apache-2.0
// S7comm-plus: functions, objects, sessions, PDUs over several TSDUs.
#include "wire/apps/s7comm_plus/session.h"

#include <catch2/catch.hpp>

#include "../iso/told.h"
#include "wire/apps/s7comm_plus/objects.h"
#include "wire/apps/s7comm_plus/table.h"

using namespace bulkhead::wire;
using namespace bulkhead::wire::s7comm_plus;
using namespace bulkhead::test;

namespace {

constexpr uint8_t kV1 = 1, kV2 = 2, kV3 = 3;
const Octets kDigest = Octets{32} + Octets(32, 0x31);

Octets be32(uint32_t value) {
  return be16(value >> 16) + be16(value & 0xffff);
}
// Part of a PDU; the last has a trailer.
Octets part(uint8_t version, const Octets& data, bool last = true) {
  return Octets{0x72, version} + be16(data.size()) + data +
         (last ? Octets{0x72, version, 0, 0} : Octets{});
}
// Behind the transport flags `more`.
Octets request(uint16_t function, const Octets& more, uint32_t session = 0x3b5,
               uint16_t sequence = 5) {
  return Octets{0x31, 0, 0} + be16(function) + Octets{0, 0} + be16(sequence) + be32(session) +
         Octets{0x34} + more;
}
Octets response(uint16_t function, const Octets& more, uint16_t sequence = 5) {
  return Octets{0x32, 0, 0} + be16(function) + Octets{0, 0} + be16(sequence) + Octets{0x34} + more;
}
const Told& told(Talk& talk, const Octets& tsdu) {
  REQUIRE(talk.ask(tsdu) == Fault{});
  return talk.last();
}
const Octets kRead = request(kGetMultiVariables, be32(0) + Octets{1, 5, 0, 0x52, 2, 0x9d, 0x18, 7});
const Octets kWrite =
    request(kSetMultiVariables, be32(0) + Octets{1, 5, 0, 0x52, 2, 0x9d, 0x18, 7, 1, 0, 1, 1});

bool names_all(const Told& op) {
  return op.points.size() == 1 && op.points[0].first == 0 && op.points[0].last == UINT64_MAX;
}

}  // namespace

TEST_CASE("s7comm_plus: function, sequence number and session are told", "[s7comm_plus]") {
  Talk talk;
  const Told& op = told(talk, part(kV2, request(kExplore, be32(3) + Octets{0, 0})));
  CHECK(op.app == App::kS7commPlus);
  CHECK(op.code == 0x04bb);
  CHECK(op.name == "explore");
  CHECK(op.cls == OperationClass::kDiscover);
  CHECK(op.request_id == 5);
  CHECK(op.from_unit == 0x3b5);
  CHECK(op.points[0].first == 3);
}

TEST_CASE("s7comm_plus: reads and writes name the area and the first local id of every item",
          "[s7comm_plus]") {
  Talk talk;
  const Octets items = Octets{2, 10} + Octets{0, 0x52, 2, 0x9d, 0x18, 7} +
                       Octets{0x8b, 0x96, 0x8e, 0x8c, 0x65, 0x88, 0xd0, 0xb8, 0x80, 1, 1, 0x0a};
  const Told& op = told(talk, part(kV2, request(kSetMultiVariables, be32(0) + items)));
  CHECK(op.cls == OperationClass::kWrite);
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[0] == PointRange{PointType::kS7plusObject, OperationClass::kWrite, 82, 82, 3736});
  CHECK(op.points[1] ==
        PointRange{PointType::kS7plusObject, OperationClass::kWrite, 0x8a0e0001, 0x8a0e0001, 10});
  CHECK(told(talk, part(kV2, kRead)).cls == OperationClass::kRead);
}

TEST_CASE("s7comm_plus: a link names attributes of one object", "[s7comm_plus]") {
  Talk talk;
  const Octets attributes = be32(0x1234) + Octets{2, 2, 0x82, 0x32, 7};
  const Told& op = told(talk, part(kV2, request(kSetMultiVariables, attributes)));
  CHECK(op.cls == OperationClass::kWrite);
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[0].first == 0x1234);
  CHECK(op.points[0].detail == 306);
  CHECK(op.points[1].detail == 7);
}

TEST_CASE("evasion: items that are not understood name all there are", "[s7comm_plus][evasion]") {
  Talk talk;
  CHECK(names_all(told(talk, part(kV2, request(kSetMultiVariables, be32(0) + Octets{0, 0})))));
  CHECK(names_all(told(talk, part(kV2, request(kSetMultiVariables, Octets{0, 0})))));
  const Octets cut = be32(0) + Octets{2, 10, 0, 0x52, 2, 0x9d, 0x18, 7, 0, 0x52, 9};
  const Told& op = told(talk, part(kV2, request(kSetMultiVariables, cut)));
  CHECK(op.points.back().last == UINT64_MAX);
  CHECK(op.cls == OperationClass::kProgram);
  const Octets most = be32(0) + Octets{0xff, 0xff, 0xff, 0x7f, 1};
  CHECK(names_all(told(talk, part(kV2, request(kSetMultiVariables, most)))));
  CHECK(names_all(told(talk, part(kV2, request(kAddLink, be32(1))))));
  CHECK(names_all(told(talk, part(kV2, request(kDeleteObject, {1, 2})))));
}

TEST_CASE("s7comm_plus: a session's creation, keys and end are of class session", "[s7comm_plus]") {
  Talk talk;
  const auto create = [](uint32_t parent, const Octets& cls) {
    return request(kCreateObject, be32(parent) + Octets{0, 4, 0} + be32(0) + Octets{0xa1} +
                                      be32(211) + cls + Octets{0, 0});
  };
  CHECK(told(talk, part(kV1, create(285, {0x82, 0x1f}))).cls == OperationClass::kSession);
  CHECK(told(talk, part(kV2, create(0x3e1, {0x87, 0x69}))).cls == OperationClass::kRead);
  CHECK(told(talk, part(kV2, create(3, {0x82, 0x1f}))).cls == OperationClass::kProgram);
  CHECK(told(talk, part(kV2, create(285, {0x94, 0x14}))).cls == OperationClass::kProgram);
  const auto keys = [](uint32_t link) {
    return request(kSetMultiVariables, be32(link) + Octets{1, 1, 0x82, 0x32});
  };
  CHECK(told(talk, part(kV2, keys(0x3b5))).cls == OperationClass::kSession);
  CHECK(told(talk, part(kV2, keys(0x3b6))).cls == OperationClass::kWrite);
  CHECK(told(talk, part(kV2, request(kDeleteObject, be32(0x3b5)))).cls == OperationClass::kSession);
  CHECK(told(talk, part(kV2, request(kDeleteObject, be32(0x3b6)))).cls == OperationClass::kProgram);
  CHECK(told(talk, part(kV2, request(kDeleteObject, be32(0), 0))).cls == OperationClass::kProgram);
}

TEST_CASE("s7comm_plus: single variables, methods and streams name their object", "[s7comm_plus]") {
  Talk talk;
  const Told set =
      told(talk, part(kV2, request(kSetVariable, be32(0x7040000c) + Octets{1, 0x92, 0x75, 0, 4})));
  CHECK(set.cls == OperationClass::kWrite);
  CHECK(set.points[0].first == 0x7040000c);
  CHECK(set.points[0].detail == 2421);
  CHECK(told(talk, part(kV2, request(kInvoke, be32(52)))).cls == OperationClass::kControl);
  CHECK(talk.last().points[0].first == 52);
  CHECK(told(talk, part(kV2, request(kSetVarSubStreamed, be32(9)))).cls ==
        OperationClass::kProgram);
  CHECK(told(talk, part(kV2, request(kInitSsl, {}))).points.empty());
  CHECK(told(talk, part(kV2, request(0x7777, be32(1)))).cls == OperationClass::kUnspecified);
  CHECK(names_all(talk.last()));
}

TEST_CASE("evasion: a write that stops the CPU, or changes a block, is of class program",
          "[s7comm_plus][evasion]") {
  Talk talk;
  const auto set = [](uint32_t object) {
    return request(kSetVariable, be32(object) + Octets{1, 0x90, 0x77, 0, 8, 1});
  };
  CHECK(told(talk, part(kV2, set(52))).cls == OperationClass::kProgram);
  CHECK(talk.last().technique == 858);
  CHECK(talk.last().points[0].detail == 2167);
  CHECK(told(talk, part(kV2, set(0x8a0c0001))).cls == OperationClass::kProgram);
  CHECK(talk.last().technique == 889);
  CHECK(told(talk, part(kV2, set(0x8a0e0001))).cls == OperationClass::kWrite);
  // One forbidden item among harmless ones.
  const Octets items =
      be32(0) + Octets{3, 12} + Octets{0, 0x52, 1, 7} + Octets{0, 52, 1, 7} + Octets{0, 0x52, 1, 7};
  const Told& op = told(talk, part(kV2, request(kSetMultiVariables, items)));
  CHECK(op.cls == OperationClass::kProgram);
  CHECK(op.technique == 858);
  REQUIRE(op.points.size() == 3);
  CHECK(op.points[0].access == OperationClass::kWrite);
  CHECK(op.points[1].access == OperationClass::kProgram);
  CHECK(op.points[2].access == OperationClass::kWrite);
}

TEST_CASE("s7comm_plus: variables of version 1, whose lists are not known, are all there are",
          "[s7comm_plus]") {
  Talk talk;
  CHECK(names_all(told(talk, part(kV1, kRead))));
  CHECK(names_all(told(talk, part(kV1, kWrite))));
}

TEST_CASE("s7comm_plus: a response says how it ended, and is of its request's class",
          "[s7comm_plus]") {
  Talk talk;
  told(talk, part(kV2, request(kDeleteObject, be32(0x3b5))));
  REQUIRE(talk.answer(part(kV2, response(kDeleteObject, {0}))) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK(talk.last().cls == OperationClass::kSession);
  CHECK_FALSE(talk.last().is_exception);
  // -12, object not found, in the lowest 16 bits of a number.
  REQUIRE(talk.answer(part(kV2, response(kDeleteObject, {0x83, 0xff, 0x74}))) == Fault{});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0xfff4);
  CHECK(talk.last().cls == OperationClass::kProgram);  // nobody asked
  REQUIRE(talk.answer(part(kV2, response(kGetMultiVariables, {19}))) == Fault{});
  CHECK_FALSE(talk.last().is_exception);  // a warning
  Octets second = response(kSetVariable, {0});
  second[0] = 0x02;
  REQUIRE(talk.answer(part(kV2, second)) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
}

TEST_CASE("s7comm_plus: notifications and keep-alives are told", "[s7comm_plus]") {
  Talk talk;
  REQUIRE(talk.answer(part(kV2, Octets{0x33} + be32(0x70000e51) + Octets{4, 0, 0, 0})) == Fault{});
  CHECK(talk.last().name == "notification");
  CHECK(talk.last().direction == Direction::kUnsolicited);
  CHECK(talk.last().points[0].first == 0x70000e51);
  REQUIRE(talk.answer(part(0xfe, Octets(16, 0), false)) == Fault{});
  CHECK(talk.last().name == "system_event");
  CHECK_FALSE(talk.connection.pending(Side::kResponse));
  REQUIRE(talk.ask({0x72, 0xff, 1, 0}) == Fault{});
  CHECK(talk.last().name == "keep_alive");
  CHECK(talk.ask({0x72, 0xff, 1, 0, 0}) == Fault{FaultKind::kBadLength, kInTsdu + 2});
}

TEST_CASE("evasion: the integrity part of version 3 is passed over, whatever it looks like",
          "[s7comm_plus][evasion]") {
  Talk talk;
  const Told op = told(talk, part(kV3, kDigest + kWrite));
  CHECK(op.code == kSetMultiVariables);
  CHECK(op.points[0].first == 82);
  CHECK(told(talk, part(kV3, kWrite)).code == kSetMultiVariables);  // firmware without it
  CHECK(talk.ask(part(kV3, Octets{53} + kWrite)) ==
        Fault{FaultKind::kBadHeaderLength, kInTsdu + 4});
  CHECK(talk.ask(part(kV3, Octets{32, 1, 2})).kind == FaultKind::kTruncated);
  CHECK(talk.ask(part(kV3, {})).kind == FaultKind::kTruncated);
}

TEST_CASE("evasion: a write over several TSDUs is told once, with the first one's function",
          "[s7comm_plus][evasion]") {
  for (const uint8_t version : {kV2, kV3}) {
    const Octets digest = version == kV3 ? kDigest : Octets{};
    for (size_t cut = 1; cut < kWrite.size(); ++cut) {
      Talk talk;
      const Octets first(kWrite.begin(), kWrite.begin() + static_cast<ptrdiff_t>(cut));
      const Octets rest(kWrite.begin() + static_cast<ptrdiff_t>(cut), kWrite.end());
      REQUIRE(talk.ask(part(version, digest + first, false)) == Fault{});
      CHECK(talk.connection.pending(Side::kRequest));
      CHECK(talk.tells.all.empty());
      REQUIRE(talk.ask(part(version, digest + rest)) == Fault{});
      CHECK_FALSE(talk.connection.pending(Side::kRequest));
      REQUIRE(talk.tells.all.size() == 1);
      CHECK(talk.last().cls == OperationClass::kWrite);
      CHECK(talk.last().points[0].first == 82);
    }
  }
}

TEST_CASE("s7comm_plus: of a long PDU the beginning is enough; what is cut off names all",
          "[s7comm_plus]") {
  Talk talk;
  Octets items = be32(0) + Octets{0x84, 0x58, 0};
  for (int i = 0; i < 600; ++i) items = items + Octets{0, 0x52, 2, 0x9d, 0x18, 7};
  const Octets pdu = request(kSetMultiVariables, items);
  const Octets first(pdu.begin(), pdu.begin() + 1500), second(pdu.begin() + 1500, pdu.end());
  REQUIRE(talk.ask(part(kV2, first, false)) == Fault{});
  REQUIRE(talk.ask(part(kV2, second)) == Fault{});
  CHECK(talk.last().code == kSetMultiVariables);
  CHECK(talk.last().points.back().last == UINT64_MAX);
  // And the next one is whole again.
  CHECK(told(talk, part(kV2, kRead)).points.size() == 1);
}

TEST_CASE("s7comm_plus: a part of another version than the one before is a fault",
          "[s7comm_plus]") {
  Talk talk;
  REQUIRE(talk.ask(part(kV2, kWrite, false)) == Fault{});
  CHECK(talk.ask(part(kV1, kRead)) == Fault{FaultKind::kBadState, kInTsdu + 1});
  CHECK(told(talk, part(kV2, kRead)).name == "get_multi_variables");
}

TEST_CASE("evasion: a connection request amid a PDU over several TSDUs is a fault",
          "[s7comm_plus][evasion]") {
  Talk talk;
  REQUIRE(talk.ask(part(kV2, kWrite, false)) == Fault{});
  const Octets request = {3, 0, 0, 15, 10, 0xe0, 0, 0, 0, 6, 0, 0xc2, 2, 3, 2};
  CHECK(talk.frame(Side::kRequest, request).kind == FaultKind::kBadState);
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
}

TEST_CASE("s7comm_plus: what is no PDU is a fault where it is none", "[s7comm_plus]") {
  Talk talk;
  Octets pdu = part(kV2, kRead);
  const auto with = [&](size_t at, uint8_t value) {
    Octets bad = pdu;
    bad[at] = value;
    return talk.ask(bad);
  };
  CHECK(with(1, 9) == Fault{FaultKind::kBadVersion, kInTsdu + 1});
  CHECK(with(3, 1) == Fault{FaultKind::kBadLength, kInTsdu + 2});
  const auto trailer = static_cast<uint32_t>(pdu.size() - 4);
  CHECK(with(trailer + 1, 3) == Fault{FaultKind::kBadMarker, kInTsdu + trailer});
  CHECK(talk.ask({0x72, 2, 0}).kind == FaultKind::kTruncated);
  CHECK(talk.ask(part(kV2, {0x31, 0, 0, 4, 0xbb})) == Fault{FaultKind::kTruncated, kInTsdu + 9});
  CHECK(talk.ask(part(kV2, {})).kind == FaultKind::kTruncated);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("s7comm_plus: an opcode that nobody knows is of no class", "[s7comm_plus]") {
  Talk talk;
  CHECK(told(talk, part(kV2, {0x44, 0, 0})).cls == OperationClass::kUnspecified);
  CHECK(talk.last().name == "unknown");
}

TEST_CASE("s7comm_plus: numbers of variable length have at most 9 bytes", "[s7comm_plus]") {
  const auto number = [](const Octets& bytes) {
    Cursor in{bytes};
    const uint64_t value = take_varuint(in);
    return std::pair(value, in.ok() ? in.at() : 0);
  };
  CHECK(number({0x7f}) == std::pair<uint64_t, size_t>{0x7f, 1});
  CHECK(number({0x82, 0x32}) == std::pair<uint64_t, size_t>{306, 2});
  CHECK(number({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}) ==
        std::pair<uint64_t, size_t>{UINT64_MAX, 9});
  CHECK(number({0x82}).second == 0);
}
