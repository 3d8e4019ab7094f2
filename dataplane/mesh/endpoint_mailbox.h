// SPDX-License-Identifier: Apache-2.0
// The address at which a roaming peer was last heard: one writer leaves it, one reader takes it.
// Only the newest counts. A sequence lock without fences: every word is stored with release and
// loaded with acquire, so a reader that saw a word of a later letter also sees its number
// (docs/concurrency.md, "Endpoint mailbox").
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/address.h"

namespace bulkhead::dataplane {

class EndpointMailbox {
 public:
  // Worker 0.
  void leave(const Endpoint& endpoint) noexcept {
    const uint64_t number = number_.load(std::memory_order_relaxed);
    number_.store(number + 1, std::memory_order_relaxed);  // odd: being written
    words_[0].store(endpoint.ip.high(), std::memory_order_release);
    words_[1].store(endpoint.ip.low(), std::memory_order_release);
    words_[2].store(endpoint.port, std::memory_order_release);
    number_.store(number + 2, std::memory_order_release);
  }
  // Admin thread. Nothing: no letter since the last one taken, or one is being written just now.
  std::optional<Endpoint> take() noexcept {
    const uint64_t number = number_.load(std::memory_order_acquire);
    if (number == taken_ || number % 2 != 0) return std::nullopt;
    std::array<uint64_t, 3> words;
    for (size_t i = 0; i < 3; ++i) words[i] = words_[i].load(std::memory_order_acquire);
    if (number_.load(std::memory_order_relaxed) != number) return std::nullopt;
    taken_ = number;
    Endpoint endpoint;
    std::memcpy(endpoint.ip.bytes.data(), words.data(), 16);
    endpoint.port = static_cast<uint16_t>(words[2]);
    return endpoint;
  }

 private:
  std::atomic<uint64_t> number_{0};
  std::array<std::atomic<uint64_t>, 3> words_{};
  uint64_t taken_ = 0;  // reader only
};

}  // namespace bulkhead::dataplane
