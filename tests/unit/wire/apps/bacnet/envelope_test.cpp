// SPDX-License-Identifier: Apache-2.0
// BVLC, NPDU and APDU headers: who speaks to whom, and each fault with its offset.
#include <catch2/catch.hpp>

#include "bacnet_talk.h"

namespace bulkhead::wire::bacnet::test {
namespace {

const Bytes kRead = confirmed(12, object(0, 1) + property(85));
const Bytes kRouted = {1, 0x24, 0, 13, 1, 61, 255};  // to station 61 of network 13
const Bytes kFromRouted = {1, 0x08, 0, 13, 1, 61};   // from it
const Bytes kEverywhere = {1, 0x20, 0xff, 0xff, 0, 255};
constexpr uint32_t kStation = 13u << 16 | 61;

}  // namespace

TEST_CASE("bacnet: the BVLC length must be that of the datagram", "[bacnet]") {
  Bytes datagram = unicast(kRead);
  CHECK(said(datagram) == "request read_property: 0:1/85");
  datagram.push_back(0);
  CHECK(fault_of(datagram) == Fault{FaultKind::kBadLength, 2});
  datagram.pop_back();
  datagram.pop_back();
  CHECK(fault_of(datagram) == Fault{FaultKind::kBadLength, 2});
}

TEST_CASE("evasion: another protocol on the bacnet port is a fault", "[bacnet]") {
  CHECK(fault_of({0x72, 0xfe, 0x1d, 0x13, 0, 0, 0, 0}) == Fault{FaultKind::kBadProtocolId, 0});
  CHECK(fault_of({0x82, 1, 0, 4}) == Fault{FaultKind::kBadProtocolId, 0});  // BACnet/IPv6
  CHECK(fault_of({}).kind == FaultKind::kTruncated);
  CHECK(fault_of({0x81, 10}).kind == FaultKind::kTruncated);
}

TEST_CASE("bacnet: npdu version, reserved bits and addresses are checked", "[bacnet]") {
  CHECK(fault_of(unicast(kRead, {2, 4})) == Fault{FaultKind::kBadVersion, 4});
  CHECK(fault_of(unicast(kRead, {1, 0x44})) == Fault{FaultKind::kBadFlags, 5});
  CHECK(fault_of(unicast(kRead, {1, 0x14})) == Fault{FaultKind::kBadFlags, 5});
  CHECK(fault_of(unicast(kRead, {1, 0x20, 0, 0, 0, 255})) == Fault{FaultKind::kBadAddress, 6});
  CHECK(fault_of(unicast(kRead, {1, 0x20, 0xff, 0xff, 1, 5, 255})).kind == FaultKind::kBadAddress);
  CHECK(fault_of(unicast(kRead, {1, 0x20, 0, 9, 8, 0, 0, 0, 0, 0, 0, 0, 0, 255})).kind ==
        FaultKind::kBadAddress);
  CHECK(fault_of(unicast(kRead, {1, 0x08, 0xff, 0xff, 1, 1})).kind == FaultKind::kBadAddress);
  CHECK(fault_of(unicast(kRead, {1, 0x08, 0, 9, 0})).kind == FaultKind::kBadAddress);
  CHECK(fault_of(bvlc(10, {1, 0x20, 0, 9, 6, 1})) == Fault{FaultKind::kTruncated, 6});
  CHECK(fault_of(bvlc(10, {1, 4})) == Fault{FaultKind::kTruncated, 6});
}

TEST_CASE("bacnet: the unit is the device behind a router, in both directions", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(unicast(kRead, kRouted)) == Fault{});
  const Told asked = talk.last();
  CHECK(asked.unit == kStation);
  CHECK(asked.from_unit == 0);
  REQUIRE(talk.device(unicast(ack(12, object(0, 1) + property(85) + within(3, real(5))),
                              kFromRouted)) == Fault{});
  CHECK(talk.last().unit == kStation);
  CHECK(talk.last().request_id == asked.request_id);
}

TEST_CASE("bacnet: two clients behind a router do not share request ids", "[bacnet]") {
  const Told one = told(unicast(kRead, {1, 0x08, 0, 13, 1, 61}));
  const Told two = told(unicast(kRead, {1, 0x08, 0, 13, 1, 62}));
  CHECK(one.from_unit == kStation);
  CHECK(one.request_id != two.request_id);
  CHECK((one.request_id & 0xff) == 7);
}

TEST_CASE("bacnet: broadcasts and long stations have units of their own", "[bacnet]") {
  CHECK(told(broadcast(unconfirmed(8, {}), kEverywhere)).unit == 0xffffffff);
  CHECK(told(broadcast(unconfirmed(8, {}), {1, 0x20, 0, 9, 0, 255})).unit == 0x0009ffff);
  CHECK(told(unicast(kRead, {1, 0x24, 0, 9, 2, 1, 2, 255})).unit == 0x00090102);
  CHECK(told(unicast(kRead, {1, 0x24, 0, 9, 6, 10, 0, 0, 5, 0xba, 0xc0, 255})).unit ==
        (9u << 16 | (0x0a00 ^ 0x0005 ^ 0xbac0)));
}

TEST_CASE("evasion: a write in a Forwarded-NPDU is a write, by who first sent it", "[bacnet]") {
  const Told write = told(
      bvlc(4, Bytes{10, 1, 0, 5, 0xba, 0xc0} + kNpdu + confirmed(15, write_of(1, 0, real(80)))));
  CHECK(write.text == "request write_property: 1:0/85 = 80");
  CHECK(write.cls == OperationClass::kWrite);
  CHECK(write.from_unit == 0x0a010005);
  CHECK(write.request_id == (0x0a010005ull << 32 | 0xbac0ull << 16 | 7));
  CHECK(fault_of(bvlc(4, {10, 1, 0})) == Fault{FaultKind::kTruncated, 4});
}

TEST_CASE("evasion: a write that a router is to distribute is a write", "[bacnet]") {
  const Bytes write = kNpdu + confirmed(15, write_of(1, 0, real(80)));
  for (const uint8_t function : {uint8_t{9}, uint8_t{10}, uint8_t{11}})
    CHECK(said(bvlc(function, write)) == "request write_property: 1:0/85 = 80");
}

TEST_CASE("bacnet: apdu headers keep to what their type allows", "[bacnet]") {
  CHECK(fault_of(unicast({0x01, 5, 7, 12})) == Fault{FaultKind::kBadFlags, 6});
  CHECK(fault_of(unicast({0x04, 5, 7, 12})) == Fault{FaultKind::kBadFlags, 6});  // more, alone
  CHECK(fault_of(unicast({0x00, 0x85, 7, 12})) == Fault{FaultKind::kBadFlags, 7});
  CHECK(fault_of(unicast({0x11, 8})) == Fault{FaultKind::kBadFlags, 6});
  CHECK(fault_of(unicast({0x80, 8, 0, 0})) == Fault{FaultKind::kBadType, 6});
  CHECK(fault_of(unicast({0x00, 5, 7})) == Fault{FaultKind::kTruncated, 6});
  CHECK(fault_of(unicast({0x20, 7, 15, 0})) == Fault{FaultKind::kBadLength, 9});
  CHECK(fault_of(unicast({0x60, 7, 9, 0})) == Fault{FaultKind::kBadLength, 9});
  CHECK(fault_of(unicast({0x08, 5, 7, 0, 0, 12})) == Fault{FaultKind::kBadValue, 10});
}

TEST_CASE("bacnet: what a fault leaves behind is no state", "[bacnet]") {
  Talk talk;
  CHECK(talk.client(unicast(confirmed(15, {0xff}))).kind != FaultKind::kNone);
  CHECK(talk.count() == 0);
  REQUIRE(talk.device(unicast({0x60, 7, 9})) == Fault{});
  CHECK(talk.last().cls == OperationClass::kSession);  // nothing was asked
}

}  // namespace bulkhead::wire::bacnet::test
