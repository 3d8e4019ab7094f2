// SPDX-License-Identifier: Apache-2.0
// Objects of IEEE 1815-2012 annex A. The value of an object with flags alone, and of a binary point
// with flags, is its octet of flags: the state is bit 7, of a double-bit input bits 7 and 6. That
// of a control relay output block is its control code.
#include "wire/apps/dnp3/object_facts.h"

#include <array>

namespace bulkhead::wire::dnp3 {

namespace {

using Encoding = ValueView::Encoding;

// clang-format off
constexpr std::array kGroups = {
    GroupFact{0,   0,   PointType::kDnp3Object,       true,  Layout::kAttribute},
    GroupFact{1,   2,   PointType::kDnp3BinaryInput,  true},
    GroupFact{3,   4,   PointType::kDnp3DoubleBit,    true},
    GroupFact{10,  13,  PointType::kDnp3BinaryOutput, true},
    GroupFact{20,  23,  PointType::kDnp3Counter,      true},
    GroupFact{30,  34,  PointType::kDnp3AnalogInput,  true},
    GroupFact{40,  43,  PointType::kDnp3AnalogOutput, true},
    GroupFact{50,  52,  PointType::kDnp3Time},
    GroupFact{60,  60,  PointType::kDnp3Class},
    GroupFact{70,  70,  PointType::kDnp3File},
    GroupFact{80,  80,  PointType::kDnp3Iin,          true},
    GroupFact{81,  83,  PointType::kDnp3Object},
    GroupFact{85,  88,  PointType::kDnp3Object},
    GroupFact{90,  91,  PointType::kDnp3Object},
    GroupFact{101, 102, PointType::kDnp3Object,       true},
    GroupFact{110, 113, PointType::kDnp3Object,       true,  Layout::kVariation},
    GroupFact{120, 120, PointType::kDnp3Object},
    GroupFact{121, 122, PointType::kDnp3Object,       true},
};

constexpr std::array kObjects = {
    // group, variation, layout, size, value: encoding, offset, bytes; offset of status
    ObjectFact{1, 1, Layout::kBits},
    ObjectFact{1, 2, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{2, 1, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{2, 2, Layout::kFixed, 7, Encoding::kU8},
    ObjectFact{2, 3, Layout::kFixed, 3, Encoding::kU8},
    ObjectFact{3, 1, Layout::kDoubleBits},
    ObjectFact{3, 2, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{4, 1, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{4, 2, Layout::kFixed, 7, Encoding::kU8},
    ObjectFact{4, 3, Layout::kFixed, 3, Encoding::kU8},
    ObjectFact{10, 1, Layout::kBits},
    ObjectFact{10, 2, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{11, 1, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{11, 2, Layout::kFixed, 7, Encoding::kU8},
    ObjectFact{12, 1, Layout::kFixed, 11, Encoding::kU8, 0, 0, 10},
    ObjectFact{12, 2, Layout::kFixed, 11, Encoding::kU8, 0, 0, 10},
    ObjectFact{12, 3, Layout::kBits},
    ObjectFact{13, 1, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{13, 2, Layout::kFixed, 7, Encoding::kU8},
    ObjectFact{20, 1, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{20, 2, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{20, 3, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{20, 4, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{20, 5, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{20, 6, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{20, 7, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{20, 8, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{21, 1, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{21, 2, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{21, 3, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{21, 4, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{21, 5, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{21, 6, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{21, 7, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{21, 8, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{21, 9, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{21, 10, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{21, 11, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{21, 12, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{22, 1, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{22, 2, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{22, 3, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{22, 4, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{22, 5, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{22, 6, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{22, 7, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{22, 8, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{23, 1, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{23, 2, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{23, 3, Layout::kFixed, 5, Encoding::kLe32, 1},
    ObjectFact{23, 4, Layout::kFixed, 3, Encoding::kLe16, 1},
    ObjectFact{23, 5, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{23, 6, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{23, 7, Layout::kFixed, 11, Encoding::kLe32, 1},
    ObjectFact{23, 8, Layout::kFixed, 9, Encoding::kLe16, 1},
    ObjectFact{30, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{30, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{30, 3, Layout::kFixed, 4, Encoding::kLeI32},
    ObjectFact{30, 4, Layout::kFixed, 2, Encoding::kLeI16},
    ObjectFact{30, 5, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{30, 6, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{31, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{31, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{31, 3, Layout::kFixed, 11, Encoding::kLeI32, 1},
    ObjectFact{31, 4, Layout::kFixed, 9, Encoding::kLeI16, 1},
    ObjectFact{31, 5, Layout::kFixed, 4, Encoding::kLeI32},
    ObjectFact{31, 6, Layout::kFixed, 2, Encoding::kLeI16},
    ObjectFact{31, 7, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{31, 8, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{32, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{32, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{32, 3, Layout::kFixed, 11, Encoding::kLeI32, 1},
    ObjectFact{32, 4, Layout::kFixed, 9, Encoding::kLeI16, 1},
    ObjectFact{32, 5, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{32, 6, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{32, 7, Layout::kFixed, 11, Encoding::kLeF32, 1},
    ObjectFact{32, 8, Layout::kFixed, 15, Encoding::kLeF64, 1},
    ObjectFact{33, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{33, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{33, 3, Layout::kFixed, 11, Encoding::kLeI32, 1},
    ObjectFact{33, 4, Layout::kFixed, 9, Encoding::kLeI16, 1},
    ObjectFact{33, 5, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{33, 6, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{33, 7, Layout::kFixed, 11, Encoding::kLeF32, 1},
    ObjectFact{33, 8, Layout::kFixed, 15, Encoding::kLeF64, 1},
    ObjectFact{34, 1, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{34, 2, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{34, 3, Layout::kFixed, 4, Encoding::kLeF32},
    ObjectFact{40, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{40, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{40, 3, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{40, 4, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{41, 1, Layout::kFixed, 5, Encoding::kLeI32, 0, 0, 4},
    ObjectFact{41, 2, Layout::kFixed, 3, Encoding::kLeI16, 0, 0, 2},
    ObjectFact{41, 3, Layout::kFixed, 5, Encoding::kLeF32, 0, 0, 4},
    ObjectFact{41, 4, Layout::kFixed, 9, Encoding::kLeF64, 0, 0, 8},
    ObjectFact{42, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{42, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{42, 3, Layout::kFixed, 11, Encoding::kLeI32, 1},
    ObjectFact{42, 4, Layout::kFixed, 9, Encoding::kLeI16, 1},
    ObjectFact{42, 5, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{42, 6, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{42, 7, Layout::kFixed, 11, Encoding::kLeF32, 1},
    ObjectFact{42, 8, Layout::kFixed, 15, Encoding::kLeF64, 1},
    ObjectFact{43, 1, Layout::kFixed, 5, Encoding::kLeI32, 1},
    ObjectFact{43, 2, Layout::kFixed, 3, Encoding::kLeI16, 1},
    ObjectFact{43, 3, Layout::kFixed, 11, Encoding::kLeI32, 1},
    ObjectFact{43, 4, Layout::kFixed, 9, Encoding::kLeI16, 1},
    ObjectFact{43, 5, Layout::kFixed, 5, Encoding::kLeF32, 1},
    ObjectFact{43, 6, Layout::kFixed, 9, Encoding::kLeF64, 1},
    ObjectFact{43, 7, Layout::kFixed, 11, Encoding::kLeF32, 1},
    ObjectFact{43, 8, Layout::kFixed, 15, Encoding::kLeF64, 1},
    ObjectFact{50, 1, Layout::kFixed, 6, Encoding::kBytes, 0, 6},
    ObjectFact{50, 2, Layout::kFixed, 10, Encoding::kBytes, 0, 10},
    ObjectFact{50, 3, Layout::kFixed, 6, Encoding::kBytes, 0, 6},
    ObjectFact{50, 4, Layout::kFixed, 11, Encoding::kBytes, 0, 11},
    ObjectFact{51, 1, Layout::kFixed, 6, Encoding::kBytes, 0, 6},
    ObjectFact{51, 2, Layout::kFixed, 6, Encoding::kBytes, 0, 6},
    ObjectFact{52, 1, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{52, 2, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{60, 1, Layout::kNone},
    ObjectFact{60, 2, Layout::kNone},
    ObjectFact{60, 3, Layout::kNone},
    ObjectFact{60, 4, Layout::kNone},
    ObjectFact{70, 2, Layout::kFree},
    ObjectFact{70, 3, Layout::kFree},
    ObjectFact{70, 4, Layout::kFree},
    ObjectFact{70, 5, Layout::kFree},
    ObjectFact{70, 6, Layout::kFree},
    ObjectFact{70, 7, Layout::kFree},
    ObjectFact{70, 8, Layout::kFree},
    ObjectFact{80, 1, Layout::kBits},
    ObjectFact{81, 1, Layout::kFixed, 3, Encoding::kBytes, 0, 3},
    ObjectFact{82, 1, Layout::kFree},
    ObjectFact{83, 1, Layout::kFree},
    ObjectFact{83, 2, Layout::kFree},
    ObjectFact{85, 1, Layout::kFree},
    ObjectFact{86, 1, Layout::kFree},
    ObjectFact{86, 2, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{86, 3, Layout::kFree},
    ObjectFact{87, 1, Layout::kFree},
    ObjectFact{88, 1, Layout::kFree},
    ObjectFact{90, 1, Layout::kFree},
    ObjectFact{91, 1, Layout::kFree},
    ObjectFact{101, 1, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{101, 2, Layout::kFixed, 4, Encoding::kLe32},
    ObjectFact{101, 3, Layout::kFixed, 8, Encoding::kLe64},
    ObjectFact{102, 1, Layout::kFixed, 1, Encoding::kU8},
    ObjectFact{120, 1, Layout::kFree},
    ObjectFact{120, 2, Layout::kFree},
    ObjectFact{120, 3, Layout::kFixed, 6, Encoding::kBytes, 0, 6},
    ObjectFact{120, 4, Layout::kFixed, 2, Encoding::kLe16},
    ObjectFact{120, 5, Layout::kFree},
    ObjectFact{120, 6, Layout::kFree},
    ObjectFact{120, 7, Layout::kFree},
    ObjectFact{120, 8, Layout::kFree},
    ObjectFact{120, 9, Layout::kFree},
    ObjectFact{120, 10, Layout::kFree},
    ObjectFact{120, 11, Layout::kFree},
    ObjectFact{120, 12, Layout::kFree},
    ObjectFact{120, 13, Layout::kFree},
    ObjectFact{120, 14, Layout::kFree},
    ObjectFact{120, 15, Layout::kFree},
    ObjectFact{121, 1, Layout::kFixed, 7, Encoding::kLe32, 3},
    ObjectFact{122, 1, Layout::kFixed, 7, Encoding::kLe32, 3},
    ObjectFact{122, 2, Layout::kFixed, 13, Encoding::kLe32, 3},
};
// clang-format on

// The variations of a group stand together and count up by one.
constexpr bool in_order() noexcept {
  for (size_t i = 1; i < kObjects.size(); ++i) {
    const ObjectFact &before = kObjects[i - 1], &row = kObjects[i];
    const bool same = row.group == before.group;
    if (same ? row.variation != before.variation + 1 : row.group < before.group) return false;
  }
  return true;
}
static_assert(in_order());

// Rows by group.
constexpr uint8_t kNoRow = 0xff;
using Rows = std::array<uint8_t, 256>;
static_assert(kGroups.size() < kNoRow && kObjects.size() < kNoRow);

constexpr Rows kGroupRows = [] {
  Rows rows{};
  rows.fill(kNoRow);
  for (size_t i = 0; i < kGroups.size(); ++i)
    for (size_t group = kGroups[i].first; group <= kGroups[i].last; ++group)
      rows[group] = static_cast<uint8_t>(i);
  return rows;
}();
// Of the first variation.
constexpr Rows kObjectRows = [] {
  Rows rows{};
  rows.fill(kNoRow);
  for (size_t i = kObjects.size(); i-- > 0;) rows[kObjects[i].group] = static_cast<uint8_t>(i);
  return rows;
}();

// nullptr: it is not in the table.
const ObjectFact* row_of(uint8_t group, uint8_t variation) noexcept {
  const size_t first = kObjectRows[group];
  if (first == kNoRow || variation < kObjects[first].variation) return nullptr;
  const size_t row = first + variation - kObjects[first].variation;
  return row < kObjects.size() && kObjects[row].group == group ? &kObjects[row] : nullptr;
}

}  // namespace

const GroupFact* group_of(uint8_t group) noexcept {
  const uint8_t row = kGroupRows[group];
  return row == kNoRow ? nullptr : &kGroups[row];
}

ObjectFact object_of(uint8_t group, uint8_t variation) noexcept {
  if (const ObjectFact* const row = row_of(group, variation); row != nullptr) return *row;
  const GroupFact* const of_group = group_of(group);
  ObjectFact other{.group = group, .variation = variation};
  if (of_group != nullptr && variation != 0) other.layout = of_group->others;
  if (other.layout != Layout::kUnknown) other.encoding = Encoding::kBytes;
  return other;
}

}  // namespace bulkhead::wire::dnp3
