// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/link.h"

#include <algorithm>

#include "wire/cursor.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire::dnp3 {

namespace {

constexpr uint16_t kMarker = 0x0564;
constexpr uint8_t kLeastLength = 5;  // counts control and both addresses
constexpr size_t kLengthAt = 2;
constexpr size_t kControlAt = 3;
constexpr size_t kDestinationAt = 4;
constexpr size_t kSourceAt = 6;
constexpr size_t kHeaderCrcAt = 8;
constexpr uint16_t kPolynomial = 0xa6bc;  // 0x3d65, reflected

// [n][byte]: what `byte` adds to the checksum when n bytes come behind it.
constexpr size_t kStride = 8;
using CrcTables = std::array<std::array<uint16_t, 256>, kStride>;
constexpr CrcTables kCrc = [] {
  CrcTables tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ kPolynomial : crc >> 1;
    tables[0][byte] = static_cast<uint16_t>(crc);
  }
  for (size_t n = 1; n < kStride; ++n)
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned before = tables[n - 1][byte];
      tables[n][byte] = static_cast<uint16_t>(before >> 8 ^ tables[0][before & 0xff]);
    }
  return tables;
}();

struct ControlFact {
  bool known = false;
  bool counted = false;
  bool data = false;
};
constexpr std::array<ControlFact, 16> kPrimary = {{
    {.known = true},
    {.known = true},
    {.known = true, .counted = true},
    {.known = true, .counted = true, .data = true},
    {.known = true, .data = true},
    {},
    {},
    {},
    {},
    {.known = true},
}};
// Bit n: a secondary station may answer n: ack, nack, status of link, not functioning, not used.
constexpr unsigned kSecondary = 1u << 0 | 1u << 1 | 1u << 11 | 1u << 14 | 1u << 15;

// `to` has room for it. A whole one, as nearly all are, is a copy of known size.
void copy_block(std::span<const uint8_t> block, std::span<uint8_t> to) noexcept {
  if (block.size() == kBlock)
    std::copy_n(block.begin(), kBlock, to.begin());
  else
    std::ranges::copy(block, to.begin());
}

template <size_t kAt>
uint16_t le16(const FixedView<kLinkHeader>& in) noexcept {
  return swap_bytes(in.be16<kAt>());
}

// What can be said of fewer bytes than a header has.
Parsed<LinkHeader> begins_header(std::span<const uint8_t> bytes) noexcept {
  Cursor in{bytes};
  const uint16_t marker = in.be16();
  if (!bytes.empty() && bytes[0] != kMarker >> 8) return Fault{FaultKind::kBadMarker, 0};
  if (in.ok() && marker != kMarker) return Fault{FaultKind::kBadMarker, 1};
  const uint8_t length = in.u8();
  if (in.ok() && length < kLeastLength) return Fault{FaultKind::kBadLength, kLengthAt};
  return NeedMore{static_cast<uint32_t>(kLinkHeader - bytes.size())};
}

}  // namespace

// Eight bytes at a time: each looks up its own table, so that none waits for the one before it.
uint16_t crc_of(std::span<const uint8_t> bytes) noexcept {
  unsigned crc = 0;
  for (; bytes.size() >= kStride; bytes = bytes.subspan(kStride))
    crc = kCrc[7][(crc ^ bytes[0]) & 0xff] ^ kCrc[6][crc >> 8 ^ bytes[1]] ^ kCrc[5][bytes[2]] ^
          kCrc[4][bytes[3]] ^ kCrc[3][bytes[4]] ^ kCrc[2][bytes[5]] ^ kCrc[1][bytes[6]] ^
          kCrc[0][bytes[7]];
  for (const uint8_t byte : bytes) crc = crc >> 8 ^ kCrc[0][(crc ^ byte) & 0xff];
  return static_cast<uint16_t>(~crc);
}

bool LinkHeader::carries_data() const noexcept {
  return primary() && kPrimary[function()].data;
}

size_t LinkHeader::frame_size() const noexcept {
  return kLinkHeader + user_size + (user_size + kBlock - 1) / kBlock * kCrcSize;
}

Parsed<LinkHeader> parse_link_header(std::span<const uint8_t> bytes) noexcept {
  FixedView<kLinkHeader> in;
  if (!FixedView<kLinkHeader>::over(bytes, 0, in)) return begins_header(bytes);
  if (in.be16<0>() != kMarker)
    return Fault{FaultKind::kBadMarker, in.u8<0>() == kMarker >> 8 ? 1u : 0u};
  const uint8_t length = in.u8<kLengthAt>();
  if (length < kLeastLength) return Fault{FaultKind::kBadLength, kLengthAt};
  if (le16<kHeaderCrcAt>(in) != crc_of(bytes.first(kHeaderCrcAt)))
    return Fault{FaultKind::kBadChecksum, kHeaderCrcAt};
  return LinkHeader{.control = in.u8<kControlAt>(),
                    .user_size = static_cast<uint8_t>(length - kLeastLength),
                    .destination = le16<kDestinationAt>(in),
                    .source = le16<kSourceAt>(in)};
}

Fault check_header(const LinkHeader& header) noexcept {
  if (header.destination >= kFirstReserved && header.destination < kSelfAddress)
    return {FaultKind::kBadAddress, kDestinationAt};
  if (header.source >= kFirstReserved) return {FaultKind::kBadAddress, kSourceAt};
  ControlFact fact = kPrimary[header.function()];
  if (!header.primary()) fact = {.known = (kSecondary >> header.function() & 1) != 0};
  if (!fact.known) return {};
  // The bit of a secondary station means that it is busy (DFC).
  if (header.primary() && header.counted() != fact.counted)
    return {FaultKind::kBadFlags, kControlAt};
  if ((header.user_size != 0) != fact.data) return {FaultKind::kBadLength, kLengthAt};
  return {};
}

Fault take_user_data(std::span<const uint8_t> frame, UserData& out) noexcept {
  Cursor in{frame};
  in.skip(kLinkHeader);
  size_t taken = 0;
  while (in.left() > kCrcSize) {
    const auto block = in.bytes(std::min(kBlock, in.left() - kCrcSize));
    const size_t crc_at = in.at();
    const uint16_t crc = in.le16();
    if (taken + block.size() > out.size()) return {FaultKind::kBadLength, kLengthAt};
    if (crc != crc_of(block)) return {FaultKind::kBadChecksum, static_cast<uint32_t>(crc_at)};
    copy_block(block, std::span(out).subspan(taken));
    taken += block.size();
  }
  return {};
}

}  // namespace bulkhead::wire::dnp3
