// SPDX-License-Identifier: Apache-2.0
// Subheader, serial number, route and length (SH-080956 3.1).
#include <algorithm>

#include "wire/apps/slmp/slmp.h"

namespace bulkhead::wire::slmp {
namespace {

constexpr size_t kSubheader = 2, kSerial = 4, kRoute = 5, kLength = 2;
constexpr uint8_t kRequest3e = 0x50, kRequest4e = 0x54, kResponseBit = 0x80;
constexpr uint16_t kMostModule = 0x3ff;
constexpr uint8_t kMostMultidrop = 0x3f;
// Timer, command and subcommand of a request; end code of a response.
constexpr size_t kLeastRequest = 6, kLeastResponse = 2;

constexpr bool is_subheader(uint8_t first) noexcept {
  const uint8_t request = first & static_cast<uint8_t>(~kResponseBit);
  return request == kRequest3e || request == kRequest4e;
}

// "5000", "5400", "D000", "D400": their first two digits; 0: none of them can follow.
uint8_t first_of(std::span<const uint8_t> bytes, bool ascii) noexcept {
  if (!ascii) return bytes[0];
  if (bytes.size() < 2) return 0;
  const unsigned low = bytes[1] - unsigned{'0'};
  return low == 0 || low == 4 ? static_cast<uint8_t>((bytes[0] == 'D' ? 0xd0u : 0x50u) | low) : 0;
}

Fault at(FaultKind kind, size_t offset) noexcept {
  return {kind, static_cast<uint32_t>(offset)};
}

void read_route(Fields& in, Header& out) noexcept {
  const size_t start = in.in.at();
  out.network = in.u8();
  out.station = in.u8();
  out.module = in.u16();
  out.multidrop = in.u8();
  in.in.expect(out.module <= kMostModule && out.multidrop <= kMostMultidrop, FaultKind::kBadAddress,
               start);
}

void check_length(Fields& in, const Header& header, size_t start) noexcept {
  const size_t scale = header.ascii ? 2 : 1;
  const size_t least = (header.response ? kLeastResponse : kLeastRequest) * scale;
  const size_t most = Connection::kLongestFrame - size_of_header(header.ascii, header.numbered);
  in.in.expect(header.length >= least, FaultKind::kBadLength, start);
  in.in.expect(header.length <= most, FaultKind::kTooLong, start);
}

}  // namespace

size_t size_of_header(bool ascii, bool numbered) noexcept {
  const size_t bytes = kSubheader + (numbered ? kSerial : 0) + kRoute + kLength;
  return ascii ? bytes * 2 : bytes;
}

Parsed<Header> read_header(std::span<const uint8_t> bytes) noexcept {
  if (bytes.empty()) return NeedMore{1};
  Header out;
  out.ascii = bytes[0] == '5' || bytes[0] == 'D';
  if (out.ascii && bytes.size() < 2) return NeedMore{1};
  const uint8_t first = first_of(bytes, out.ascii);
  if (!is_subheader(first)) return at(FaultKind::kBadMarker, 0);
  out.response = (first & kResponseBit) != 0;
  out.numbered = (first & 4) != 0;
  const size_t size = size_of_header(out.ascii, out.numbered);
  if (bytes.size() < size) return NeedMore{static_cast<uint32_t>(size - bytes.size())};
  Fields in(Reader(bytes.first(size)), out.ascii);
  (void)in.u8();
  in.in.expect(in.u8() == 0, FaultKind::kBadMarker, 0);
  if (out.numbered) {
    out.serial = in.u16();
    in.in.expect(in.u16() == 0, FaultKind::kBadMarker, 0);
  }
  read_route(in, out);
  const size_t length_at = in.in.at();
  out.length = in.u16();
  check_length(in, out, length_at);
  if (!in.in.ok()) return in.in.fault();
  return out;
}

}  // namespace bulkhead::wire::slmp
