// SPDX-License-Identifier: Apache-2.0
#include "pipeline/paced.h"

#include <x86intrin.h>

#include <algorithm>
#include <utility>

namespace bulkhead::bench {

PacedClients::PacedClients(const Plant& plant, uint16_t bytes, uint32_t ring, BufferPool& pool)
    : pool_(pool),
      frames_(plant, FlowFrames::Kind::kUdp),
      bytes_(bytes),
      order_(plant.schedule(plant.size().flows)),
      ring_(ring) {}

void PacedClients::pace(double cycles_between) noexcept {
  between_ = cycles_between;
  due_ = static_cast<double>(__rdtsc());
}

void PacedClients::arrive(uint64_t now) noexcept {
  for (; due_ <= static_cast<double>(now); due_ += between_) {
    if (waiting_ == ring_.size()) {
      const auto more = static_cast<uint64_t>((static_cast<double>(now) - due_) / between_);
      overrun_ += more + 1;
      due_ += static_cast<double>(more) * between_;
      continue;
    }
    ring_[(first_ + waiting_++) % ring_.size()] = static_cast<uint64_t>(due_);
  }
}

dataplane::Packet* PacedClients::next(uint64_t arrived) noexcept {
  dataplane::Packet* packet = pool_.copy_of(frames_.of(order_[at_], bytes_));
  if (packet == nullptr) return nullptr;
  BufferPool::stamp_of(*packet) = arrived;
  at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
  ++received_;
  return packet;
}

size_t PacedClients::receive(std::span<dataplane::Packet*> slots) noexcept {
  const bool open = open_.load(std::memory_order_relaxed);
  const uint64_t now = __rdtsc();
  const bool paced = between_ != 0;
  if (open && paced) arrive(now);
  const size_t most = paced ? std::min(slots.size(), waiting_) : open ? slots.size() : 0;
  size_t n = 0;
  for (; n < most; ++n) {
    slots[n] = next(paced ? ring_[first_] : now);
    if (slots[n] == nullptr) break;
    if (!paced) continue;
    first_ = (first_ + 1) % ring_.size();
    --waiting_;
  }
  return n;
}

size_t PacedClients::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  pool_.free(packets);
  return packets.size();
}

size_t TimedUnderlay::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  const uint64_t now = __rdtsc();
  uint64_t of_clients = 0;
  for (const dataplane::Packet* packet : packets) {
    const uint64_t arrived = BufferPool::stamp_of(*packet);
    if (arrived == 0) continue;
    times_.add(now - std::min(now, arrived));
    ++of_clients;
  }
  sent_.store(sent_.load(std::memory_order_relaxed) + of_clients, std::memory_order_relaxed);
  pool_.free(packets);
  return packets.size();
}

LatencyHistogram TimedUnderlay::take_times() {
  return std::exchange(times_, LatencyHistogram{});
}

}  // namespace bulkhead::bench
