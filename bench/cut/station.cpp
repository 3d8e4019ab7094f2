// SPDX-License-Identifier: Apache-2.0
#include "cut/station.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "image/compile.h"
#include "image/verifier.h"
#include "overlay/resolve.h"

namespace bulkhead::bench {
namespace {

constexpr image::PrivateKey kSigner{1, 2, 3};
constexpr size_t kBuffers = 1024, kFrameBytes = 64;
constexpr size_t kClientAt = 14 + 12;           // source address
constexpr uint32_t kFirstClient = 0x0a14'0001;  // support/plant.h

[[noreturn]] void end(const std::string& sentence) {
  std::fprintf(stderr, "policy_cut: %s\n", sentence.c_str());
  std::exit(2);
}

template <typename T>
T require(Result<T> result) {
  if (!result) end(result.error().sentence);
  return std::move(result).value();
}

uint32_t client_of(const dataplane::Packet& packet) noexcept {
  const uint8_t* at = packet.data + kClientAt;
  return (uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | at[3]) -
         kFirstClient;
}

// The only writer of the counter is the worker's thread.
void bump(std::atomic<uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

dataplane::PortInfo only_port() {
  dataplane::PortInfo port;
  port.index = 0;
  port.role = dataplane::PortRole::kZone;
  port.name = kZonePort;
  port.mac = kZoneMac;
  return port;
}

}  // namespace

Line::Line(const Plant& plant)
    : pool_(kBuffers),
      order_(plant.schedule(plant.size().flows)),
      cells_(plant.size().relationships) {
  for (uint32_t f = 0; f < plant.size().flows; ++f) {
    frames_.push_back(plant.frame(f, kFrameBytes, Transport::kUdp));
    cell_of_flow_.push_back(f % plant.devices() % plant.size().relationships);
  }
}

size_t Line::receive(std::span<dataplane::Packet*> slots) noexcept {
  if (!open_.load(std::memory_order_relaxed)) return 0;
  size_t n = 0;
  for (; n < slots.size(); ++n) {
    const uint32_t flow = order_[at_];
    slots[n] = pool_.make(frames_[flow]);
    if (slots[n] == nullptr) break;
    bump(cells_[cell_of_flow_[flow]].offered);
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
  }
  return n;
}

size_t Line::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  const Now now = clock_.now();
  for (const dataplane::Packet* packet : packets) {
    Cell& cell = cells_[client_of(*packet) % cells_.size()];
    bump(cell.passed);
    cell.last_steady_ns.store(now.steady_ns, std::memory_order_relaxed);
    cell.last_wall_ns.store(now.wall_ns, std::memory_order_relaxed);
  }
  pool_.free(packets);
  return packets.size();
}

Station::Station(const Plant& plant)
    : line_(plant), ports_{only_port()}, counters_(std::make_unique<telemetry::WorkerCounters>()) {
  dataplane::WorkerSetup setup;
  setup.ports = {{ports_[0], &line_}};
  setup.pool = &line_.pool();
  setup.clock = &clock_;
  setup.published = &published_;
  setup.epochs = &epochs_;
  setup.counters = counters_.get();
  setup.flows = {.flows = 65536, .share_percent = 100};
  setup.inspected_flows = 8;
  setup.seed = 0x637574;
  worker_ = std::make_unique<dataplane::Worker>(setup);
}

Station::~Station() {
  rest();
}

void Station::compile(const policy::Policy& policy) {
  image::CompileOptions options;
  options.gateway = kOwnGateway;
  options.generation = ++generation_;
  options.created_wall_ns = clock_.now().wall_ns;
  auto bytes = require(image::compile(policy, options));
  if (Status s = image::sign(bytes, kSigner); !s) end(s.error().sentence);
  const image::Expectation expected{require(image::public_key_of(kSigner)), kOwnGateway};
  if (Status s = image::verify(bytes, expected); !s) end(s.error().sentence);
  image_ = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
}

Station::Published Station::publish() {
  dataplane::SnapshotInput input;
  input.image = image::ImageView(*image_);
  input.image_memory = image_;
  input.conditions = overlay::resolve(overlay_, input.image);
  input.ports = ports_;
  input.decisions = ++decisions_;
  auto snapshot = dataplane::build_snapshot(input);
  Published out;
  out.at_steady_ns = clock_.now().steady_ns;
  out.obeyed_ns = require(publisher_.publish(std::move(snapshot)));
  return out;
}

Station::Published Station::enforce(const policy::Policy& policy) {
  compile(policy);
  return publish();
}

Station::Published Station::obey(overlay::Overlay overlay) {
  overlay_ = std::move(overlay);
  return publish();
}

void Station::run() {
  thread_ = std::thread([this] {
    worker_->online();
    while (!stop_.load(std::memory_order_relaxed)) worker_->poll_once();
    worker_->offline();
  });
}

void Station::rest() {
  line_.open(false);
  stop_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
  stop_.store(false, std::memory_order_relaxed);
  while (worker_->poll_once() != 0) {
  }
}

uint64_t Station::drops(DropReason reason) const {
  return counters_->drops[static_cast<size_t>(reason)].load();
}

}  // namespace bulkhead::bench
