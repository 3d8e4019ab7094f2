// SPDX-License-Identifier: Apache-2.0
// The newest TCP connections of our own control with one peer, as its kernel's packets show them.
// Who forges the peer's address can use up the peer's handshake tokens; he does not know these
// ports, so what we have begun goes on.
//
// Who may touch what   X: the worker that has the exception port's packet, W: every worker
//   pairs_, next_      X: store relaxed       W: load relaxed: a pair is one word and guards
//                                             nothing; who sees it late uses a common token
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace bulkhead::dataplane {

class Conversations {
 public:
  static constexpr size_t kMost = 8;

  void note(uint16_t ours, uint16_t theirs) noexcept {
    if (has(ours, theirs)) return;
    const uint32_t at = next_.load(std::memory_order_relaxed);
    pairs_[at % kMost].store(pair(ours, theirs), std::memory_order_relaxed);
    next_.store(at + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] bool has(uint16_t ours, uint16_t theirs) const noexcept {
    for (const auto& known : pairs_)
      if (known.load(std::memory_order_relaxed) == pair(ours, theirs)) return true;
    return false;
  }

 private:
  static uint32_t pair(uint16_t ours, uint16_t theirs) noexcept {
    return uint32_t{ours} << 16 | theirs;
  }
  std::array<std::atomic<uint32_t>, kMost> pairs_{};  // 0: none, as no port is 0
  std::atomic<uint32_t> next_{0};
};

}  // namespace bulkhead::dataplane
