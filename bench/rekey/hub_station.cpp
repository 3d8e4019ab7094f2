// SPDX-License-Identifier: Apache-2.0
#include "rekey/hub_station.h"

#include <algorithm>

namespace bulkhead::bench {

Station::Station(uint32_t devices, size_t bytes, uint32_t polls_per_second, SharedPool& pool)
    : pool_(pool), per_ns_(polls_per_second / 1e9), polled_(devices), answered_(devices) {
  for (uint32_t i = 0; i < devices; ++i) frames_.push_back(poll_frame(i, bytes));
}

// A station that could not send for a while sends what it owes, but no more than a burst.
size_t Station::allowance() noexcept {
  const uint64_t now = clock_.now().steady_ns;
  due_ = std::min(due_ + static_cast<double>(now - last_ns_) * per_ns_, 64.0);
  last_ns_ = now;
  const size_t room = pool_.available();
  return std::min(static_cast<size_t>(due_), room > kReserve ? room - kReserve : 0);
}

size_t Station::receive(std::span<dataplane::Packet*> slots) noexcept {
  if (!open_.load(std::memory_order_relaxed)) return 0;
  const size_t n = std::min(slots.size(), allowance());
  for (size_t i = 0; i < n; ++i) {
    slots[i] = pool_.copy_of(frames_[next_]);
    ++polled_[next_];
    next_ = next_ + 1 == frames_.size() ? 0 : next_ + 1;
  }
  due_ -= static_cast<double>(n);
  polls_.store(polls() + n, std::memory_order_relaxed);
  return n;
}

size_t Station::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  for (const dataplane::Packet* packet : packets)
    if (const uint32_t i = answered_by(packet->bytes()); i < answered_.size()) ++answered_[i];
  answers_.store(answers() + packets.size(), std::memory_order_relaxed);
  pool_.free(packets);
  return packets.size();
}

uint32_t Station::short_devices() const {
  uint32_t n = 0;
  for (size_t i = 0; i < polled_.size(); ++i) n += polled_[i] != answered_[i] ? 1 : 0;
  return n;
}

uint64_t Station::fewest_polls() const {
  return *std::ranges::min_element(polled_);
}

}  // namespace bulkhead::bench
