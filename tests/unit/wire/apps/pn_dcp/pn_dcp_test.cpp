// SPDX-License-Identifier: Apache-2.0
// PROFINET DCP: what is asked of, told by and set on devices of the link.
#include "wire/apps/pn_dcp/pn_dcp.h"

#include <catch2/catch.hpp>

#include "../function_table.h"
#include "../iso/told.h"
#include "wire/apps/pn_rt/pn_rt.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;

namespace {

constexpr uint8_t kGet = 3, kSet = 4, kIdentify = 5, kHello = 6;

Octets block(uint8_t option, uint8_t suboption, const Octets& content) {
  const Octets padding(content.size() % 2, 0);
  return Octets{option, suboption} + be16(content.size()) + content + padding;
}
Octets frame(uint16_t id, uint8_t service, uint8_t type, const Octets& blocks) {
  return be16(id) + Octets{service, type, 1, 2, 3, 4, 0, 0} + be16(blocks.size()) + blocks;
}
Octets set(const Octets& blocks) {
  return frame(0xfefd, kSet, 0, blocks);
}
const Octets kIp = block(1, 2, {0, 1, 10, 0, 0, 7, 255, 255, 255, 0, 10, 0, 0, 1});
const Octets kName = block(2, 2, Octets{0, 1} + text("plc7"));
const Octets kSignal = block(5, 3, {0, 0, 1, 0});
const Octets kReset = block(5, 6, {0, 2});
const Octets kStop = block(5, 2, {0, 1});

struct Link {
  Fault say(const Octets& bytes) { return connection.datagram(Side::kRequest, bytes, tells); }
  const Told& told(const Octets& bytes) {
    REQUIRE(say(bytes) == Fault{});
    return tells.all.back();
  }
  pn_rt::Connection connection;
  Tells tells;
};

}  // namespace

TEST_CASE("pn_dcp: to identify is to discover, by filters and with answers", "[pn_dcp]") {
  Link link;
  const Told& asked = link.told(frame(0xfefe, kIdentify, 0, block(2, 2, text("plc7"))));
  CHECK(asked.app == App::kPnDcp);
  CHECK(asked.name == "ident");
  CHECK(asked.cls == OperationClass::kDiscover);
  CHECK(asked.direction == Direction::kRequest);
  CHECK(asked.request_id == 0x01020304);
  CHECK(asked.texts == std::vector<std::string>{"plc7"});
  const Told& answered = link.told(frame(0xfeff, kIdentify, 1, kName + kIp));
  CHECK(answered.direction == Direction::kResponse);
  CHECK(answered.texts[0] == "plc7");
  CHECK(answered.points[1].first == 0x102);
  CHECK(answered.numbers[0] == 0x0a000007);
  const Told& hello = link.told(frame(0xfefc, kHello, 0, kName));
  CHECK(hello.direction == Direction::kUnsolicited);
  CHECK(hello.name == "hello");
}

TEST_CASE("pn_dcp: a get lists options, and is answered with blocks", "[pn_dcp]") {
  Link link;
  const Told& asked = link.told(frame(0xfefd, kGet, 0, {1, 2, 2, 2}));
  CHECK(asked.cls == OperationClass::kRead);
  CHECK(asked.points.size() == 2);
  CHECK(asked.points[1].first == 0x202);
  const Told& refused = link.told(frame(0xfefd, kGet, 1, block(5, 4, {2, 9, 2})));
  CHECK(refused.is_exception);
  CHECK(refused.exception_code == 2);
  CHECK(refused.points[0].first == 0x209);
}

TEST_CASE("pn_dcp: a set is called by what it does", "[pn_dcp]") {
  struct {
    Octets blocks;
    std::string_view name;
    OperationClass cls;
  } const kRows[] = {
      {kIp, "set_ip", OperationClass::kProgram},
      {kName + kStop, "set_name_of_station", OperationClass::kProgram},
      {block(3, 61, {0, 0, 0}), "set_dhcp", OperationClass::kProgram},
      {kSignal, "set_signal", OperationClass::kControl},
      {kReset, "set_factory_reset", OperationClass::kProgram},
      {block(5, 5, {0, 0}), "set_factory_reset", OperationClass::kProgram},
      {block(0x80, 1, {0, 0, 9}), "set", OperationClass::kWrite},
      {kStop, "set_transaction", OperationClass::kSession},
      {{}, "set", OperationClass::kWrite},
  };
  for (const auto& row : kRows) {
    Link link;
    const Told& told = link.told(set(row.blocks));
    CHECK(told.name == row.name);
    CHECK(told.cls == row.cls);
  }
}

TEST_CASE("evasion: a harmless block in front or behind hides no reset", "[pn_dcp][evasion]") {
  for (const Octets& blocks : {kSignal + kReset, kReset + kSignal, kName + kIp + kReset + kStop}) {
    Link link;
    CHECK(link.told(set(blocks)).name == "set_factory_reset");
  }
  Link link;
  const Told& told = link.told(set(kSignal + block(0x80, 1, {0, 0}) + kName));
  CHECK(told.name == "set_name_of_station");
  CHECK(told.points[0].access == OperationClass::kControl);
  CHECK(told.points[1].access == OperationClass::kWrite);
  CHECK(told.points[2].access == OperationClass::kProgram);
}

TEST_CASE("pn_dcp: the results of a set are an exception where one failed", "[pn_dcp]") {
  Link link;
  const Octets good = block(5, 4, {2, 2, 0}), bad = block(5, 4, {1, 2, 6});
  CHECK_FALSE(link.told(frame(0xfefd, kSet, 1, good + good)).is_exception);
  CHECK(link.told(frame(0xfefd, kSet, 1, good + bad)).exception_code == 6);
  CHECK(link.told(frame(0xfefd, kSet, 5, {})).exception_code == 5);
}

TEST_CASE("evasion: a FrameID has its own services, sides and no others", "[pn_dcp][evasion]") {
  Link link;
  const Fault service{FaultKind::kBadType, 2}, type{FaultKind::kBadType, 3};
  CHECK(link.say(frame(0xfefe, kSet, 0, kIp)) == service);
  CHECK(link.say(frame(0xfeff, kSet, 0, kIp)) == service);
  CHECK(link.say(frame(0xfefc, kSet, 0, kIp)) == service);
  CHECK(link.say(frame(0xfefd, kIdentify, 0, {})) == service);
  CHECK(link.say(frame(0xfefd, 9, 0, {})) == service);
  CHECK(link.say(frame(0xfefd, kSet, 2, kIp)) == type);
  CHECK(link.say(frame(0xfefe, kIdentify, 1, {})) == type);
  CHECK(link.say(frame(0xfeff, kIdentify, 0, {})) == type);
}

TEST_CASE("evasion: blocks end where the length says, and padding behind it is not read",
          "[pn_dcp][evasion]") {
  Link link;
  const Octets whole = set(kSignal);
  CHECK(link.told(whole + kReset).name == "set_signal");
  for (size_t size = 0; size < whole.size(); ++size) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    const FaultKind kind = size < 12 ? FaultKind::kTruncated : FaultKind::kBadLength;
    CHECK(link.say(cut).kind == kind);
  }
  CHECK(link.say(set({5, 3, 0, 9, 0, 0})) == Fault{FaultKind::kBadLength, 16});
  CHECK(link.say(set({5, 3, 0, 1, 0, 0})) == Fault{FaultKind::kBadLength, 14});
  CHECK(link.say(set({5})).kind == FaultKind::kBadLength);
  // An odd block at the very end may lack its padding.
  CHECK(link.told(set({2, 2, 0, 3, 0, 0, 'a'})).texts[0] == "a");
}

TEST_CASE("pn_dcp: docs/protocols/pn_dcp.md lists exactly the functions of the table",
          "[pn_dcp][docs]") {
  CHECK(documented_rows("pn_dcp") == expected_rows(pn_dcp::functions()));
}
