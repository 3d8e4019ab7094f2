// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "events/event_hub.h"
#include "events/technique.h"
#include "events/telemetry_reader.h"
#include "telemetry/drop_reason.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

using telemetry::EventRecord;
using namespace std::chrono_literals;

uint32_t index_of(const image::ImageView& view, std::string_view name) {
  for (uint32_t i = 0; i < view.identities().size(); ++i)
    if (view.name_of(IdentityIndex{i}) == name) return i;
  FAIL("no identity " << name);
  return 0;
}

EventRecord refused_write(const image::ImageView& view, uint64_t generation) {
  EventRecord record;
  record.wall_ns = 1'700'000'000'000'000'000;
  record.generation = generation;
  record.kind = static_cast<uint8_t>(telemetry::EventKind::kDropped);
  record.reason = static_cast<uint8_t>(DropReason::kValueOutOfRange);
  record.technique = 836;
  record.source = index_of(view, "hmi-3");
  record.destination = index_of(view, "plc-7");
  record.relationship = 0;
  record.src = *parse_ip("10.30.0.11");
  record.dst = *parse_ip("10.30.0.70");
  record.src_port = 40000;
  record.dst_port = 502;
  record.ethertype = wire::ethertype::kIpv4;
  record.protocol = wire::ip_protocol::kTcp;
  record.app = static_cast<uint8_t>(wire::App::kModbus);
  record.operation_class = static_cast<uint8_t>(wire::OperationClass::kWrite);
  record.operation_code = 6;
  record.unit = 1;
  record.point_type = static_cast<uint8_t>(wire::PointType::kHolding);
  record.point_first = record.point_last = 105;
  record.has_value = 1;
  record.value = 2000;
  return record;
}

ResolvedEvent numbered(uint32_t number) {
  ResolvedEvent event;
  event.record.point_first = number;
  return event;
}

telemetry::Segment segment(uint32_t ring_capacity = 64, uint32_t packet_ring = 0) {
  static constexpr std::string_view kStages[] = {"parse", "decide"};
  static constexpr std::string_view kPorts[] = {"zone0"};
  telemetry::SegmentConfig config;
  config.workers = 2;
  config.event_ring = ring_capacity;
  config.packet_ring = packet_ring;
  config.zone_stages = kStages;
  config.ports = kPorts;
  auto made = telemetry::Segment::create(config);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("event: indices become the names of the policy of its generation", "[control][events]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const CompiledPolicyPtr policy = plant.policies.recent().find(1);
  const ResolvedEvent event = resolve(refused_write(policy->view, 1), policy.get());
  REQUIRE(event.source == "hmi-3");
  REQUIRE(event.destination == "plc-7");
  REQUIRE(event.relationship == "hmi-operates-plc");
  REQUIRE(event.what == "modbus write_single_register holding 105 = 2000, unit 1");
  REQUIRE_FALSE(event.names_unresolved);
}

TEST_CASE("event: indices beyond the policy give no names", "[control][events]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const CompiledPolicyPtr policy = plant.policies.recent().find(1);
  EventRecord record = refused_write(policy->view, 1);
  record.source = record.destination = record.relationship = record.veto = record.peer = 1000;
  record.point_type = 200;
  record.operation_class = 200;
  record.reason = 255;
  const ResolvedEvent event = resolve(record, policy.get());
  REQUIRE(event.source.empty());
  REQUIRE(event.destination.empty());
  REQUIRE(event.relationship.empty());
}

TEST_CASE("event: without the policy of its generation it says that names are missing",
          "[control][events]") {
  EventRecord record;
  record.generation = 9;
  REQUIRE(resolve(record, nullptr).names_unresolved);
}

TEST_CASE("event: what was tried is said for every kind of packet", "[control][events]") {
  EventRecord record;
  record.ethertype = 0x88cc;
  REQUIRE(describe(record) == "ethertype 0x88cc");
  record.ethertype = wire::ethertype::kArp;
  record.dst = *parse_ip("10.0.0.1");
  REQUIRE(describe(record) == "arp for 10.0.0.1");
  record.ethertype = wire::ethertype::kIpv4;
  record.protocol = wire::ip_protocol::kUdp;
  record.dst_port = 161;
  REQUIRE(describe(record) == "udp 161");
  record.protocol = wire::ip_protocol::kIcmp;
  REQUIRE(describe(record) == "icmp");
}

TEST_CASE("technique: every drop reason's technique has a name", "[control][events]") {
  for (uint8_t i = 0; i < kDropReasonCount; ++i) {
    const uint16_t number = technique_of(static_cast<DropReason>(i));
    CAPTURE(number);
    if (number != 0) REQUIRE_FALSE(technique_name(number).empty());
  }
  REQUIRE(technique_id(855) == "T0855");
  REQUIRE(technique_id(0).empty());
}

TEST_CASE("event hub: ids count from 1, and the oldest leave first", "[control][events]") {
  EventHub hub;
  for (uint32_t i = 0; i < EventHub::kKept + 5; ++i) hub.publish(numbered(i));
  REQUIRE(hub.find(0) == nullptr);
  REQUIRE(hub.find(5) == nullptr);
  REQUIRE(hub.find(6)->record.point_first == 5);
  REQUIRE(hub.find(EventHub::kKept + 5) != nullptr);
  REQUIRE(hub.find(EventHub::kKept + 6) == nullptr);
}

TEST_CASE("event hub: a follower gets the replay, then what is new, without gap or repetition",
          "[control][events]") {
  EventHub hub;
  for (uint32_t i = 1; i <= 5; ++i) hub.publish(numbered(i));
  auto follower = hub.follow(2);
  REQUIRE(follower);
  hub.publish(numbered(6));
  for (const uint64_t id : {4u, 5u, 6u}) REQUIRE((*follower)->next(0ms).event->id == id);
  REQUIRE((*follower)->next(0ms).nothing());
}

TEST_CASE("event hub: a slow follower loses events and is told how many where they are missing",
          "[control][events]") {
  EventHub hub;
  auto follower = hub.follow(0);
  for (uint32_t i = 0; i < EventHub::kQueue + 7; ++i) hub.publish(numbered(i));
  for (size_t i = 0; i < EventHub::kQueue; ++i) REQUIRE((*follower)->next(0ms).event != nullptr);
  REQUIRE((*follower)->next(0ms).lost == 7);
  REQUIRE(hub.lost() == 7);
  hub.publish(numbered(0));
  REQUIRE((*follower)->next(0ms).event->id == EventHub::kQueue + 8);
}

TEST_CASE("event hub: only so many followers at once", "[control][events]") {
  EventHub hub;
  std::vector<std::unique_ptr<EventHub::Follower>> followers;
  for (size_t i = 0; i < EventHub::kMaxFollowers; ++i) followers.push_back(*hub.follow(0));
  REQUIRE(hub.follow(0).error().code == ErrorCode::kExhausted);
  followers.pop_back();
  REQUIRE(hub.follow(0));
}

TEST_CASE("telemetry reader: events of all workers arrive with names", "[control][events]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const CompiledPolicyPtr policy = plant.policies.recent().find(1);
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment();
  auto first = shared.event_producer(0);
  auto second = shared.event_producer(1);
  REQUIRE(first->push(refused_write(policy->view, 1)));
  REQUIRE(second->push(refused_write(policy->view, 1)));
  REQUIRE(reader.attach(shared.fd()));
  REQUIRE(reader.drain() == 2);
  REQUIRE(hub.find(1)->source == "hmi-3");
  REQUIRE(hub.find(2)->destination == "plc-7");
}

TEST_CASE("telemetry reader: a full ring and a gap are counted apart", "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment(4);
  auto producer = shared.event_producer(0);
  EventRecord record;
  for (record.sequence = 1; record.sequence <= 6; ++record.sequence) (void)producer->push(record);
  REQUIRE(reader.attach(shared.fd()));
  REQUIRE(reader.drain() == 4);
  record.sequence = 10;  // 5 and 6 were lost to the full ring, 7 to 9 elsewhere
  record.suppressed = 11;
  REQUIRE(producer->push(record));
  REQUIRE(reader.drain() == 1);
  REQUIRE(reader.losses().ring_full == 2);
  REQUIRE(reader.losses().gaps == 3);
  REQUIRE(reader.losses().suppressed == 11);
  REQUIRE(reader.rings()[0].written == 5);
}

TEST_CASE("telemetry reader: an event has its packet, and only its own", "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment(64, 8);
  auto events = *shared.event_producer(1);
  auto packets = **shared.packet_producer(1);
  telemetry::PacketRecord packet;
  EventRecord event;
  for (uint64_t sequence = 1; sequence <= 4; ++sequence) {
    packet.sequence = event.sequence = sequence;
    packet.captured_length = 60;
    packet.original_length = 60;
    packet.port = 0;
    packet.frame[0] = static_cast<uint8_t>(sequence);
    if (sequence != 3) REQUIRE(packets.push(packet));
    if (sequence != 2) REQUIRE(events.push(event));
  }
  REQUIRE(reader.attach(shared.fd()));
  REQUIRE(reader.drain() == 3);
  REQUIRE(hub.find(1)->packet != nullptr);
  CHECK(hub.find(1)->packet->bytes.size() == 60);
  CHECK(hub.find(1)->packet->bytes[0] == 1);
  CHECK(hub.find(1)->packet->port == "zone0");
  CHECK(hub.find(2)->packet == nullptr);  // number 3, which has none
  REQUIRE(hub.find(3)->packet != nullptr);
  CHECK(hub.find(3)->packet->bytes[0] == 4);
  CHECK(reader.packet_losses().matched == 2);
  CHECK(reader.packet_losses().without_event == 1);
}

TEST_CASE("telemetry reader: of packets made none is neither there nor counted as lost",
          "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment(16, 4);
  REQUIRE(reader.attach(shared.fd()));
  auto events = *shared.event_producer(0);
  auto packets = **shared.packet_producer(0);
  telemetry::PacketRecord packet;
  EventRecord event;
  uint64_t made = 0;
  for (int burst = 1; burst <= 20; ++burst) {
    for (int i = 0; i < burst; ++i) {  // up to more than either ring holds
      packet.sequence = event.sequence = ++made;
      (void)packets.push(packet);
      (void)events.push(event);
    }
    reader.drain();
  }
  packet.sequence = ++made;  // the last one's event is lost
  (void)packets.push(packet);
  REQUIRE(reader.attach(segment(16, 4).fd()));
  const PacketLosses losses = reader.packet_losses();
  CHECK(losses.ring_full > 0);
  CHECK(losses.without_event > 0);
  CHECK(losses.matched + losses.ring_full + losses.without_event == made);
}

TEST_CASE("telemetry reader: a packet record that makes no sense is no packet",
          "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment(16, 4);
  REQUIRE(reader.attach(shared.fd()));
  telemetry::PacketRecord packet;
  packet.sequence = 1;
  packet.captured_length = GENERATE(uint16_t{2049}, uint16_t{61}, uint16_t{0xffff});
  packet.original_length = packet.captured_length == 61 ? 60 : 0x1'0000;
  packet.port = 500;
  REQUIRE((**shared.packet_producer(0)).push(packet));
  EventRecord event;
  event.sequence = 1;
  REQUIRE((*shared.event_producer(0)).push(event));
  REQUIRE(reader.drain() == 1);
  CHECK(hub.find(1)->packet == nullptr);
  CHECK(reader.packet_losses().without_event == 1);
}

TEST_CASE("telemetry reader: the segment that is attached already counts nothing twice",
          "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment shared = segment(4);
  REQUIRE(reader.attach(shared.fd()));
  auto producer = shared.event_producer(0);
  for (int i = 0; i < 6; ++i) (void)producer->push(EventRecord{});
  REQUIRE(reader.attach(shared.fd()));
  REQUIRE(reader.drain() == 4);
  REQUIRE(reader.attach(shared.fd()));
  REQUIRE(reader.losses().ring_full == 2);
  REQUIRE(hub.find(5) == nullptr);
}

TEST_CASE("event hub: who wants packets gets and loses only events that have one",
          "[control][events]") {
  EventHub hub;
  ResolvedEvent with;
  with.packet = std::make_shared<const CapturedPacket>();
  hub.publish(with);
  hub.publish({});
  auto follower = *hub.follow(10, EventHub::Wants::kPackets);
  hub.publish({});
  hub.publish(with);
  CHECK(follower->next(0ms).event->id == 1);
  CHECK(follower->next(0ms).event->id == 4);
  CHECK(follower->next(0ms).nothing());
  for (size_t i = 0; i < EventHub::kQueue + 3; ++i) {
    hub.publish(with);
    hub.publish({});
  }
  for (size_t i = 0; i < EventHub::kQueue; ++i) REQUIRE(follower->next(0ms).event != nullptr);
  CHECK(follower->next(0ms).lost == 3);
}

TEST_CASE("telemetry reader: a new segment does not lose what the old one still held",
          "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  const telemetry::Segment before = segment(4);
  REQUIRE(reader.attach(before.fd()));
  auto producer = before.event_producer(0);
  for (int i = 0; i < 6; ++i) (void)producer->push(EventRecord{});
  const telemetry::Segment after = segment();
  REQUIRE(reader.attach(after.fd()));
  REQUIRE(hub.find(4) != nullptr);
  REQUIRE(reader.losses().ring_full == 2);
}

TEST_CASE("telemetry reader: counters are summed over workers", "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  REQUIRE_FALSE(reader.counters());
  const telemetry::Segment shared = segment();
  REQUIRE(reader.attach(shared.fd()));
  for (uint32_t w = 0; w < 2; ++w) {
    shared.counters(w).drops[static_cast<size_t>(DropReason::kReplay)].store(5);
    shared.counters(w).ports[0].rx_packets.store(7);
    shared.counters(w).zone_stages[1].cycles.store(3);
  }
  const auto counters = reader.counters();
  REQUIRE(counters->drops[static_cast<size_t>(DropReason::kReplay)] == 10);
  REQUIRE(counters->ports.size() == 1);
  REQUIRE(counters->ports[0].rx_packets == 14);
  REQUIRE(counters->stages.size() == 2);
  REQUIRE(counters->stages[1].stage == "decide");
  REQUIRE(counters->stages[1].cycles == 6);
  REQUIRE(counters->workers.size() == 2);
}

TEST_CASE("telemetry reader: a descriptor that is no segment is refused", "[control][events]") {
  Plant plant;
  EventHub hub;
  TelemetryReader reader(plant.policies.recent(), hub, plant.clock);
  REQUIRE_FALSE(reader.attach(STDIN_FILENO));
}

}  // namespace bulkhead::control
