// SPDX-License-Identifier: Apache-2.0
// Records that hide in others, and calls in fragments.
#include "calls.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::cm;

namespace {

std::vector<uint64_t> places(const Told& told) {
  std::vector<uint64_t> out;
  for (const PointRange& point : told.points) out.push_back(point.first & 0xffff);
  return out;
}

constexpr uint8_t kFragment = 4, kLast = 6;

Octets part(const Octets& body, size_t from, size_t to) {
  return {body.begin() + static_cast<ptrdiff_t>(from), body.begin() + static_cast<ptrdiff_t>(to)};
}
const Octets kBody = array(write(5, 7, Octets(100, 0x11)));
Octets first_half() {
  return pdu({.flags = kFragment}, part(kBody, 0, 60));
}
Octets second_half(Call call = {.flags = kLast, .fragment = 1}) {
  return pdu(call, part(kBody, 60, kBody.size()));
}

}  // namespace

TEST_CASE("evasion: each record of a multiple write is named", "[pn_cm][evasion]") {
  Caller talk;
  const Octets both = write(1, 10, {1, 2, 3}) + Octets{0} + write(9, 11, {4});
  const Told& told = talk.told(request({}, write(1, 0xe040, both)));
  CHECK(places(told) == std::vector<uint64_t>{1, 9});
  CHECK(told.points[1].detail == 11);
  CHECK(told.bytes == std::vector<Octets>{{1, 2, 3}, {4}});
}

TEST_CASE("evasion: each record of a container is named", "[pn_cm][evasion]") {
  Caller talk;
  const Octets records = content(0x8001, 0x802f, {1, 2, 3, 4}) + content(0x8002, 0x8071, {5, 6});
  const Told& told = talk.told(request({}, write(0x8000, 0x80b0, records)));
  CHECK(places(told) == std::vector<uint64_t>{0x8000, 0x8001, 0x8002});
  CHECK(told.bytes == std::vector<Octets>{{1, 2, 3, 4}, {5, 6}});
  const Octets inside = write(1, 0xe040, write(1, 0x80b0, content(9, 1, {1, 2})));
  CHECK(places(talk.told(request({}, inside))) == std::vector<uint64_t>{1, 9});
}

TEST_CASE("evasion: records of records of records are faults", "[pn_cm][evasion]") {
  Caller talk;
  const auto kind = [&talk](const Octets& blocks) { return talk.say(request({}, blocks)).kind; };
  CHECK(kind(write(1, 0xe040, write(1, 0xe040, write(1, 2, {1})))) == FaultKind::kTooDeep);
  CHECK(kind(write(1, 0x80b0, content(1, 0x80b0, {}))) == FaultKind::kTooDeep);
  CHECK(kind(write(1, 0x80b0, content(1, 0xe040, {}))) == FaultKind::kTooDeep);
  CHECK(kind(write(1, 0x80b0, block(0x0402, Octets(20, 0)))) == FaultKind::kBadType);
  CHECK(kind(write(1, 0xe040, record(0x0009, 1, 1, 0))) == FaultKind::kBadType);
}

TEST_CASE("evasion: an operation has its own blocks and no others", "[pn_cm][evasion]") {
  Caller talk;
  CHECK(talk.say(request({.operation = 2}, write(1, 1, {1}))).kind == FaultKind::kBadType);
  CHECK(talk.say(request({.operation = 5}, write(1, 1, {1}))).kind == FaultKind::kBadType);
  CHECK(talk.say(request({.operation = 0}, write(1, 1, {1}))).kind == FaultKind::kBadType);
  CHECK(talk.say(request({.operation = 4}, block(0x0119, {}))).kind == FaultKind::kBadType);
  CHECK(talk.say(request({}, record(0x8008, 1, 1, 0))).kind == FaultKind::kBadType);
  CHECK(talk.say(request({}, {})).kind == FaultKind::kBadType);
}

TEST_CASE("evasion: lengths of records and arrays agree with what is there", "[pn_cm][evasion]") {
  Caller talk;
  CHECK(talk.say(request({}, write(1, 1, {1}) + Octets{2})).kind == FaultKind::kBadLength);
  CHECK(talk.say(request({}, record(0x0008, 1, 1, 9))).kind == FaultKind::kBadLength);
  CHECK(talk.say(request({}, record(0x0008, 1, 1, 0xffffffff))).kind == FaultKind::kBadLength);
  Octets offset = request({}, write(1, 1, {1}));
  offset[80 + 15] = 4;
  CHECK(talk.say(offset) == Fault{FaultKind::kBadLength, 84});
  Octets shorter = request({}, write(1, 1, {1}));
  shorter[80 + 19] -= 1;
  CHECK(talk.say(shorter) == Fault{FaultKind::kBadLength, 84});
}

TEST_CASE("pn_cm: a call in fragments is told by its last", "[pn_cm]") {
  Caller talk;
  CHECK(talk.told(first_half()).name == "fragment");
  CHECK(talk.tells.all.back().cls == OperationClass::kSession);
  const Told& whole = talk.told(second_half());
  CHECK(whole.name == "write");
  CHECK(places(whole) == std::vector<uint64_t>{5});
  CHECK(whole.bytes == std::vector<Octets>{Octets(100, 0x11)});
}

TEST_CASE("evasion: fragments come in order, and again only as they were", "[pn_cm][evasion]") {
  Caller talk;
  const Fault gap{FaultKind::kBadSequence, 76}, other{FaultKind::kBadSequence, 80};
  CHECK(talk.say(second_half()) == gap);
  REQUIRE(talk.say(first_half()) == Fault{});
  CHECK(talk.say(pdu({.flags = kLast, .fragment = 2}, {1})) == gap);
  CHECK(talk.told(first_half()).name == "fragment");
  Octets changed = first_half();
  changed.back() ^= 1;
  CHECK(talk.say(changed) == other);
  CHECK(talk.told(second_half()).name == "write");
  CHECK(talk.told(second_half()).name == "write");
  changed = second_half();
  changed.back() ^= 1;
  CHECK(talk.say(changed) == other);
  CHECK(talk.say(pdu({.flags = kFragment, .fragment = 2}, {1})) == gap);
}

TEST_CASE("evasion: the fragments of a call agree on what it is", "[pn_cm][evasion]") {
  const Fault differs{FaultKind::kBadFunction, 68};
  Caller talk;
  REQUIRE(talk.say(first_half()) == Fault{});
  CHECK(talk.say(second_half({.flags = kLast, .operation = 2, .fragment = 1})) == differs);
  CHECK(talk.say(second_half({.flags = kLast, .interface = 0xdea00002, .fragment = 1})) == differs);
  CHECK(talk.say(second_half({.flags = kLast, .sequence = 10, .fragment = 1})).kind ==
        FaultKind::kBadSequence);
  CHECK(talk.say(second_half(), Side::kResponse).kind == FaultKind::kBadSequence);
  CHECK(talk.told(second_half()).name == "write");
  CHECK(talk.say(pdu({.fragment = 1}, kBody)).kind == FaultKind::kBadSequence);
}

TEST_CASE("pn_cm: calls have an end, in octets and in fragments", "[pn_cm]") {
  Caller talk;
  const Octets some(400, 0);
  Fault fault{};
  uint16_t number = 0;
  for (; fault.kind == FaultKind::kNone; ++number)
    fault = talk.say(pdu({.flags = kFragment, .fragment = number}, some));
  CHECK(fault == Fault{FaultKind::kTooLong, 74});
  CHECK(number == pn_cm::kMaxCall / 400 + 1);
  number = 0;
  for (fault = {}; fault.kind == FaultKind::kNone; ++number)
    fault = talk.say(pdu({.flags = kFragment, .sequence = 10, .fragment = number}, {1}));
  CHECK(fault == Fault{FaultKind::kTooMany, 76});
  CHECK(number == pn_cm::kMaxFragments + 1);
}
