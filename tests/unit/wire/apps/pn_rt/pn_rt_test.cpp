// SPDX-License-Identifier: Apache-2.0
// PROFINET's cyclic data, alarms and time, told by their FrameIDs.
#include "wire/apps/pn_rt/pn_rt.h"

#include <catch2/catch.hpp>

#include "../function_table.h"
#include "../iso/told.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;

namespace {

const Octets kStatus = {0x10, 0x20, 0x35, 0};  // cycle counter, data status, transfer status

Octets alarm(uint16_t id, uint8_t type, const Octets& body, size_t length) {
  return be16(id) + Octets{0, 1, 0, 2, type, 0x11, 0, 7, 0, 6} + be16(length) + body;
}
Octets alarm(uint16_t id, uint8_t type, const Octets& body = {}) {
  return alarm(id, type, body, body.size());
}
// Of API 1, slot 2, subslot 3.
const Octets kNotification = {0, 2, 0, 24, 1, 0, 0, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 0, 0, 9};

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

TEST_CASE("pn_rt: cyclic data is told with cycle counter and octets", "[pn_rt]") {
  struct {
    uint16_t id;
    std::string_view name;
  } const kRows[] = {{0x0100, "rtc3"}, {0x0fff, "rtc3"},        {0x8000, "rtc1"},
                     {0xbfff, "rtc1"}, {0xc000, "rtc1_legacy"}, {0xfbff, "rtc1_legacy"}};
  for (const auto& row : kRows) {
    Link link;
    const Told& told = link.told(be16(row.id) + Octets{1, 2, 3} + kStatus);
    CHECK(told.app == App::kPnRt);
    CHECK(told.name == row.name);
    CHECK(told.cls == OperationClass::kControl);
    CHECK(told.direction == Direction::kUnsolicited);
    CHECK(told.unit == row.id);
    CHECK(told.request_id == 0x1020);
    CHECK(told.bytes == std::vector<Octets>{{1, 2, 3}});
  }
}

TEST_CASE("pn_rt: cyclic data without its status, or in a bad transfer, is a fault", "[pn_rt]") {
  Link link;
  CHECK(link.say(be16(0x8000) + Octets{1, 2, 3}) == Fault{FaultKind::kTruncated, 2});
  CHECK(link.say(be16(0x8000) + Octets{1, 0, 1, 0x35, 1}) == Fault{FaultKind::kBadValue, 6});
  CHECK(link.say({0x80}) == Fault{FaultKind::kTruncated, 0});
}

TEST_CASE("pn_rt: alarms are reports of a submodule", "[pn_rt]") {
  Link link;
  const Told& low = link.told(alarm(0xfe01, 0x11, kNotification));
  CHECK(low.name == "alarm_low");
  CHECK(low.cls == OperationClass::kRead);
  CHECK(low.request_id == 0x00070006);
  CHECK(low.points[0].type == PointType::kPnSubmodule);
  CHECK(low.points[0].first == 0x1'0002'0003);
  CHECK(link.told(alarm(0xfc01, 0x11, kNotification)).name == "alarm_high");
  CHECK(link.told(alarm(0xfc01, 0x13)).name == "alarm_high_ack");
  CHECK(link.told(alarm(0xfe01, 0x12)).name == "alarm_low_nack");
}

TEST_CASE("evasion: an error that ends the relation is told from an acknowledgement",
          "[pn_rt][evasion]") {
  Link link;
  const Told& told = link.told(alarm(0xfe01, 0x14, {0xcf, 0x81, 0xfd, 5}));
  CHECK(told.name == "alarm_low_error");
  CHECK(told.cls == OperationClass::kControl);
}

TEST_CASE("pn_rt: an alarm of another version, type or length is a fault", "[pn_rt]") {
  Link link;
  CHECK(link.say(alarm(0xfe01, 0x21, kNotification)) == Fault{FaultKind::kBadVersion, 6});
  CHECK(link.say(alarm(0xfe01, 0x16, kNotification)) == Fault{FaultKind::kBadType, 6});
  CHECK(link.say(alarm(0xfe01, 0x10, kNotification)) == Fault{FaultKind::kBadType, 6});
  CHECK(link.say(alarm(0xfe01, 0x11, kNotification, 99)).kind == FaultKind::kBadLength);
  CHECK(link.say(alarm(0xfe01, 0x11, {0, 2})).kind == FaultKind::kBadLength);
  CHECK(link.tells.all.empty());
}

TEST_CASE("pn_rt: time is of the session, and what is reserved or in fragments has no class",
          "[pn_rt]") {
  Link link;
  for (const int id : {0x20, 0x81, 0xff00, 0xff21, 0xff40, 0xff43})
    CHECK(link.told(be16(static_cast<size_t>(id))).name == "ptcp");
  for (const int id : {0x0000, 0x0fff + 1, 0x7fff, 0xfc00, 0xfc02, 0xfe02, 0xff80, 0xff8f, 0xffff})
    CHECK(link.told(be16(static_cast<size_t>(id)) + kStatus).cls == OperationClass::kUnspecified);
}

TEST_CASE("pn_rt: docs/protocols/pn_rt.md lists exactly the functions of the table",
          "[pn_rt][docs]") {
  CHECK(documented_rows("pn_rt") == expected_rows(pn_rt::functions()));
}
