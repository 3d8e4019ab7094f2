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
constexpr uint8_t kMss = 2, kSack = 5, kTimestamps = 8;
constexpr size_t kMssSize = 2, kSackBlock = 8, kTimestampsSize = 8;  // of values
constexpr size_t kChecksumAt = 16;

// Where the value of an option lies; size 0: it is not there.
struct Value {
  size_t at = 0;
  size_t size = 0;
};

// `tcp`: header and options.
Value find(std::span<const uint8_t> tcp, uint8_t wanted) noexcept {
  if (tcp.size() < kTcpSize) return {};
  Cursor in{tcp.subspan(kTcpSize), kTcpSize};
  while (in.left() > 0) {
    const uint8_t kind = in.u8();
    if (kind == kEndOfOptions) return {};
    if (kind == kNoOperation) continue;
    const uint8_t length = in.u8();
    if (!in.ok() || length < 2 || in.left() + 2 < length) return {};
    if (kind == wanted) return {in.at(), length - size_t{2}};
    in.skip(length - 2u);
  }
  return {};
}

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
  const Value mss = find(tcp, kMss);
  return mss.size == kMssSize ? std::optional(mss.at) : std::nullopt;
}

std::optional<TcpTimestamps> find_timestamps(std::span<const uint8_t> tcp) noexcept {
  const Value stamps = find(tcp, kTimestamps);
  if (stamps.size != kTimestampsSize) return std::nullopt;
  return TcpTimestamps{load_be<uint32_t>(&tcp[stamps.at]), load_be<uint32_t>(&tcp[stamps.at + 4])};
}

std::span<uint8_t> sack_edges(std::span<uint8_t> tcp) noexcept {
  const Value sack = find(tcp, kSack);
  return sack.size % kSackBlock == 0 ? tcp.subspan(sack.at, sack.size) : std::span<uint8_t>{};
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
