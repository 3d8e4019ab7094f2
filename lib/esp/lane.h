// SPDX-License-Identifier: Apache-2.0
// A lane: one SA per (sending worker, receiving worker) and direction, ESP tunnel mode with
// AES-256-GCM and extended sequence numbers in UDP (RFC 4303, RFC 4106, RFC 3948).
//
//   UDP | SPI(4) | seq low(4) | IV(8) | inner packet | padding | pad len(1) | next header(1) |
//   ICV(16)
//
// Nonce = salt(4) || IV(8); IV = the 64-bit sequence number. AAD = SPI || seq high || seq low
// (RFC 4106 5, ESN form). The cipher itself is behind dataplane/crypto.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "base/secure_wipe.h"
#include "base/strong_id.h"

namespace bulkhead::esp {

inline constexpr size_t kKeyBytes = 32;
inline constexpr size_t kSaltBytes = 4;
inline constexpr size_t kIvBytes = 8;
inline constexpr size_t kIcvBytes = 16;
inline constexpr size_t kHeaderBytes = 8;  // SPI and sequence number
inline constexpr size_t kAadBytes = 12;
inline constexpr size_t kNonceBytes = 12;
inline constexpr uint16_t kUdpPort = 4500;  // RFC 3948

inline constexpr size_t kChainBytes = 32;

// A lane lives for its whole 64-bit sequence number; the number says which key is meant (ADR 4).
// 2^26 packets of 9000 bytes are 2^35.2 blocks: below the 2^36 at which AES-GCM wants a new key.
inline constexpr unsigned kEpochBits = 26;
inline constexpr uint64_t kEpochPackets = 1ull << kEpochBits;
constexpr uint64_t epoch_of(uint64_t sequence) noexcept {
  return (sequence - 1) >> kEpochBits;
}
// How far a receiver that heard nothing for long catches up. Above it a number whose upper half is
// inferred (RFC 4303 A2.2) is rather an old one: the halves of the number ring are 2^31 each.
inline constexpr uint64_t kCatchUpEpochs = 31;
static_assert((kCatchUpEpochs + 1) * kEpochPackets <= 1ull << 31);

// Wiped with every copy that dies.
struct KeyMaterial {
  std::array<uint8_t, kKeyBytes> key{};
  std::array<uint8_t, kSaltBytes> salt{};
  std::array<uint8_t, kChainBytes> chain{};  // where the key of the next epoch comes from

  ~KeyMaterial() { secure_wipe(this, sizeof *this); }
};

// The sender's counter. Owned by one worker: no atomics. Starts at 1 (RFC 4303 3.3.3).
class Sequence {
 public:
  Sequence() noexcept = default;
  explicit Sequence(uint64_t last) noexcept : last_(last) {}

  // 0 when exhausted: it never comes round (RFC 4303 3.3.3).
  uint64_t next() noexcept { return last_ < UINT64_MAX ? ++last_ : 0; }
  [[nodiscard]] uint64_t last() const noexcept { return last_; }

 private:
  uint64_t last_ = 0;
};

// RFC 4303 appendix A over a bitmap of kWindow sequence numbers. Owned by one worker.
class ReplayWindow {
 public:
  static constexpr uint64_t kWindow = 4096;

  // The 64-bit number that a received low half stands for (appendix A2.2).
  [[nodiscard]] uint64_t infer(uint32_t low) const noexcept {
    const uint64_t base = top_ & ~(kHalf - 1);
    const auto top_low = static_cast<uint32_t>(top_);
    const uint32_t bottom = top_low - static_cast<uint32_t>(kWindow - 1);  // wraps in case B
    if (top_low >= kWindow - 1)  // case A: the window lies within one half
      return low >= bottom ? base | low : base + kHalf + low;
    // Case B: the window reaches back into the half before.
    return low >= bottom && base != 0 ? base - kHalf + low : base | low;
  }
  // Before decryption: would `seq` be new? 0 is never new.
  [[nodiscard]] bool fresh(uint64_t seq) const noexcept {
    if (seq > top_) return true;
    if (seq == 0 || top_ - seq >= kWindow) return false;
    return (seen_[word_of(seq)] & bit_of(seq)) == 0;
  }
  // After authentication: true once per number. Refuses again what fresh() refuses.
  bool commit(uint64_t seq) noexcept {
    if (!fresh(seq)) return false;
    if (seq > top_) slide(seq);
    seen_[word_of(seq)] |= bit_of(seq);
    return true;
  }
  [[nodiscard]] uint64_t top() const noexcept { return top_; }

 private:
  static constexpr uint64_t kHalf = 1ull << 32;
  // At least one word more than the window, so that sliding clears whole words; a power of two, so
  // that finding one takes no division.
  static constexpr size_t kWords = 2 * kWindow / 64;
  static_assert(std::has_single_bit(kWords));

  static constexpr size_t word_of(uint64_t seq) noexcept { return (seq / 64) % kWords; }
  static constexpr uint64_t bit_of(uint64_t seq) noexcept { return 1ull << (seq % 64); }
  void slide(uint64_t seq) noexcept {
    const uint64_t steps = seq / 64 - top_ / 64;
    if (steps != 0) [[unlikely]]
      clear_words(steps < kWords ? steps : kWords);
    top_ = seq;
  }
  void clear_words(uint64_t steps) noexcept;  // behind top()'s

  uint64_t top_ = 0;
  std::array<uint64_t, kWords> seen_{};
};

// Padding so that the trailer ends on a 4-byte boundary (RFC 4303 2.4): 0-3.
constexpr size_t padding_for(size_t inner_bytes) noexcept {
  return (4 - (inner_bytes + 2) % 4) % 4;
}
// Bytes after the UDP header for an inner packet of that size.
constexpr size_t esp_bytes(size_t inner_bytes) noexcept {
  return kHeaderBytes + kIvBytes + inner_bytes + padding_for(inner_bytes) + 2 + kIcvBytes;
}

}  // namespace bulkhead::esp
