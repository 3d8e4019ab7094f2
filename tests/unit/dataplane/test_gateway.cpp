// SPDX-License-Identifier: Apache-2.0
#include "test_gateway.h"

#include <catch2/catch.hpp>

#include "image/compile.h"
#include "matcher.h"
#include "overlay/codec.h"
#include "overlay/resolve.h"
#include "policy/yaml.h"

namespace bulkhead::test {

using namespace dataplane;

namespace {

MacAddress mac_of(uint8_t gateway, uint16_t port) {
  return {{0x02, 0xaa, 0, 0, gateway, static_cast<uint8_t>(port)}};
}

}  // namespace

std::string TestGateway::mac(const GatewayOptions& options, uint16_t port) {
  return to_string(mac_of(options.number, port));
}

Underlay TestGateway::own_underlay() const {
  Underlay own;
  own.port = kMesh;
  own.mac = mac_of(options.number, kMesh);
  own.address = {underlay().ip, 120};
  return own;
}

Endpoint TestGateway::underlay() const {
  return {IpAddress::v4(0xc0'00'02'00u | options.number), 4500};
}

TestGateway::TestGateway(const GatewayOptions& given)
    : options(given),
      mesh(own_underlay(), given.workers),
      pool(given.buffers),
      epochs_(given.workers) {
  for (uint16_t i = 0; i < port_names_.size(); ++i) {
    PortInfo info;
    info.index = i;
    info.role = i == kMesh ? PortRole::kMesh : PortRole::kZone;
    info.name = port_names_[i];
    info.mac = mac_of(options.number, i);
    info.mode = options.mode;
    if (options.mode == ZoneMode::kRouted) info.address = IpAddress::v4(0x0a'1e'00'01);
    if (i == kMesh) info.address = underlay().ip;
    ports_.push_back(info);
  }
  if (options.workers > 1)
    handover_ = std::make_unique<Handover>(options.workers, options.handover_ring);
  for (uint16_t i = 0; i < options.workers; ++i) make_worker(i);
}

template <typename Record>
TestGateway::Ring<Record>::Ring(uint32_t capacity) {
  const size_t bytes = sync::ring_bytes(capacity, sizeof(Record));
  memory = std::make_unique<std::byte[]>(bytes + 64);
  auto at = reinterpret_cast<uintptr_t>(memory.get());
  const std::span<std::byte> aligned{memory.get() + (64 - at % 64) % 64, bytes};
  REQUIRE(sync::create_ring(aligned, capacity, sizeof(Record)).ok());
  producer = *sync::RingProducer<Record>::attach(aligned);
  consumer = *sync::RingConsumer<Record>::attach(aligned);
}

void TestGateway::make_worker(uint16_t index) {
  queues.emplace_back();
  WorkerSetup setup;
  for (const PortInfo& info : ports_) {
    queues.back().push_back(std::make_unique<MemoryQueue>(pool));
    setup.ports.push_back({info, queues.back().back().get()});
  }
  rings_.emplace_back(kEventRing);
  packet_rings_.emplace_back(kPacketRing);
  trace_rings_.emplace_back(kTraceRing);
  setup.index = index;
  setup.workers = options.workers;
  setup.pool = &pool;
  setup.clock = &clock;
  setup.published = &published_;
  setup.epochs = &epochs_;
  setup.counters = &counters.emplace_back();
  setup.events = &rings_.back().producer;
  setup.packets = &packet_rings_.back().producer;
  setup.traces = &trace_rings_.back().producer;
  setup.handover = handover_.get();
  setup.flows = {options.flows, options.share_percent};
  setup.inspected_flows = options.inspected;
  setup.scanned_flows = options.scanned;
  setup.failure_policy = options.failure_policy;
  setup.limits = options.limits ? &limits : nullptr;
  setup.io = &io;
  setup.seed = 42;
  workers.emplace_back(setup);
}

void TestGateway::apply(const std::string& yaml) {
  const policy::LoadedPolicy loaded = policy::load_yaml(yaml, "test.yaml");
  for (const policy::Finding& finding : loaded.findings) UNSCOPED_INFO(to_string(finding));
  REQUIRE(loaded.ok());
  const image::CompileOptions compile{options.name, ++generation_, clock.now().wall_ns};
  auto image = image::compile(loaded.policy, compile);
  if (!image) FAIL(image.error().sentence);
  install(std::move(*image));
}

void TestGateway::install(std::vector<uint8_t> image) {
  image_ = std::make_shared<const std::vector<uint8_t>>(std::move(image));
  decide_anew();
  publish();
}

void TestGateway::obey(overlay::Overlay overlay) {
  overlay::normalise(overlay);
  overlay_ = std::move(overlay);
  decide_anew();
  publish();
}

void TestGateway::decide_anew() {
  ++decisions_;
  if (image_) conditions_ = overlay::resolve(overlay_, image::ImageView{*image_});
}

void TestGateway::withdraw_policy() {
  image_ = nullptr;
  decide_anew();
  publish();
}

void TestGateway::publish() {
  SnapshotInput input;
  if (image_) input.image = image::ImageView{*image_};
  input.image_memory = image_;
  input.conditions = conditions_;
  input.decisions = decisions_;
  input.mesh = options.mesh ? mesh.build() : nullptr;
  std::vector<std::string> names;
  if (input.mesh)
    for (const MeshTable::Peer& peer : input.mesh->peers()) names.push_back(peer.slot->name);
  input.peer_names = names;
  input.ports = ports_;
  input.workers = options.workers;
  if (image_) {
    // As the intake does it: the same patterns are loaded once.
    auto matcher = Matcher::load(input.image.sections(), options.workers, matcher_);
    if (!matcher) FAIL(matcher.error().sentence);
    input.matcher = matcher_ = *matcher;
  }
  auto next = build_snapshot(input);
  next->trace = trace_;
  // No worker polls meanwhile: the old snapshot may go at once.
  const auto retired = published_.exchange(std::move(next));
}

void TestGateway::poll() {
  for (int rounds = 0; rounds < 100; ++rounds) {
    size_t handled = 0;
    for (Worker& worker : workers) handled += worker.poll_once();
    if (handled == 0) return;
  }
  FAIL("the gateway does not come to rest");
}

void TestGateway::put(uint16_t port, const Bytes& frame, uint16_t worker) {
  REQUIRE(queues[worker][port]->put(frame));
}

void TestGateway::receive(uint16_t port, const Bytes& frame, uint16_t worker) {
  put(port, frame, worker);
  poll();
}

std::vector<Bytes> TestGateway::sent(uint16_t port) {
  std::vector<Bytes> all;
  for (auto& worker : queues)
    for (Bytes& frame : worker[port]->take()) all.push_back(std::move(frame));
  return all;
}

uint64_t TestGateway::drops(DropReason reason) const {
  uint64_t n = 0;
  for (const auto& c : counters) n += c.drops[static_cast<size_t>(reason)].load();
  return n;
}

uint64_t TestGateway::all_drops() const {
  uint64_t n = 0;
  for (unsigned r = 0; r < kDropReasonCount; ++r) n += drops(static_cast<DropReason>(r));
  return n;
}

DropReason TestGateway::fate(uint16_t port, const Bytes& frame, uint16_t worker) {
  std::array<uint64_t, kDropReasonCount> before{};
  for (unsigned r = 0; r < kDropReasonCount; ++r) before[r] = drops(static_cast<DropReason>(r));
  receive(port, frame, worker);
  DropReason found = DropReason::kNone;
  for (unsigned r = 0; r < kDropReasonCount; ++r) {
    const auto reason = static_cast<DropReason>(r);
    if (drops(reason) == before[r]) continue;
    INFO("dropped as " << to_string(found) << " and " << to_string(reason));
    REQUIRE(found == DropReason::kNone);
    found = reason;
  }
  return found;
}

std::vector<telemetry::EventRecord> TestGateway::events() {
  std::vector<telemetry::EventRecord> all;
  telemetry::EventRecord record;
  for (auto& ring : rings_)
    while (ring.consumer.pop(record)) all.push_back(record);
  return all;
}

std::vector<telemetry::PacketRecord> TestGateway::packets() {
  std::vector<telemetry::PacketRecord> all;
  telemetry::PacketRecord record;
  for (auto& ring : packet_rings_)
    while (ring.consumer.pop(record)) all.push_back(record);
  return all;
}

void TestGateway::follow(const IpAddress& from, const IpAddress& to, uint8_t most, bool both) {
  auto order = std::make_shared<TraceOrder>();
  order->number = 1;
  order->from = from;
  order->to = to;
  order->most = most;
  order->both = both;
  order->until_ns = clock.now().steady_ns + 60'000'000'000;
  trace_ = std::move(order);
  publish();
}

std::vector<telemetry::TraceRecord> TestGateway::steps() {
  std::vector<telemetry::TraceRecord> all;
  telemetry::TraceRecord record;
  for (auto& ring : trace_rings_)
    while (ring.consumer.pop(record)) all.push_back(record);
  return all;
}

uint64_t TestGateway::packets_lost() const {
  uint64_t lost = 0;
  for (const auto& ring : packet_rings_) lost += ring.producer.lost();
  return lost;
}

namespace {

esp::KeyMaterial key(uint8_t seed) {
  esp::KeyMaterial k;
  k.key.fill(seed);
  k.salt.fill(static_cast<uint8_t>(seed + 1));
  return k;
}

// `from` may send to `to`: lanes for every pair of their workers.
void lanes(TestGateway& from, TestGateway& to) {
  const auto count = static_cast<uint32_t>(from.options.workers * to.options.workers);
  const auto spis = to.mesh.allocate_spis(count);
  REQUIRE(spis.ok());
  ipc::InstallInbound inbound{from.options.name, {}};
  ipc::InstallOutbound outbound{to.options.name, to.options.workers, {}};
  for (uint32_t i = 0; i < count; ++i) {
    const auto send = static_cast<uint16_t>(i / to.options.workers);
    const auto receive = static_cast<uint16_t>(i % to.options.workers);
    const auto keys = key(static_cast<uint8_t>(from.options.number * 16 + i));
    inbound.lanes.push_back({(*spis)[i], receive, keys});
    outbound.lanes.push_back({(*spis)[i], send, receive, static_cast<uint16_t>(40000 + i), keys});
  }
  REQUIRE(to.mesh.install_inbound(inbound).ok());
  REQUIRE(from.mesh.install_outbound(outbound).ok());
}

void know(TestGateway& self, const TestGateway& peer) {
  ipc::SetPeers peers;
  peers.peers.push_back({peer.options.name, {{peer.underlay(), {}}}, 4433, false, {}});
  REQUIRE(self.mesh.set_peers(peers).ok());
}

void resolve(TestGateway& self, const TestGateway& peer) {
  const auto table = self.mesh.build();
  for (const MeshTable::Peer& slot : table->peers()) {
    Neighbour& hop = *slot.paths[0].hop;
    hop.link_address.store(mac_of(peer.options.number, TestGateway::kMesh).packed());
    hop.confirmed_ns.store(self.clock.now().steady_ns);
  }
}

}  // namespace

void connect(TestGateway& a, TestGateway& b) {
  know(a, b);
  know(b, a);
  lanes(a, b);
  lanes(b, a);
  resolve(a, b);
  resolve(b, a);
  a.publish();
  b.publish();
}

void exchange(TestGateway& a, TestGateway& b) {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Bytes& frame : a.sent(TestGateway::kMesh))
      b.receive(TestGateway::kMesh, frame), moved = true;
    for (const Bytes& frame : b.sent(TestGateway::kMesh))
      a.receive(TestGateway::kMesh, frame), moved = true;
  }
}

}  // namespace bulkhead::test
