// SPDX-License-Identifier: Apache-2.0
#include "rehearse/rehearsal.h"

#include <algorithm>

#include "base/check.h"
#include "image/compile.h"
#include "image/verifier.h"
#include "snapshot.h"

namespace bulkhead::dataplane {
namespace {

constexpr const char* kGateway = "rehearsal";
constexpr const char* kPort = "capture";
constexpr image::PrivateKey kKey{1};  // of nobody: the image never leaves this process

void gather_at_one_gateway(policy::Policy& policy) {
  for (policy::Identity& identity : policy.identities) {
    if (!identity.bind) continue;
    identity.bind->gateway = kGateway;
    identity.bind->port = kPort;
  }
}

Result<std::vector<uint8_t>> compiled(const policy::Policy& policy, int64_t created_wall_ns) {
  auto image = image::compile(policy, {kGateway, 1, created_wall_ns});
  if (!image) return std::move(image).error();
  if (Status s = image::sign(*image, kKey); !s) return std::move(s).error();
  const auto signer = image::public_key_of(kKey);
  if (!signer) return signer.error();
  if (Status s = image::verify(*image, {.signer = *signer, .gateway = kGateway}); !s)
    return std::move(s).error();
  return std::move(*image);
}

PortInfo capture_port() {
  PortInfo info;
  info.name = kPort;
  info.mac = Rehearsal::kMac;
  info.mtu = 9000;
  return info;
}

}  // namespace

void CaptureClock::set_wall(int64_t wall_ns) noexcept {
  if (now_.wall_ns == 0) now_.wall_ns = wall_ns;
  if (wall_ns <= now_.wall_ns) return;
  now_.steady_ns += static_cast<uint64_t>(wall_ns - now_.wall_ns);
  now_.wall_ns = wall_ns;
}

Result<std::unique_ptr<Rehearsal>> Rehearsal::make(policy::Policy policy, int64_t created_wall_ns) {
  gather_at_one_gateway(policy);
  auto image = compiled(policy, created_wall_ns);
  if (!image) return std::move(image).error();
  return std::unique_ptr<Rehearsal>(new Rehearsal(std::move(*image)));
}

Rehearsal::Rehearsal(std::vector<uint8_t> image)
    : image_(std::make_shared<const std::vector<uint8_t>>(std::move(image))), view_(*image_) {
  make_ring();
  const PortInfo port = capture_port();
  (void)published_.exchange(build_snapshot({.image = view_,
                                            .image_memory = image_,
                                            .conditions = {},
                                            .mesh = nullptr,
                                            .peer_names = {},
                                            .ports = {&port, 1}}));
  WorkerSetup setup;
  setup.ports.push_back({port, &queue_});
  setup.pool = &pool_;
  setup.clock = &clock_;
  setup.published = &published_;
  setup.epochs = &epochs_;
  setup.counters = &counters_;
  setup.events = &producer_;
  setup.flows = {kFlows, 100};
  setup.io = &io_;
  worker_ = std::make_unique<Worker>(setup);
}

void Rehearsal::make_ring() {
  constexpr size_t kAlign = 64;
  const size_t bytes = sync::ring_bytes(kEvents, sizeof(telemetry::EventRecord));
  ring_memory_ = std::make_unique<std::byte[]>(bytes + kAlign);
  const auto at = reinterpret_cast<uintptr_t>(ring_memory_.get());
  const std::span ring(ring_memory_.get() + (kAlign - at % kAlign) % kAlign, bytes);
  if (!sync::create_ring(ring, kEvents, sizeof(telemetry::EventRecord)).ok())
    BH_FATAL("an event ring of constant size cannot be made");
  producer_ = *EventRing::attach(ring);
  consumer_ = *sync::RingConsumer<telemetry::EventRecord>::attach(ring);
}

Fate Rehearsal::play(std::span<const uint8_t> frame, int64_t wall_ns) {
  clock_.set_wall(wall_ns);
  Fate fate;
  if (!queue_.put(frame)) {
    fate.reason = DropReason::kMtu;
    return fate;
  }
  while (worker_->poll_once() != 0) {
  }
  (void)queue_.take();
  fate.reason = first_drop();
  fate.passed = fate.reason == DropReason::kNone;
  telemetry::EventRecord record;
  while (consumer_.pop(record)) fate.events.push_back(record);
  return fate;
}

DropReason Rehearsal::first_drop() {
  DropReason first = DropReason::kNone;
  for (unsigned r = kDropReasonCount; r-- > 0;) {
    const uint64_t now = drops(static_cast<DropReason>(r));
    if (now != seen_[r]) first = static_cast<DropReason>(r);
    seen_[r] = now;
  }
  return first;
}

uint64_t Rehearsal::drops(DropReason reason) const noexcept {
  return counters_.drops[static_cast<size_t>(reason)].load(std::memory_order_relaxed);
}

uint64_t Rehearsal::operations_allowed() const noexcept {
  return counters_.operations_allowed.load(std::memory_order_relaxed);
}

}  // namespace bulkhead::dataplane
