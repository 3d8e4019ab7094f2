// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/address.h"
#include "base/byte_order.h"
#include "base/hash.h"

namespace bulkhead::wire {

// Sums pieces in wire order. Every piece but the last must be of even length.
class ChecksumSum {
 public:
  void add(std::span<const uint8_t> bytes) noexcept {
    if (bytes.size() >= kLong) return add_long(bytes);
    add_words(bytes);
  }
  // Four bytes as they lie in memory.
  void add_raw(uint32_t word) noexcept { sum_ += word; }
  // One 16-bit word, host order.
  void add(uint16_t word) noexcept { sum_ += swap_bytes(word); }

  // The ones' complement of the sum, host order: what a checksum field holds. Over bytes that
  // include a right checksum field it is 0.
  [[nodiscard]] uint16_t value() const noexcept {
    // Both halves added to each other: the carry of the lower sum ends in the upper one.
    const auto half = static_cast<uint32_t>((sum_ + std::rotl(sum_, 32)) >> 32);
    const uint32_t sum = (half + std::rotl(half, 16)) >> 16;
    return swap_bytes(static_cast<uint16_t>(~sum));
  }

 private:
  static constexpr size_t kLong = 128;  // from here on, independent sums pay

  template <typename T>
  static T load(const uint8_t* at) noexcept {
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
  }
  // 64-bit words into a 128-bit sum, an add and an add-with-carry each: the carries gather in the
  // upper half and are folded once. 2^64 is 1 modulo 2^16 - 1.
  void add_words(std::span<const uint8_t> bytes) noexcept {
    const uint8_t* at = bytes.data();
    size_t left = bytes.size();
    Uint128 wide = 0;
    for (; left >= 8; left -= 8, at += 8) wide += load<uint64_t>(at);
    const auto low = static_cast<uint64_t>(wide);
    sum_ += (low & 0xffff'ffff) + (low >> 32) + static_cast<uint64_t>(wide >> 64);
    if ((left & 4) != 0) {
      sum_ += load<uint32_t>(at);
      at += 4;
    }
    if ((left & 2) != 0) {
      sum_ += load<uint16_t>(at);
      at += 2;
    }
    if ((left & 1) != 0) sum_ += *at;  // padded with a zero byte behind it
  }
  void add_long(std::span<const uint8_t> bytes) noexcept;

  // Words are summed as loaded; ones' complement sums commute with byte swapping (RFC 1071 2.B).
  uint64_t sum_ = 0;
};

[[nodiscard]] uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept;

// A sum seeded with the pseudo header of TCP, UDP (RFC 9293 3.1, RFC 768) or, for IPv6, any upper
// layer (RFC 8200 8.1). Both addresses are of one family.
[[nodiscard]] inline ChecksumSum pseudo_header_sum(const IpAddress& src, const IpAddress& dst,
                                                   uint8_t protocol, uint32_t length) noexcept {
  ChecksumSum sum;
  const auto add_word = [&](uint64_t word) {
    sum.add_raw(static_cast<uint32_t>(word));
    sum.add_raw(static_cast<uint32_t>(word >> 32));
  };
  if (src.is_v4()) [[likely]] {
    sum.add_raw(static_cast<uint32_t>(src.low() >> 32));
    sum.add_raw(static_cast<uint32_t>(dst.low() >> 32));
  } else {
    for (const uint64_t word : {src.high(), src.low(), dst.high(), dst.low()}) add_word(word);
  }
  sum.add(uint16_t{protocol});
  sum.add(static_cast<uint16_t>(length >> 16));
  sum.add(static_cast<uint16_t>(length));
  return sum;
}

// The same for what is known to be IPv4.
[[nodiscard]] inline ChecksumSum ipv4_pseudo_header_sum(const IpAddress& src, const IpAddress& dst,
                                                        uint8_t protocol,
                                                        uint16_t length) noexcept {
  ChecksumSum sum;
  sum.add_raw(static_cast<uint32_t>(src.low() >> 32));
  sum.add_raw(static_cast<uint32_t>(dst.low() >> 32));
  sum.add(uint16_t{protocol});
  sum.add(length);
  return sum;
}

// The checksum after one 16-bit word it covers changed (RFC 1624, equation 3).
[[nodiscard]] constexpr uint16_t checksum_after(uint16_t checksum, uint16_t old_word,
                                                uint16_t new_word) noexcept {
  uint32_t sum =
      uint32_t{static_cast<uint16_t>(~checksum)} + static_cast<uint16_t>(~old_word) + new_word;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

}  // namespace bulkhead::wire
