// SPDX-License-Identifier: Apache-2.0
// What a worker remembers of operations that were allowed.
#include "table/allowed_operations.h"

#include <catch2/catch.hpp>
#include <memory>

#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

using Question = AllowedOperations::Question;

constexpr int64_t kSince = 1'000, kUntil = 2'000;

FlowEntry flow() {
  FlowEntry entry;
  entry.decided_by = 7;
  entry.source = IdentityIndex(3);
  entry.destination = IdentityIndex(4);
  entry.responder_port = 502;
  entry.key.protocol = wire::ip_protocol::kTcp;
  return entry;
}

// Operations are large.
std::unique_ptr<wire::Operation> read_of(uint64_t first, uint64_t last) {
  auto op = std::make_unique<wire::Operation>();
  op->app = wire::App::kModbus;
  op->cls = wire::OperationClass::kRead;
  op->code = 3;
  op->unit = 1;
  op->add_point({.type = wire::PointType::kHolding,
                 .access = wire::OperationClass::kRead,
                 .first = first,
                 .last = last});
  return op;
}

}  // namespace

TEST_CASE("An operation that was allowed is known as such from then until its boundary",
          "[allowed]") {
  AllowedOperations allowed;
  const Question q = AllowedOperations::question(flow(), *read_of(10, 19)).value();
  CHECK_FALSE(allowed.holds(q, kSince));
  allowed.note(q, kSince, kUntil);
  CHECK(allowed.holds(q, kSince));
  CHECK(allowed.holds(q, kUntil - 1));
  CHECK_FALSE(allowed.holds(q, kUntil));
  CHECK_FALSE(allowed.holds(q, kSince - 1));  // the clock was set back
}

TEST_CASE("An operation that differs in anything is another question", "[allowed]") {
  AllowedOperations allowed;
  const Question q = AllowedOperations::question(flow(), *read_of(10, 19)).value();
  allowed.note(q, kSince, kUntil);
  const auto differs = [&](auto&& change) {
    FlowEntry entry = flow();
    auto op = read_of(10, 19);
    change(entry, *op);
    const auto other = AllowedOperations::question(entry, *op);
    return other && !allowed.holds(*other, kSince);
  };
  CHECK_FALSE(differs([](FlowEntry&, wire::Operation&) {}));
  CHECK(differs([](FlowEntry& e, wire::Operation&) { e.decided_by = 8; }));
  CHECK(differs([](FlowEntry& e, wire::Operation&) { e.source = IdentityIndex(5); }));
  CHECK(differs([](FlowEntry& e, wire::Operation&) { e.destination = IdentityIndex(5); }));
  CHECK(differs([](FlowEntry& e, wire::Operation&) { e.responder_port = 503; }));
  CHECK(differs([](FlowEntry& e, wire::Operation&) { e.key.protocol = wire::ip_protocol::kUdp; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.app = wire::App::kUmas; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.cls = wire::OperationClass::kDiagnose; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.code = 4; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.unit = 2; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.points[0].first = 9; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.points[0].last = 20; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.points[0].detail = 1; }));
  CHECK(
      differs([](FlowEntry&, wire::Operation& o) { o.points[0].type = wire::PointType::kInput; }));
  CHECK(differs(
      [](FlowEntry&, wire::Operation& o) { o.points[0].access = wire::OperationClass::kWrite; }));
  CHECK(differs([](FlowEntry&, wire::Operation& o) { o.points.clear(); }));
}

TEST_CASE("What rests on more than a question holds is decided every time", "[allowed]") {
  const auto asked = [](auto&& change) {
    auto op = read_of(10, 19);
    change(*op);
    return AllowedOperations::question(flow(), *op).has_value();
  };
  CHECK(asked([](wire::Operation&) {}));
  CHECK_FALSE(asked([](wire::Operation& o) { o.clipped = true; }));
  CHECK_FALSE(asked([](wire::Operation& o) { o.opaque = true; }));
  CHECK_FALSE(asked([](wire::Operation& o) { o.add_point(o.points[0]); }));
  CHECK_FALSE(asked([](wire::Operation& o) { o.add_values({}); }));
  CHECK_FALSE(asked([](wire::Operation& o) { o.points[0].name = "setpoint"; }));
  CHECK_FALSE(asked([](wire::Operation& o) { o.points[0].scope = "LD0"; }));
  CHECK_FALSE(
      asked([](wire::Operation& o) { o.points[0].last = o.points[0].first + (1ull << 32); }));
}

}  // namespace bulkhead::dataplane
