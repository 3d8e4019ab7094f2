// SPDX-License-Identifier: Apache-2.0
// A burst of up to 64 packets on its way through the stages of one worker.
//
// keep_if() is the only way in which a stage decides who survives: a packet for which the stage
// does not return kNone leaves the burst. Those that left lie in `dropped` with their reasons until
// the pipeline settles them (count, report, free); stages never free or count.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "packet.h"

namespace bulkhead::dataplane {

// Index of a packet in its burst. Stable within one stage's for_each and the keep_if that follows.
using Slot = size_t;

class Burst {
 public:
  static constexpr size_t kCapacity = 64;

  struct Dropped {
    Packet* packet = nullptr;
    DropReason reason = DropReason::kNone;
  };

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bool full() const noexcept { return size_ == kCapacity; }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] size_t room() const noexcept { return kCapacity - size_; }
  [[nodiscard]] std::span<Packet* const> packets() const noexcept {
    return {packets_.data(), size_};
  }
  Packet& operator[](Slot slot) noexcept { return *packets_[slot]; }

  // False when full: the caller keeps the packet.
  [[nodiscard]] bool push(Packet* packet) noexcept {
    if (full()) return false;
    packets_[size_++] = packet;
    return true;
  }

  // Where a port may put what it receives; received() then makes `n` of them part of the burst.
  [[nodiscard]] std::span<Packet*> free_slots() noexcept {
    return {packets_.data() + size_, room()};
  }
  void received(size_t n) noexcept { size_ += n; }

  // visit(slot, packet)
  template <typename Visit>
  void for_each(Visit&& visit) noexcept {
    for (Slot i = 0; i < size_; ++i) visit(i, *packets_[i]);
  }

  // decide(slot, packet) -> DropReason. Only kNone stays.
  template <typename Decide>
  void keep_if(Decide&& decide) noexcept {
    size_t kept = 0;
    for (Slot i = 0; i < size_; ++i) {
      Packet* packet = packets_[i];
      const DropReason reason = decide(i, *packet);
      if (reason == DropReason::kNone) [[likely]] {
        packets_[kept++] = packet;
      } else {
        dropped_[dropped_size_++] = {packet, reason};
      }
    }
    size_ = kept;
  }

  // take(slot, packet*) -> bool. True: ownership has moved elsewhere (ring, queue, outbox).
  template <typename Take>
  void take_if(Take&& take) noexcept {
    size_t kept = 0;
    for (Slot i = 0; i < size_; ++i) {
      Packet* packet = packets_[i];
      if (!take(i, packet)) packets_[kept++] = packet;
    }
    size_ = kept;
  }

  // The first n have moved elsewhere, as by take_if.
  void taken(size_t n) noexcept {
    std::copy(packets_.begin() + static_cast<std::ptrdiff_t>(n),
              packets_.begin() + static_cast<std::ptrdiff_t>(size_), packets_.begin());
    size_ -= n;
  }

  [[nodiscard]] std::span<const Dropped> dropped() const noexcept {
    return {dropped_.data(), dropped_size_};
  }
  void clear_dropped() noexcept { dropped_size_ = 0; }
  void clear() noexcept { size_ = 0; }

 private:
  size_t size_ = 0;
  size_t dropped_size_ = 0;
  // Not initialised: only the first size_ / dropped_size_ are ever read. A packet is in one of the
  // two arrays, so the pipeline, which settles after every stage, cannot overflow either.
  std::array<Packet*, kCapacity> packets_;
  std::array<Dropped, kCapacity> dropped_;
};

}  // namespace bulkhead::dataplane
