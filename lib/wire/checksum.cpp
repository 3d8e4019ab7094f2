// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#include <cstring>

namespace bulkhead::wire {

namespace {

template <typename T>
uint64_t load(const uint8_t* at) noexcept {
  T v;
  std::memcpy(&v, at, sizeof v);
  return v;
}

}  // namespace

// 32-bit words into a 64-bit sum: no carry is lost below 2^32 words, and gcc vectorises it.
void ChecksumSum::add(std::span<const uint8_t> bytes) noexcept {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 4; left -= 4, at += 4) sum_ += load<uint32_t>(at);
  if (left >= 2) {
    sum_ += load<uint16_t>(at);
    at += 2;
    left -= 2;
  }
  if (left == 1) sum_ += *at;  // padded with a zero byte behind it
}

uint16_t ChecksumSum::value() const noexcept {
  uint64_t sum = (sum_ & 0xffff'ffff) + (sum_ >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return swap_bytes(static_cast<uint16_t>(~sum));
}

uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept {
  ChecksumSum sum;
  sum.add(bytes);
  return sum.value();
}

ChecksumSum pseudo_header_sum(const IpAddress& src, const IpAddress& dst, uint8_t protocol,
                              uint32_t length) noexcept {
  const size_t skip = src.is_v4() ? 12 : 0;
  ChecksumSum sum;
  sum.add(std::span(src.bytes).subspan(skip));
  sum.add(std::span(dst.bytes).subspan(skip));
  sum.add(uint16_t{protocol});
  sum.add(static_cast<uint16_t>(length >> 16));
  sum.add(static_cast<uint16_t>(length));
  return sum;
}

}  // namespace bulkhead::wire
