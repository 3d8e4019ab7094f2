// SPDX-License-Identifier: Apache-2.0
#include "wire/tcp_options.h"

#include "base/byte_order.h"
#include "wire/checksum.h"
#include "wire/cursor.h"
#include "wire/tcp.h"

namespace bulkhead::wire {

namespace {

constexpr uint8_t kEndOfOptions = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kMss = 2;
constexpr uint8_t kMssLength = 4;
constexpr size_t kChecksumAt = 16;

// What the checksum covers as 16-bit words: an option at an odd offset changes two of them.
uint16_t word_at(std::span<const uint8_t> tcp, size_t at) noexcept {
  return load_be<uint16_t>(&tcp[at & ~size_t{1}]);
}

// Writes one byte of `tcp` and mends `checksum` for the word it lies in.
void put_byte(std::span<uint8_t> tcp, size_t at, uint8_t value, uint16_t& checksum) noexcept {
  const uint16_t before = word_at(tcp, at);
  tcp[at] = value;
  checksum = checksum_after(checksum, before, word_at(tcp, at));
}

}  // namespace

std::optional<size_t> find_mss(std::span<const uint8_t> tcp) noexcept {
  if (tcp.size() < kTcpSize) return std::nullopt;
  Cursor in{tcp.subspan(kTcpSize), kTcpSize};
  while (in.left() > 0) {
    const uint8_t kind = in.u8();
    if (kind == kEndOfOptions) return std::nullopt;
    if (kind == kNoOperation) continue;
    const uint8_t length = in.u8();
    if (!in.ok() || length < 2 || in.left() + 2 < length) return std::nullopt;
    if (kind == kMss && length == kMssLength) return in.at();
    in.skip(length - 2u);
  }
  return std::nullopt;
}

bool clamp_mss(std::span<uint8_t> bytes, const PacketHeaders& headers, uint16_t limit) noexcept {
  if (headers.fragment || headers.protocol != ip_protocol::kTcp) return false;
  if ((headers.tcp_flags & tcp_flag::kSyn) == 0) return false;
  const auto tcp = bytes.subspan(headers.l4_offset, headers.payload_offset - headers.l4_offset);
  const std::optional<size_t> at = find_mss(tcp);
  if (!at || load_be<uint16_t>(&tcp[*at]) <= limit) return false;
  auto checksum = load_be<uint16_t>(&tcp[kChecksumAt]);
  put_byte(tcp, *at, static_cast<uint8_t>(limit >> 8), checksum);
  put_byte(tcp, *at + 1, static_cast<uint8_t>(limit), checksum);
  store_be(&tcp[kChecksumAt], checksum);
  return true;
}

}  // namespace bulkhead::wire
