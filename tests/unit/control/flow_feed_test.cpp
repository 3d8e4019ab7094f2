// SPDX-License-Identifier: Apache-2.0
#include "events/flow_feed.h"

#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "events/relationship_page.h"
#include "events/telemetry_reader.h"

namespace bulkhead::control {

namespace {

using telemetry::FlowRecord;
using namespace std::chrono_literals;

template <typename Records>
uint32_t index_of(const image::ImageView& view, Records records, std::string_view name) {
  for (uint32_t i = 0; i < records.size(); ++i)
    if (view.text(records[i].name) == name) return i;
  FAIL("nothing is named " << name);
  return 0;
}

// 3 packets there, 2 back.
FlowRecord carried(const CompiledPolicy& policy, std::string_view relationship) {
  const image::ImageView& view = policy.view;
  FlowRecord record;
  record.generation = policy.generation;
  record.source = index_of(view, view.identities(), "hmi-3");
  record.destination = index_of(view, view.identities(), "plc-7");
  record.relationship = index_of(view, view.relationships(), relationship);
  record.packets = {3, 2};
  record.bytes = {300, 200};
  record.operations_allowed = 1;
  record.first = 1;
  record.last_wall_ns = 1'800'000'000'000'000'000;
  return record;
}

FlowRecord named_by_nobody(uint64_t sequence = 0) {
  FlowRecord record;
  record.sequence = sequence;
  record.packets = {1, 0};
  return record;
}

// The policy of the fixture with a further relationship.
std::string with(const std::string& name) {
  return policy_yaml() + "  - name: " + name +
         "\n    from: { role: hmi }\n    to: { role: plc }\n    tcp: { ports: [8080] }\n";
}

// With its only relationship under another name.
std::string renamed_yaml(const std::string& name) {
  std::string yaml = policy_yaml();
  const std::string was = "hmi-operates-plc";
  for (size_t at = yaml.find(was); at != std::string::npos; at = yaml.find(was))
    yaml.replace(at, was.size(), name);
  return yaml;
}

CompiledPolicyPtr put_in_force(Plant& plant, const std::string& yaml) {
  const ApplyOutcome outcome = plant.apply(yaml);
  if (outcome.error) FAIL(outcome.error->sentence);
  return plant.policies.recent().find(outcome.generation);
}

RelationshipTotal total_of(const FlowFeed& feed, const std::string& name) {
  for (const auto& row : feed.totals().after(std::nullopt, 1000))
    if (row.name == name) return row.total;
  return {};
}

telemetry::Segment segment(uint32_t flow_ring = 64) {
  telemetry::SegmentConfig config;
  config.workers = 2;
  config.event_ring = 64;
  config.flow_ring = flow_ring;
  auto made = telemetry::Segment::create(config);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("flow record: indices become the names of the policy of its generation",
          "[control][flows]") {
  Plant plant;
  const CompiledPolicyPtr policy = put_in_force(plant, policy_yaml());
  const ResolvedFlow flow = resolve(carried(*policy, "hmi-operates-plc"), policy.get());
  CHECK(flow.initiator.identity == "hmi-3");
  CHECK(flow.responder.identity == "plc-7");
  CHECK(flow.initiator.gateway == "gw-a");
  CHECK(flow.responder.gateway == "gw-b");
  CHECK(flow.relationship == "hmi-operates-plc");
  CHECK_FALSE(flow.names_unresolved);
  FlowRecord beyond = carried(*policy, "hmi-operates-plc");
  beyond.source = beyond.destination = beyond.relationship = 1000;
  const ResolvedFlow unknown = resolve(beyond, policy.get());
  CHECK(unknown.initiator.identity.empty());
  CHECK(unknown.relationship.empty());
  CHECK(resolve(carried(*policy, "hmi-operates-plc"), nullptr).names_unresolved);
}

TEST_CASE("flow feed: records are summed by name, whatever the generation's indices",
          "[control][flows]") {
  Plant plant;
  FlowFeed feed(plant.policies.recent());
  const CompiledPolicyPtr first = put_in_force(plant, policy_yaml());
  feed.take(carried(*first, "hmi-operates-plc"));
  const CompiledPolicyPtr second = put_in_force(plant, with("a-first-one"));
  REQUIRE(index_of(second->view, second->view.relationships(), "hmi-operates-plc") !=
          index_of(first->view, first->view.relationships(), "hmi-operates-plc"));
  FlowRecord later = carried(*second, "hmi-operates-plc");
  later.first = 0;
  later.end = static_cast<uint8_t>(telemetry::FlowEnd::kClosed);
  later.last_wall_ns += 5;
  feed.take(later);
  const RelationshipTotal total = total_of(feed, "hmi-operates-plc");
  CHECK(total.packets == std::array<uint64_t, 2>{6, 4});
  CHECK(total.bytes == std::array<uint64_t, 2>{600, 400});
  CHECK(total.operations_allowed == 2);
  CHECK(total.flows_begun == 1);
  CHECK(total.flows_ended == 1);
  CHECK(total.last_wall_ns == later.last_wall_ns);
  CHECK(total_of(feed, "a-first-one").packets[0] == 0);
}

TEST_CASE("flow feed: what has no name is summed apart", "[control][flows]") {
  Plant plant;
  FlowFeed feed(plant.policies.recent());
  FlowRecord record = named_by_nobody();
  feed.take(record);
  record.generation = 77;  // which nobody knows
  feed.take(record);
  CHECK(feed.totals().unnamed().packets[0] == 2);
  CHECK(feed.totals().after(std::nullopt, 10).empty());
}

TEST_CASE("flow feed: beyond the bound, relationships that the policy has lost are folded into one",
          "[control][flows]") {
  Plant plant;
  FlowFeed feed(plant.policies.recent(), 2);
  const auto use = [&](const std::string& name) {
    feed.take(carried(*put_in_force(plant, renamed_yaml(name)), name));
  };
  use("one");
  use("two");
  CHECK(feed.totals().rest().packets[0] == 0);
  use("three");  // no room: the former two go
  CHECK(feed.totals().rest().packets[0] == 6);
  CHECK(total_of(feed, "three").packets[0] == 3);
  use("four");
  CHECK(total_of(feed, "three").packets[0] == 3);
  use("five");
  CHECK(feed.totals().rest().packets[0] == 12);
  CHECK(feed.totals().after(std::nullopt, 10).size() == 1);
}

TEST_CASE("flow feed: relationships in force beyond the bound are summed in the rest",
          "[control][flows]") {
  Plant plant;
  FlowFeed feed(plant.policies.recent(), 1);
  const CompiledPolicyPtr policy = put_in_force(plant, with("another"));
  for (const char* name : {"another", "hmi-operates-plc", "hmi-operates-plc"})
    feed.take(carried(*policy, name));
  CHECK(feed.totals().rest().packets[0] == 6);
  CHECK(feed.totals().after(std::nullopt, 10).size() == 1);
}

TEST_CASE("flow hub: who follows gets the records that he wants, and hears of those he lost",
          "[control][flows]") {
  FlowHub hub;
  const auto with = [](const std::string& relationship) {
    ResolvedFlow flow;
    flow.relationship = relationship;
    return flow;
  };
  for (int i = 0; i < 3; ++i)
    for (const char* name : {"mine", "other"}) hub.publish(with(name));
  auto follower =
      hub.follow(2, [](const ResolvedFlow& flow) { return flow.relationship == "mine"; });
  REQUIRE(follower);
  for (const uint64_t id : {3u, 5u}) CHECK((*follower)->next(0ms).event->id == id);
  CHECK((*follower)->next(0ms).nothing());
  for (size_t i = 0; i < FlowHub::kQueue + 7; ++i)
    for (const char* name : {"mine", "other"}) hub.publish(with(name));
  size_t got = 0;
  FlowHub::Item item;
  for (item = (*follower)->next(0ms); item.event != nullptr; item = (*follower)->next(0ms)) {
    CHECK(item.event->relationship == "mine");
    ++got;
  }
  CHECK(got == FlowHub::kQueue);
  CHECK(item.lost == 7);
  CHECK(hub.lost() == 7);
}

TEST_CASE("telemetry reader: every flow record made is delivered or counted as lost",
          "[control][flows]") {
  Plant plant;
  EventHub events;
  FlowFeed feed(plant.policies.recent());
  TelemetryReader reader(plant.policies.recent(), events, plant.clock, &feed);
  auto slow = feed.hub().follow(0);
  uint64_t made = 0;
  uint64_t ring_lost = 0;
  for (int restart = 0; restart < 3; ++restart) {  // of the dataplane
    const telemetry::Segment shared = segment(512);
    REQUIRE(reader.attach(shared.fd()));
    for (uint32_t w = 0; w < 2; ++w) {
      auto producer = shared.flow_producer(w);
      uint64_t sequence = 0;
      for (int burst = 0; burst < 3; ++burst) {
        for (int i = 0; i < 700; ++i, ++made) {
          if (producer->push(named_by_nobody(++sequence))) continue;
          ++ring_lost;
          auto& lost = shared.counters(w).flow_packets_lost;
          lost.store(lost.load() + 1);
        }
        if (burst < 2) (void)reader.drain();
      }
    }
  }
  (void)reader.drain();
  const telemetry::Segment last = segment(512);
  REQUIRE(reader.attach(last.fd()));  // what the former one still held is read first
  const FlowRecordLosses losses = reader.flow_losses();
  CHECK(ring_lost > 0);
  CHECK(losses.records.ring_full == ring_lost);
  CHECK(losses.records.gaps == 0);
  CHECK(losses.packets == ring_lost);
  CHECK(made == feed.hub().published() + losses.records.ring_full);
  CHECK(feed.totals().unnamed().packets[0] == feed.hub().published());
  uint64_t received = 0, told_lost = 0;
  for (auto item = (*slow)->next(0ms); !item.nothing(); item = (*slow)->next(0ms)) {
    received += item.event != nullptr ? 1 : 0;
    told_lost += item.lost;
  }
  CHECK(told_lost > 0);
  CHECK(received + told_lost == feed.hub().published());
  CHECK(feed.hub().lost() == told_lost);
}

TEST_CASE(
    "telemetry reader: the same segment once more, after the link was gone, counts nothing twice",
    "[control][flows]") {
  Plant plant;
  EventHub events;
  FlowFeed feed(plant.policies.recent());
  TelemetryReader reader(plant.policies.recent(), events, plant.clock, &feed);
  const telemetry::Segment shared = segment(4);
  REQUIRE(reader.attach(shared.fd()));
  auto flows = shared.flow_producer(0);
  auto faults = shared.event_producer(0);
  for (uint64_t i = 1; i <= 6; ++i) (void)flows->push(named_by_nobody(i));
  for (int i = 0; i < 70; ++i) (void)faults->push(telemetry::EventRecord{});
  shared.counters(0).flow_bytes_lost.store(50);
  REQUIRE(reader.attach(shared.fd()));
  (void)reader.drain();
  CHECK(reader.flow_losses().records.ring_full == 2);
  CHECK(reader.flow_losses().bytes == 50);
  CHECK(reader.losses().ring_full == 6);
  CHECK(feed.hub().published() == 4);
}

TEST_CASE("telemetry reader: operations are summed over workers", "[control][flows]") {
  Plant plant;
  EventHub events;
  TelemetryReader reader(plant.policies.recent(), events, plant.clock);
  REQUIRE_FALSE(reader.operations());
  const telemetry::Segment shared = segment();
  REQUIRE(reader.attach(shared.fd()));
  const uint64_t read = telemetry::operation_key(1, 3), write = telemetry::operation_key(1, 6);
  for (uint32_t w = 0; w < 2; ++w) {
    shared.counters(w).operations.count(read, telemetry::OperationFate::kAllowed);
    shared.counters(w).operations.count(0, telemetry::OperationFate::kRefused);
  }
  shared.counters(1).operations.count(write, telemetry::OperationFate::kRefused);
  const auto sums = reader.operations();
  REQUIRE(sums->rows.size() == 2);
  CHECK(sums->rows[0].code == 3);
  CHECK(sums->rows[0].times == std::array<uint64_t, 3>{2, 0, 0});
  CHECK(sums->rows[1].code == 6);
  CHECK(sums->rows[1].times == std::array<uint64_t, 3>{0, 1, 0});
  CHECK(sums->other == std::array<uint64_t, 3>{0, 2, 0});
}

TEST_CASE("relationships: pages name each once, used or not, in force or not", "[control][flows]") {
  Plant plant;
  FlowFeed feed(plant.policies.recent());
  for (const char* name : {"a-gone", "zz-gone"})
    feed.take(carried(*put_in_force(plant, renamed_yaml(name)), name));
  const CompiledPolicyPtr policy = put_in_force(plant, with("never-used"));
  feed.take(carried(*policy, "hmi-operates-plc"));
  const std::vector<std::string> expected = {"a-gone", "hmi-operates-plc", "never-used", "zz-gone"};
  for (const size_t size : {1u, 2u, 100u}) {
    std::vector<std::string> seen;
    RelationshipQuery query{.after = {}, .most = size};
    for (bool more = true; more;) {
      const RelationshipPage page = relationship_page(query, &policy->view, feed.totals());
      REQUIRE(page.rows.size() <= size);
      for (const auto& row : page.rows) {
        const bool gone = row.name == "a-gone" || row.name == "zz-gone";
        CHECK(row.in_policy != gone);
        CHECK(row.total.packets[0] == (row.name == "never-used" ? 0 : 3));
        seen.push_back(row.name);
      }
      more = page.more;
      if (more) query.after = page.rows.back().name;
    }
    CHECK(seen == expected);
  }
  const auto unused = relationship_page({.after = {}, .most = 100, .only_unused = true},
                                        &policy->view, feed.totals());
  REQUIRE(unused.rows.size() == 1);
  CHECK(unused.rows[0].name == "never-used");
  CHECK(relationship_page({.after = {}, .most = 100}, nullptr, feed.totals()).rows.size() == 3);
}

}  // namespace bulkhead::control
