// SPDX-License-Identifier: Apache-2.0
// What an event of monitor mode is evidence of.
#include "learn/evidence.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "telemetry/drop_reason.h"

namespace bulkhead::learn {
namespace {

using telemetry::EventKind;
using telemetry::EventRecord;
using wire::OperationClass;
using wire::PointType;
using Bytes = std::vector<uint8_t>;

EventRecord flow_event(uint16_t port = 80) {
  EventRecord out;
  out.kind = static_cast<uint8_t>(EventKind::kMonitored);
  out.reason = static_cast<uint8_t>(DropReason::kNoRelationship);
  out.wall_ns = 1000;
  out.protocol = wire::ip_protocol::kTcp;
  out.dst_port = port;
  return out;
}

// As the dataplane writes it: of one ADU to unit 1, one range, the first bytes of the
// segment.
EventRecord operation_event(const Bytes& pdu, OperationClass cls, PointType type, uint32_t first,
                            uint32_t last) {
  EventRecord out = flow_event(502);
  out.reason = static_cast<uint8_t>(DropReason::kOperationDenied);
  out.app = static_cast<uint8_t>(wire::App::kModbus);
  out.operation_class = static_cast<uint8_t>(cls);
  out.operation_code = pdu[0];
  out.unit = 1;
  out.point_type = static_cast<uint8_t>(type);
  out.point_first = first;
  out.point_last = last;
  Bytes adu = {0, 1, 0, 0, 0, static_cast<uint8_t>(pdu.size() + 1), 1};
  adu.insert(adu.end(), pdu.begin(), pdu.end());
  out.sample_total = static_cast<uint16_t>(adu.size());
  out.sample_length = static_cast<uint16_t>(std::min(adu.size(), out.sample.size()));
  std::copy_n(adu.begin(), out.sample_length, out.sample.begin());
  return out;
}

Evidence of(const EventRecord& event) {
  Evidence out;
  out.add(event, "hmi", "plc");
  return out;
}

const Bytes kWriteTwo = {16, 0, 10, 0, 2, 4, 0, 5, 0, 9};          // holding 10-11 = 5, 9
const Bytes kReadWrite = {23, 0, 1, 0, 2, 0, 50, 0, 1, 2, 0, 77};  // reads 1-2, writes 50 = 77

}  // namespace

TEST_CASE("evidence: a flow is who, to whom, and the service", "[learn]") {
  const Evidence evidence = of(flow_event());
  REQUIRE(evidence.all().size() == 1);
  const auto& [what, seen] = *evidence.all().begin();
  CHECK(what.from == "hmi");
  CHECK(what.to == "plc");
  CHECK(what.port == 80);
  CHECK(what.app == wire::App::kNone);
  CHECK(seen.count == 1);
}

TEST_CASE("evidence: an operation is read again from the event's sample, with all its values",
          "[learn]") {
  const Evidence evidence =
      of(operation_event(kWriteTwo, OperationClass::kWrite, PointType::kHolding, 10, 11));
  REQUIRE(evidence.all().size() == 1);
  const auto& [what, seen] = *evidence.all().begin();
  CHECK(what.cls == OperationClass::kWrite);
  CHECK(what.first == 10);
  CHECK(what.last == 11);
  CHECK(seen.values == policy::NumberRange{5, 9});
  CHECK(seen.all_values);
}

TEST_CASE("evidence: an operation that reads some points and writes others is both", "[learn]") {
  const Evidence evidence =
      of(operation_event(kReadWrite, OperationClass::kWrite, PointType::kHolding, 1, 2));
  REQUIRE(evidence.all().size() == 2);
  const auto& read = evidence.all().begin()->first;
  const auto& written = std::next(evidence.all().begin())->first;
  CHECK(read.cls == OperationClass::kRead);
  CHECK(read.last == 2);
  CHECK(written.cls == OperationClass::kWrite);
  CHECK(written.first == 50);
}

TEST_CASE("evidence: an event that names the second range of an operation is read again just so",
          "[learn]") {
  auto event = operation_event(kReadWrite, OperationClass::kWrite, PointType::kHolding, 50, 50);
  event.point_access = static_cast<uint8_t>(OperationClass::kWrite);
  CHECK(of(event).all().size() == 2);
  event.point_access = static_cast<uint8_t>(OperationClass::kRead);  // another operation's
  CHECK(of(event).all().empty());
  CHECK(of(event).incomplete() == 1);
}

TEST_CASE("evidence: without its bytes an operation counts by what the event says, or not at all",
          "[learn]") {
  auto event = operation_event(kWriteTwo, OperationClass::kWrite, PointType::kHolding, 10, 11);
  event.sample_length = 5;
  const Evidence by_event = of(event);
  REQUIRE(by_event.all().size() == 1);
  CHECK_FALSE(by_event.all().begin()->second.all_values);
  auto both = operation_event(kReadWrite, OperationClass::kWrite, PointType::kHolding, 1, 2);
  both.sample_length = 5;
  const Evidence none = of(both);
  CHECK(none.all().empty());
  CHECK(none.incomplete() == 1);
}

TEST_CASE("evidence: what the rate limit swallowed is counted, and its values are not known",
          "[learn]") {
  auto event = operation_event(kWriteTwo, OperationClass::kWrite, PointType::kHolding, 10, 11);
  event.suppressed = 41;
  const Evidence evidence = of(event);
  CHECK(evidence.all().begin()->second.count == 42);
  CHECK_FALSE(evidence.all().begin()->second.all_values);
}

TEST_CASE("evidence: refusals, violations and strangers are none", "[learn]") {
  Evidence evidence;
  EventRecord refused = flow_event();
  refused.kind = static_cast<uint8_t>(EventKind::kDropped);
  evidence.add(refused, "hmi", "plc");
  EventRecord violation = flow_event();
  violation.reason = static_cast<uint8_t>(DropReason::kProtocolViolation);
  evidence.add(violation, "hmi", "plc");
  evidence.add(flow_event(), "hmi", "");
  CHECK(evidence.all().empty());
}

TEST_CASE("evidence: numbers that no enumeration has are passed over", "[learn]") {
  auto event = operation_event(kWriteTwo, OperationClass::kWrite, PointType::kHolding, 10, 11);
  event.sample_length = 5;
  event.point_type = 200;
  CHECK(of(event).all().empty());
  event.point_type = 3;
  event.operation_class = 200;
  CHECK(of(event).all().empty());
}

TEST_CASE("evidence: the same again is counted, with its first and last time", "[learn]") {
  Evidence evidence = of(flow_event());
  EventRecord later = flow_event();
  later.wall_ns = 5000;
  evidence.add(later, "hmi", "plc");
  const Seen seen = evidence.all().begin()->second;
  CHECK(seen.count == 2);
  CHECK(seen.first_wall_ns == 1000);
  CHECK(seen.last_wall_ns == 5000);
}

TEST_CASE("evidence: it is bounded, and what had no room is counted", "[learn]") {
  Evidence evidence;
  const Seen once{1, 0, 0, {}, true};
  for (uint32_t i = 0; i < Evidence::kMost + 3; ++i)
    evidence.add({.from = "a", .to = "b", .first = i, .last = i}, once);
  CHECK(evidence.all().size() == Evidence::kMost);
  CHECK(evidence.left_out() == 3);
}

}  // namespace bulkhead::learn
