// SPDX-License-Identifier: Apache-2.0
// Part of the image's layout (image/layout.h): rules of protocols other than Modbus, whose codes,
// units and points are too many for bitmaps and 32 bits, and may have names.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace bulkhead::image {

inline constexpr uint32_t kNone = 0xffff'ffff;
inline constexpr uint8_t kModbusApp = 1;  // wire::App
inline constexpr uint32_t kMaxPointSetsPerRule = 64;
inline constexpr uint32_t kMaxNamesPerSet = 256;
inline constexpr uint32_t kMaxPointNameBytes = 512;

struct StringRef {
  uint32_t offset = 0;  // into kStrings
  uint32_t length = 0;
};

// A run of elements in another section.
struct Run {
  uint32_t first = 0;
  uint32_t count = 0;
};

// A rule of any other protocol.
struct WideRuleRecord {
  Run functions;  // into kWideRanges: wire::Operation::code
  Run units;      // into kWideRanges
  Run points;     // into kPointSets, ascending by type
  uint8_t cls = 0;
  uint8_t has_value = 0;
  uint8_t any_point = 0;     // also operations that name no point
  uint8_t any_function = 0;  // then `functions` is not looked at
  uint8_t any_unit = 0;      // then `units` is not looked at
  std::array<uint8_t, 3> reserved{};
  uint64_t value_first = 0;  // wire::value_key
  uint64_t value_last = 0;
  uint64_t interval_ns = 0;  // as in RuleRecord
  uint32_t burst = 0;
  uint32_t reserved_too = 0;
  uint64_t limit_id = 0;
};

// Whether a service's rules are wide ones.
constexpr bool is_wide(uint8_t app) noexcept {
  return app > kModbusApp;
}

struct WideRangeRecord {
  uint64_t first = 0;
  uint64_t last = 0;  // inclusive

  constexpr auto operator<=>(const WideRangeRecord&) const noexcept = default;
};

// The points of one type that a rule is about.
struct PointSetRecord {
  uint32_t type = 0;  // wire::PointType
  uint32_t reserved = 0;
  Run ranges;  // into kWideRanges: wire::point_key
  Run names;   // into kPointNames
};

// Points that are named so.
struct PointNameRecord {
  Run text;                    // into kNameTexts
  uint32_t container = kNone;  // of the point; kNone: any
  uint8_t prefix = 0;          // 1: names that begin so
  uint8_t any_case = 0;        // 1: in whatever case; `text` is in lower case
  uint16_t reserved = 0;
};

// What an inspected service lets pass unread.
struct OpaqueRecord {
  Run server_names;          // of TLS, into kPointNames; empty: any, or none
  uint16_t min_version = 0;  // of TLS, as on the wire
  uint16_t reserved = 0;
  uint32_t burst = 0;  // as in RuleRecord
  uint64_t interval_ns = 0;
  uint64_t limit_id = 0;
};

static_assert(sizeof(OpaqueRecord) == 32);
static_assert(sizeof(WideRuleRecord) == 72 && sizeof(WideRangeRecord) == 16);
static_assert(sizeof(PointSetRecord) == 24 && sizeof(PointNameRecord) == 16);

}  // namespace bulkhead::image
