// SPDX-License-Identifier: Apache-2.0
// The layers under MMS: session, presentation contexts, ACSE; and what is told where there is no
// MMS in them.
#include "wire/apps/mms/association.h"

#include <catch2/catch.hpp>

#include "pdus.h"
#include "wire/apps/mms/table.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::mms;
using bulkhead::wire::mms::code_of;
using bulkhead::wire::mms::Space;

namespace {

const Octets kIdentify = request({0x82, 0});

struct Connected : Talk {
  explicit Connected(const Octets& contexts = kContexts, uint8_t id = 3) {
    REQUIRE(ask(connect(contexts, kInitiate, id)) == Fault{});
  }
};

}  // namespace

TEST_CASE("mms: a connect and its accept are told as initiate, of class session", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(connect()) == Fault{});
  REQUIRE(talk.tells.all.size() == 1);
  CHECK(talk.last().app == App::kMms);
  CHECK(talk.last().name == "initiate");
  CHECK(talk.last().cls == OperationClass::kSession);
  CHECK(talk.last().direction == Direction::kRequest);
  REQUIRE(talk.answer(accept()) == Fault{});
  REQUIRE(talk.tells.all.size() == 2);
  CHECK(talk.last().name == "initiate");
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK_FALSE(talk.last().is_exception);
}

TEST_CASE("mms: a connect without MMS is told as ACSE, one without ACSE as session", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(connect(kContexts, {})) == Fault{});
  CHECK(talk.last().name == "aarq");
  REQUIRE(talk.ask({13, 0}) == Fault{});
  CHECK(talk.last().name == "connect");
  CHECK(talk.last().cls == OperationClass::kSession);
  CHECK(talk.tells.all.size() == 2);
}

TEST_CASE("mms: a refused association is an exception", "[mms]") {
  Connected talk;
  const Octets refusal = acse(0x61, element(0xa2, integer(1)), {});
  REQUIRE(talk.answer(spdu(14, cpa(result(0) + result(0), refusal))) == Fault{});
  CHECK(talk.last().name == "aare");
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 1);
  REQUIRE(talk.answer({12, 3, 50, 1, 129}) == Fault{});
  CHECK(talk.last().name == "refuse");
  CHECK(talk.last().is_exception);
}

TEST_CASE("mms: release and abort are told with their ACSE, or their session", "[mms]") {
  Connected talk;
  REQUIRE(talk.ask(spdu(9, user_data(1, acse(0x62, {0x80, 1, 0}, {})))) == Fault{});
  CHECK(talk.last().name == "rlrq");
  REQUIRE(talk.answer(spdu(10, user_data(1, acse(0x63, {0x80, 1, 0}, {})))) == Fault{});
  CHECK(talk.last().name == "rlre");
  CHECK(talk.last().direction == Direction::kResponse);
  const Octets aborts = element(0xa0, user_data(1, acse(0x64, {0x80, 1, 0}, {})));
  REQUIRE(talk.answer(spdu(25, aborts)) == Fault{});
  CHECK(talk.last().name == "abrt");
  CHECK(talk.last().direction == Direction::kUnsolicited);
  REQUIRE(talk.ask({25, 3, 17, 1, 3}) == Fault{});
  CHECK(talk.last().name == "abort");
  REQUIRE(talk.answer({26, 0}) == Fault{});
  CHECK(talk.last().name == "abort_accept");
}

TEST_CASE("mms: contexts are those that the connect defined, whatever their identifiers", "[mms]") {
  Connected talk(context(1, kAcseSyntax) + context(3, kAcseSyntax) + context(9, kMmsSyntax), 9);
  REQUIRE(talk.tells.all.size() == 1);
  CHECK(talk.ask(data(kIdentify, 9)) == Fault{});
  CHECK(talk.last().name == "identify");
}

TEST_CASE("evasion: data of a context that was not agreed on is a fault", "[mms][evasion]") {
  Connected talk;
  CHECK(talk.ask(data(kIdentify, 5)).kind == FaultKind::kBadState);
  REQUIRE(talk.answer(accept(result(0) + result(2), {})) == Fault{});
  CHECK(talk.ask(data(kIdentify)).kind == FaultKind::kBadState);
  Talk none;
  REQUIRE(none.ask({13, 0}) == Fault{});
  REQUIRE(none.ask(data(kIdentify)) == Fault{});  // no presentation was seen
  CHECK(none.last().name == "identify");
  CHECK(none.ask(connect({}, {})).kind == FaultKind::kBadState);
}

TEST_CASE("evasion: data of another context, or in another encoding, is of no class",
          "[mms][evasion]") {
  const Octets other = {0x06, 2, 0x51, 7};
  Connected talk(kContexts + context(5, kMmsSyntax, other) + context(7, other));
  for (const uint8_t id : {uint8_t{5}, uint8_t{7}}) {
    REQUIRE(talk.ask(data(kIdentify, id)) == Fault{});
    CHECK(talk.last().name == "unknown");
    CHECK(talk.last().cls == OperationClass::kUnspecified);
    CHECK(talk.last().code == code_of(Space::kOther, id));
  }
}

TEST_CASE("mms: contexts are at most 16, each defined once, and answered one by one", "[mms]") {
  Talk talk;
  CHECK(talk.ask(connect(kContexts + context(3, kMmsSyntax))).kind == FaultKind::kBadValue);
  Octets many;
  for (uint8_t id = 0; id < 17; ++id) many = many + context(id, kMmsSyntax);
  CHECK(talk.ask(connect(many)).kind == FaultKind::kTooMany);
  REQUIRE(talk.ask(connect()) == Fault{});
  CHECK(talk.answer(accept(result(0))).kind == FaultKind::kBadCount);
  CHECK(talk.answer(accept(result(0) + result(0) + result(0))).kind == FaultKind::kBadCount);
}

TEST_CASE("mms: where no connect was seen, context 3 with the tag of MMS is MMS", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(data(kIdentify)) == Fault{});
  CHECK(talk.last().name == "identify");
  REQUIRE(talk.ask(spdu(9, user_data(1, acse(0x62, {}, {})))) == Fault{});
  CHECK(talk.last().name == "rlrq");
  REQUIRE(talk.ask(data(kIdentify, 5)) == Fault{});
  CHECK(talk.last().cls == OperationClass::kUnspecified);
  REQUIRE(talk.ask(data(element(0x30, {}))) == Fault{});
  CHECK(talk.last().cls == OperationClass::kUnspecified);
}

TEST_CASE("evasion: several values in one TSDU are each told", "[mms][evasion]") {
  Connected talk;
  const Octets writes = request(write(item("LLN0$SP$X$setVal"), {0x85, 1, 5}));
  const auto list = [](const Octets& value) {
    return element(0x30, integer(3) + element(0xa0, value));
  };
  REQUIRE(talk.ask(session_data(element(0x61, list(kIdentify) + list(writes)))) == Fault{});
  REQUIRE(talk.tells.all.size() == 3);
  CHECK(talk.last().name == "write");
  const Octets octets = element(0x30, integer(3) + element(0x81, kIdentify + writes));
  REQUIRE(talk.ask(session_data(element(0x61, octets))) == Fault{});
  REQUIRE(talk.tells.all.size() == 5);
  CHECK(talk.last().name == "write");
  const Octets two = element(0x30, integer(3) + element(0xa0, kIdentify + writes));
  CHECK(talk.ask(session_data(element(0x61, two))).kind == FaultKind::kBadLength);
  Octets many;
  for (int i = 0; i < 17; ++i) many = many + list(kIdentify);
  CHECK(talk.ask(session_data(element(0x61, many))).kind == FaultKind::kTooMany);
}

TEST_CASE("mms: a PDU right in the TSDU is told too", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(kInitiate) == Fault{});
  CHECK(talk.last().name == "initiate");
  REQUIRE(talk.ask({0x8b, 0}) == Fault{});
  CHECK(talk.last().name == "conclude");
  CHECK(talk.ask({0x8b, 0, 0x8b, 0}) == Fault{FaultKind::kBadLength, kInTsdu + 2});
}

TEST_CASE("mms: faults of the session are at their offsets", "[mms]") {
  Talk talk;
  CHECK(talk.ask({1, 0}) == Fault{FaultKind::kBadType, kInTsdu + 2});
  CHECK(talk.ask({1, 0, 9, 0}) == Fault{FaultKind::kBadType, kInTsdu + 2});
  CHECK(talk.ask({1, 0, 1, 3, 25, 1, 1}) == Fault{FaultKind::kBadState, kInTsdu + 2});  // a piece
  CHECK(talk.ask({1, 0, 1, 0}) == Fault{FaultKind::kBadLength, kInTsdu + 4});           // no data
  CHECK(talk.ask({9, 0, 1}) == Fault{FaultKind::kBadLength, kInTsdu + 2});
  CHECK(talk.ask({13, 9, 1}) == Fault{FaultKind::kTruncated, kInTsdu + 1});
  CHECK(talk.ask({13, 2, 5, 3}) == Fault{FaultKind::kBadLength, kInTsdu + 2});
  CHECK(talk.ask({13, 6, 193, 1, 0x31, 193, 1, 0x31}).kind == FaultKind::kBadCount);
  CHECK(talk.tells.all.empty());
  const Octets whole = Octets{1, 0, 1, 3, 25, 1, 3} + user_data(3, kIdentify);
  CHECK(talk.ask(whole) == Fault{});
}

TEST_CASE("mms: faults of presentation and ACSE are faults", "[mms]") {
  Connected talk;
  const auto list = [&](const Octets& parts) {
    return talk.ask(session_data(element(0x61, element(0x30, parts)))).kind;
  };
  CHECK(talk.ask(session_data(element(0x60, kIdentify))).kind == FaultKind::kBadType);
  CHECK(talk.ask(session_data(user_data(3, kIdentify) + Octets{5, 0})).kind ==
        FaultKind::kBadLength);
  CHECK(list(integer(3)) == FaultKind::kBadLength);
  CHECK(list(integer(3) + element(0x82, kIdentify)) == FaultKind::kBadEncoding);
  CHECK(list(kMmsSyntax + integer(3) + element(0xa0, kIdentify)) == FaultKind::kNone);
  CHECK(list(integer(1) + element(0xa0, kIdentify)) == FaultKind::kBadType);
  const Octets again = external(1, acse(0x60, {}, {}));
  CHECK(list(integer(1) + element(0xa0, acse(0x60, {}, again))) == FaultKind::kTooDeep);
  const Octets x410 = element(0x31, element(0xa0, {0x80, 1, 0}));
  CHECK(talk.ask(spdu(13, x410)).kind == FaultKind::kBadValue);
}

TEST_CASE("mms: a new connection request forgets contexts and requests", "[mms]") {
  Connected talk(context(1, kAcseSyntax) + context(9, kMmsSyntax), 9);
  REQUIRE(talk.frame(Side::kRequest, {3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 6, 0}) == Fault{});
  REQUIRE(talk.ask(data(kIdentify)) == Fault{});
  CHECK(talk.last().name == "identify");
}
