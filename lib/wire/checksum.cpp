// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#include <cstring>

#include "base/hash.h"

namespace bulkhead::wire {

namespace {

template <typename T>
uint64_t load(const uint8_t* at) noexcept {
  T v;
  std::memcpy(&v, at, sizeof v);
  return v;
}

}  // namespace

// 64-bit words into a 128-bit sum, an add and an add-with-carry each: the carries gather in the
// upper half and are folded once. 2^64 is 1 modulo 2^16 - 1.
void ChecksumSum::add(std::span<const uint8_t> bytes) noexcept {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  Uint128 wide = 0;
  for (; left >= 8; left -= 8, at += 8) wide += load<uint64_t>(at);
  const auto low = static_cast<uint64_t>(wide);
  sum_ += (low & 0xffff'ffff) + (low >> 32) + static_cast<uint64_t>(wide >> 64);
  for (; left >= 2; left -= 2, at += 2) sum_ += load<uint16_t>(at);
  if (left == 1) sum_ += *at;  // padded with a zero byte behind it
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
