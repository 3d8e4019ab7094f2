// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/object_header.h"

#include <array>

namespace bulkhead::wire::dnp3 {

namespace {

constexpr size_t kQualifierAt = 2;
constexpr size_t kRangeAt = 3;
constexpr uint8_t kAllObjects = 6;
constexpr uint8_t kFreeFormat = 11;

struct PrefixFact {
  uint8_t size = 0;
  bool sized = false;
  uint16_t ranges = 0;  // bit n: range code n may follow
};
// Indexes go with a count, sizes with the free format alone.
constexpr std::array<PrefixFact, 8> kPrefixes = {{
    {0, false, 0x03ff},
    {1, false, 0x0380},
    {2, false, 0x0380},
    {4, false, 0x0380},
    {1, true, 1 << kFreeFormat},
    {2, true, 1 << kFreeFormat},
    {4, true, 1 << kFreeFormat},
    {},
}};

constexpr std::array<uint8_t, 12> kWidths = {1, 2, 4, 1, 2, 4, 0, 1, 2, 4, 0, 1};

constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

Fault take_bounds(Cursor& in, unsigned width, ObjectHeader& out) noexcept {
  out.first = take_number(in, width);
  out.last = take_number(in, width);
  if (!in.ok()) return fault_at(FaultKind::kTruncated, out.at + kRangeAt);
  if (out.first > out.last) return fault_at(FaultKind::kBadAddress, out.at + kRangeAt);
  out.count = out.last - out.first + 1;
  return {};
}

Fault take_count(Cursor& in, unsigned width, ObjectHeader& out) noexcept {
  out.count = take_number(in, width);
  if (!in.ok()) return fault_at(FaultKind::kTruncated, out.at + kRangeAt);
  if (out.count == 0) return fault_at(FaultKind::kBadCount, out.at + kRangeAt);
  return {};
}

}  // namespace

Fault take_header(Cursor& in, ObjectHeader& out) noexcept {
  out = {.at = in.at()};
  out.group = in.u8();
  out.variation = in.u8();
  const uint8_t qualifier = in.u8();
  if (!in.ok()) return fault_at(FaultKind::kTruncated, out.at);
  const unsigned code = qualifier & 0x0fu;
  const PrefixFact& prefix = kPrefixes[qualifier >> 4 & 7];
  const bool reserved = (qualifier & 0x80) != 0;
  if (reserved || (prefix.ranges >> code & 1) == 0)
    return fault_at(FaultKind::kBadType, out.at + kQualifierAt);
  out.prefix = prefix.size;
  out.sized = prefix.sized;
  if (code == kAllObjects) return {};
  out.range = code < 3   ? ObjectHeader::Range::kIndexes
              : code < 6 ? ObjectHeader::Range::kAddresses
                         : ObjectHeader::Range::kCount;
  return code < kAllObjects ? take_bounds(in, kWidths[code], out)
                            : take_count(in, kWidths[code], out);
}

}  // namespace bulkhead::wire::dnp3
