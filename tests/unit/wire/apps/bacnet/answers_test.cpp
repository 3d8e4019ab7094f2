// SPDX-License-Identifier: Apache-2.0
// Answers have the class of what they answer; refusals say why. BVLC and network messages.
#include <catch2/catch.hpp>

#include "bacnet_talk.h"

namespace bulkhead::wire::bacnet::test {
namespace {

const Bytes kWrite = unicast(confirmed(15, write_of(1, 5, real(1))));

}  // namespace

TEST_CASE("bacnet: a simple ack answers by service and invoke id", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(kWrite) == Fault{});
  const Told asked = talk.last();
  REQUIRE(talk.device(unicast({0x20, 7, 15})) == Fault{});
  CHECK(talk.last().text == "response write_property");
  CHECK(talk.last().request_id == asked.request_id);
  CHECK(talk.last().code == asked.code);
  CHECK(talk.last().cls == OperationClass::kWrite);
}

TEST_CASE("bacnet: an error is an exception of class and code", "[bacnet]") {
  const Told plain = told(unicast({0x50, 7, 15, 0x91, 2, 0x91, 40}));
  CHECK(plain.text == "response write_property");
  CHECK(plain.is_exception);
  CHECK(plain.exception_code == (2u << 16 | 40));
  const Told wrapped = told(unicast(Bytes{0x50, 7, 16} + within(0, {0x91, 2, 0x91, 40}) +
                                    within(1, object(1, 5) + property(85))));
  CHECK(wrapped.exception_code == (2u << 16 | 40));
  CHECK(fault_of(unicast({0x50, 7, 15, 0x91, 2})) == Fault{FaultKind::kTruncated, 11});
  CHECK(fault_of(unicast({0x50, 7, 15, 0x91, 2, 0x21, 4})) == Fault{FaultKind::kBadEncoding, 11});
  CHECK(fault_of(unicast({0x50, 7, 15, 0x91, 2, 0x91, 4, 0})) == Fault{FaultKind::kBadLength, 13});
  CHECK(fault_of(unicast({0x50, 7, 16, 0x0e, 0x91, 2, 0x91, 4, 0x1f})).kind ==
        FaultKind::kBadEncoding);
  CHECK(fault_of(unicast({0x50, 7, 15, 0x93, 1, 0, 0, 0x91, 4})).kind == FaultKind::kBadValue);
}

TEST_CASE("bacnet: reject and abort take the class of the request", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(kWrite) == Fault{});
  REQUIRE(talk.device(unicast({0x60, 7, 9})) == Fault{});
  CHECK(talk.last().text == "response reject");
  CHECK(talk.last().cls == OperationClass::kWrite);
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 9);
  REQUIRE(talk.device(unicast({0x71, 7, 4})) == Fault{});
  CHECK(talk.last().text == "response abort");
  CHECK(talk.last().cls == OperationClass::kWrite);
  CHECK(talk.last().exception_code == 4);
  REQUIRE(talk.device(unicast({0x60, 8, 9})) == Fault{});
  CHECK(talk.last().cls == OperationClass::kSession);
}

TEST_CASE("bacnet: an abort by the client refuses nothing", "[bacnet]") {
  const Told abort = told(unicast({0x70, 7, 2}));
  CHECK(abort.text == "request abort");
  CHECK_FALSE(abort.is_exception);
}

TEST_CASE("bacnet: each bvlc function has its size", "[bacnet]") {
  const Bytes entry = {10, 0, 0, 1, 0xba, 0xc0, 255, 255, 255, 0};
  CHECK(said(bvlc(1, entry + entry)) == "request write_broadcast_distribution_table");
  CHECK(told(bvlc(1, entry)).cls == OperationClass::kProgram);
  CHECK(said(bvlc(2, {})) == "request read_broadcast_distribution_table");
  CHECK(said(bvlc(3, entry)) == "response read_broadcast_distribution_table_ack");
  CHECK(said(bvlc(5, {0, 60})) == "request register_foreign_device");
  CHECK(said(bvlc(6, {})) == "request read_foreign_device_table");
  CHECK(said(bvlc(7, {})) == "response read_foreign_device_table_ack");
  CHECK(said(bvlc(8, {10, 0, 0, 1, 0xba, 0xc0})) == "request delete_foreign_device_table_entry");
  for (const uint8_t function : {uint8_t{0}, uint8_t{1}, uint8_t{2}, uint8_t{3}, uint8_t{5},
                                 uint8_t{6}, uint8_t{7}, uint8_t{8}})
    CHECK(fault_of(bvlc(function, {1, 2, 3})) == Fault{FaultKind::kBadLength, 2});
}

TEST_CASE("bacnet: a bvlc result has the class of what it answers", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(bvlc(5, {0, 60})) == Fault{});
  REQUIRE(talk.device(bvlc(0, {0, 0})) == Fault{});
  CHECK(talk.last().text == "response bvlc_result");
  CHECK(talk.last().cls == OperationClass::kProgram);
  CHECK_FALSE(talk.last().is_exception);
  REQUIRE(talk.device(bvlc(0, {0, 0x20})) == Fault{});
  CHECK(talk.last().cls == OperationClass::kDiscover);
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0x20);
}

TEST_CASE("bacnet: secured messages are opaque, unknown functions have no class", "[bacnet]") {
  CHECK(told(bvlc(12, {1, 2, 3})).opaque);
  CHECK(told(bvlc(12, {1, 2, 3})).cls == OperationClass::kProgram);
  CHECK(told(bvlc(13, {})).text == "request unknown");
  CHECK(told(bvlc(200, {})).cls == OperationClass::kUnspecified);
}

TEST_CASE("bacnet: network messages, with the sizes of the known ones", "[bacnet]") {
  const auto network = [](const Bytes& message) { return bvlc(11, Bytes{1, 0x80} + message); };
  CHECK(said(network({0})) == "request who_is_router_to_network");
  CHECK(said(network({0, 0, 9})) == "request who_is_router_to_network");
  CHECK(told(network({0})).code == (2u << 24));
  CHECK(said(network({1, 0, 9, 0, 10})) == "unsolicited i_am_router_to_network");
  CHECK(said(network({6, 1, 0, 9, 1, 2, 0xaa, 0xbb})) == "request initialize_routing_table");
  CHECK(said(network({7})) == "response initialize_routing_table_ack");
  CHECK(said(network({0x13, 0, 9, 1})) == "unsolicited network_number_is");
  CHECK(told(network({3, 1, 0, 9})).exception_code == 1);
  CHECK(told(network({3, 1, 0, 9})).is_exception);
  CHECK(told(network({11, 1, 2})).opaque);
  CHECK(fault_of(network({0, 9})) == Fault{FaultKind::kBadLength, 7});
  CHECK(fault_of(network({1, 9})) == Fault{FaultKind::kBadLength, 7});
  CHECK(fault_of(network({6, 2, 0, 9, 1, 0})) == Fault{FaultKind::kBadLength, 7});
  CHECK(fault_of(network({6, 1, 0, 9, 1, 200})) == Fault{FaultKind::kBadLength, 7});
}

TEST_CASE("bacnet: network messages that nobody knows have no class", "[bacnet]") {
  CHECK(told(bvlc(11, {1, 0x80, 0x20})).cls == OperationClass::kUnspecified);
  CHECK(told(bvlc(11, {1, 0x80, 0x80, 0, 7, 1})).cls == OperationClass::kUnspecified);
  CHECK(fault_of(bvlc(11, {1, 0x80, 0x80, 0})).kind == FaultKind::kTruncated);
}

}  // namespace bulkhead::wire::bacnet::test
