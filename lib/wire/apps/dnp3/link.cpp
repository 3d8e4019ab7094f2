// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/link.h"

#include <algorithm>

#include "wire/cursor.h"

namespace bulkhead::wire::dnp3 {

namespace {

constexpr uint16_t kMarker = 0x0564;
constexpr uint8_t kLeastLength = 5;  // counts control and both addresses
constexpr size_t kLengthAt = 2;
constexpr size_t kControlAt = 3;
constexpr size_t kDestinationAt = 4;
constexpr size_t kSourceAt = 6;
constexpr uint16_t kPolynomial = 0xa6bc;  // 0x3d65, reflected

constexpr std::array<uint16_t, 256> kCrcTable = [] {
  std::array<uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ kPolynomial : crc >> 1;
    table[byte] = static_cast<uint16_t>(crc);
  }
  return table;
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

}  // namespace

uint16_t crc_of(std::span<const uint8_t> bytes) noexcept {
  unsigned crc = 0;
  for (const uint8_t byte : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ byte) & 0xff];
  return static_cast<uint16_t>(~crc);
}

bool LinkHeader::carries_data() const noexcept {
  return primary() && kPrimary[function()].data;
}

size_t LinkHeader::frame_size() const noexcept {
  return kLinkHeader + user_size + (user_size + kBlock - 1) / kBlock * kCrcSize;
}

Parsed<LinkHeader> parse_link_header(std::span<const uint8_t> bytes) noexcept {
  Cursor in{bytes};
  const uint16_t marker = in.be16();
  if (!bytes.empty() && bytes[0] != kMarker >> 8) return Fault{FaultKind::kBadMarker, 0};
  if (in.ok() && marker != kMarker) return Fault{FaultKind::kBadMarker, 1};
  const uint8_t length = in.u8();
  if (in.ok() && length < kLeastLength) return Fault{FaultKind::kBadLength, kLengthAt};
  LinkHeader header;
  header.user_size = static_cast<uint8_t>(length - kLeastLength);
  header.control = in.u8();
  header.destination = in.le16();
  header.source = in.le16();
  const size_t crc_at = in.at();
  const uint16_t crc = in.le16();
  if (!in.ok()) return NeedMore{static_cast<uint32_t>(kLinkHeader - bytes.size())};
  if (crc != crc_of(bytes.first(crc_at)))
    return Fault{FaultKind::kBadChecksum, static_cast<uint32_t>(crc_at)};
  return header;
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
    std::copy(block.begin(), block.end(), out.begin() + static_cast<ptrdiff_t>(taken));
    taken += block.size();
  }
  return {};
}

}  // namespace bulkhead::wire::dnp3
