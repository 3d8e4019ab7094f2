// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "base/byte_order.h"

namespace bulkhead::wire {

// Sums pieces in wire order. Every piece but the last must be of even length.
class ChecksumSum {
 public:
  void add(std::span<const uint8_t> bytes) noexcept;
  // Four bytes as they lie in memory.
  void add_raw(uint32_t word) noexcept { sum_ += word; }
  // One 16-bit word, host order.
  void add(uint16_t word) noexcept { sum_ += swap_bytes(word); }

  // The ones' complement of the sum, host order: what a checksum field holds. Over bytes that
  // include a right checksum field it is 0.
  [[nodiscard]] uint16_t value() const noexcept {
    uint64_t sum = (sum_ & 0xffff'ffff) + (sum_ >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return swap_bytes(static_cast<uint16_t>(~sum));
  }

 private:
  // Words are summed as loaded; ones' complement sums commute with byte swapping (RFC 1071 2.B).
  uint64_t sum_ = 0;
};

[[nodiscard]] uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept;

// A sum seeded with the pseudo header of TCP, UDP (RFC 9293 3.1, RFC 768) or, for IPv6, any upper
// layer (RFC 8200 8.1). Both addresses are of one family.
[[nodiscard]] ChecksumSum pseudo_header_sum(const IpAddress& src, const IpAddress& dst,
                                            uint8_t protocol, uint32_t length) noexcept;

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
