// SPDX-License-Identifier: Apache-2.0
// Joins the chunks of one direction to messages, by their request identifiers, which may interleave
// (Part 6, 6.7.2).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/opcua/transport.h"
#include "wire/fault.h"

namespace bulkhead::wire::opcua {

// What of a message came by its last chunk.
struct Whole {
  std::span<const uint8_t> bytes{};
  bool cut = false;  // only its beginning was kept
};

// At most kSlots messages at a time, of each at most kBytes. A longer one is a fault, or where
// `kHead` says so only its beginning is kept.
template <size_t kSlots, size_t kBytes, bool kHead>
class Assembly {
 public:
  [[nodiscard]] bool pending() const noexcept {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.chunks != 0; });
  }
  [[nodiscard]] bool has(uint32_t id) const noexcept { return find(id) != kSlots; }
  void forget(uint32_t id) noexcept {
    if (const size_t i = find(id); i != kSlots) slots_[i].chunks = 0;
  }

  // A chunk's body; its kind is kNone unless it is kTooMany (messages, or chunks of one) or
  // kTooLong.
  FaultKind add(uint32_t id, std::span<const uint8_t> body, const Limits& limits) noexcept {
    size_t i = find(id);
    if (i == kSlots) i = begin(id);
    if (i == kSlots) return FaultKind::kTooMany;
    Slot& slot = slots_[i];
    slot.total += static_cast<uint32_t>(body.size());
    ++slot.chunks;
    if (limits.chunks != 0 && slot.chunks > limits.chunks) return FaultKind::kTooMany;
    const bool above = limits.message != 0 && slot.total > limits.message;
    if (above || slot.total > (kHead ? kLongestCut : kBytes)) return FaultKind::kTooLong;
    const size_t kept = std::min(body.size(), kBytes - slot.held);
    std::copy_n(body.begin(), kept, slot.bytes.begin() + slot.held);
    slot.held += static_cast<uint32_t>(kept);
    return FaultKind::kNone;
  }
  // The message is over. The view is good until the next add().
  Whole end(uint32_t id) noexcept {
    const size_t i = find(id);
    if (i == kSlots) return {};
    Slot& slot = slots_[i];
    slot.chunks = 0;
    return {std::span(slot.bytes).first(slot.held), slot.total > slot.held};
  }

 private:
  static constexpr uint32_t kLongestCut = 64u << 20;

  struct Slot {
    uint32_t id = 0;
    uint32_t chunks = 0;  // 0: free
    uint32_t total = 0;
    uint32_t held = 0;
    std::array<uint8_t, kBytes> bytes;
  };
  [[nodiscard]] size_t find(uint32_t id) const noexcept {
    for (size_t i = 0; i < kSlots; ++i)
      if (slots_[i].chunks != 0 && slots_[i].id == id) return i;
    return kSlots;
  }
  size_t begin(uint32_t id) noexcept {
    for (size_t i = 0; i < kSlots; ++i) {
      if (slots_[i].chunks != 0) continue;
      slots_[i].id = id;
      slots_[i].total = slots_[i].held = 0;
      return i;
    }
    return kSlots;
  }
  std::array<Slot, kSlots> slots_;
};

}  // namespace bulkhead::wire::opcua
