// SPDX-License-Identifier: Apache-2.0
// What monitor mode saw, kept: counted together, over restarts, within bounds.
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "events/learn_recorder.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

using learn::Evidence;
using learn::Interaction;
using learn::Seen;

struct Kept {
  Kept() { reopen(); }
  void reopen() {
    store.reset();
    store = std::move(*EvidenceStore::open(directory.file("control.db"), opened_at++));
  }
  ScratchDirectory directory;
  int64_t opened_at = 77;
  std::unique_ptr<EvidenceStore> store;
};

Interaction reads(uint32_t first) {
  return {.from = "hmi",
          .to = "plc",
          .protocol = wire::ip_protocol::kTcp,
          .port = 502,
          .app = wire::App::kModbus,
          .cls = wire::OperationClass::kRead,
          .code = 3,
          .unit = 1,
          .type = wire::PointType::kHolding,
          .first = first,
          .last = first};
}

Evidence of(const Interaction& what, const Seen& seen) {
  Evidence out;
  out.add(what, seen);
  return out;
}

ResolvedEvent monitored(const std::string& from, const std::string& to) {
  ResolvedEvent out;
  out.record.kind = static_cast<uint8_t>(telemetry::EventKind::kMonitored);
  out.record.reason = static_cast<uint8_t>(DropReason::kNoRelationship);
  out.record.protocol = wire::ip_protocol::kUdp;
  out.record.dst_port = 123;
  out.source = from;
  out.destination = to;
  return out;
}

}  // namespace

TEST_CASE("evidence store: what is seen again is counted together, also after a restart",
          "[control][learn]") {
  Kept kept;
  REQUIRE(kept.store->add(of(reads(1), {3, 100, 200, policy::NumberRange{5, 9}, true})).ok());
  kept.reopen();
  REQUIRE(kept.store->add(of(reads(1), {2, 50, 150, policy::NumberRange{7, 30}, false})).ok());
  REQUIRE(kept.store->add(of(reads(1), {1, 60, 60, {}, true})).ok());
  const Evidence all = *kept.store->all();
  REQUIRE(all.all().size() == 1);
  const auto& [what, seen] = *all.all().begin();
  CHECK(what == reads(1));
  CHECK(seen.count == 6);
  CHECK(seen.first_wall_ns == 50);
  CHECK(seen.last_wall_ns == 200);
  CHECK(seen.values == policy::NumberRange{5, 30});
  CHECK_FALSE(seen.all_values);
  CHECK(*kept.store->since_wall_ns() == 77);
}

TEST_CASE("evidence store: what has no room is counted, and what is known goes on",
          "[control][learn]") {
  Kept kept;
  Evidence full;
  const Seen once{1, 0, 0, {}, true};
  for (uint32_t i = 0; i < Evidence::kMost; ++i) full.add(reads(i), once);
  REQUIRE(kept.store->add(full).ok());
  Evidence more = of(reads(1'000'000), once);
  more.add(reads(5), once);
  more.note(2, 3);
  REQUIRE(kept.store->add(more).ok());
  const Evidence all = *kept.store->all();
  CHECK(all.all().size() == Evidence::kMost);
  CHECK(all.all().at(reads(5)).count == 2);
  CHECK(all.left_out() == 3);
  CHECK(all.incomplete() == 3);
}

TEST_CASE("evidence store: forgetting begins anew, and says how much there was",
          "[control][learn]") {
  Kept kept;
  REQUIRE(kept.store->add(of(reads(1), {3, 100, 200, {}, true})).ok());
  bool entered = false;
  const auto forgotten = kept.store->forget(500, [&](Database&) {
    entered = true;
    return Status{};
  });
  CHECK(*forgotten == 1);
  CHECK(entered);
  CHECK(kept.store->all()->all().empty());
  CHECK(*kept.store->since_wall_ns() == 500);
}

TEST_CASE("learn recorder: monitored events become evidence, others and strangers do not",
          "[control][learn]") {
  Kept kept;
  EventHub hub;
  {
    const auto recorder = *LearnRecorder::start(hub, *kept.store);
    hub.publish(monitored("hmi", "plc"));
    hub.publish(monitored("hmi", "plc"));
    hub.publish(monitored("", "plc"));
    ResolvedEvent refused = monitored("hmi", "plc");
    refused.record.kind = static_cast<uint8_t>(telemetry::EventKind::kDropped);
    hub.publish(refused);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  const Evidence all = *kept.store->all();
  REQUIRE(all.all().size() == 1);
  CHECK(all.all().begin()->second.count == 2);
  CHECK(all.all().begin()->first.port == 123);
}

}  // namespace bulkhead::control
