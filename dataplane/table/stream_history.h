// SPDX-License-Identifier: Apache-2.0
// The last bytes of a stream that were let pass, so that a repeat can be held against them.
//
// Inspection never lets more than kBytes be unacknowledged, so every byte whose repetition the far
// end could still accept is here.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace bulkhead::dataplane {

class StreamHistory {
 public:
  static constexpr size_t kBytes = 2048;  // a power of two

  void append(std::span<const uint8_t> bytes) noexcept {
    if (bytes.size() > kBytes) {
      written_ += bytes.size() - kBytes;
      bytes = bytes.last(kBytes);
    }
    const size_t at = written_ % kBytes;
    const size_t front = std::min(bytes.size(), kBytes - at);
    if (front != 0) std::memcpy(&ring_[at], bytes.data(), front);
    if (front != bytes.size())
      std::memcpy(ring_.data(), bytes.data() + front, bytes.size() - front);
    written_ += bytes.size();
  }

  // How many of the newest bytes are known.
  [[nodiscard]] size_t known() const noexcept { return std::min<uint64_t>(written_, kBytes); }

  // Do `bytes` equal those that begin `back` before the end? back <= known(), bytes.size() <= back.
  [[nodiscard]] bool matches(size_t back, std::span<const uint8_t> bytes) const noexcept {
    const size_t at = (written_ - back) % kBytes;
    const size_t front = std::min(bytes.size(), kBytes - at);
    if (front != 0 && std::memcmp(&ring_[at], bytes.data(), front) != 0) return false;
    const size_t rest = bytes.size() - front;
    return rest == 0 || std::memcmp(ring_.data(), bytes.data() + front, rest) == 0;
  }

 private:
  uint64_t written_ = 0;
  // Not initialised: only bytes that were written are ever read.
  std::array<uint8_t, kBytes> ring_;
};

}  // namespace bulkhead::dataplane
