// SPDX-License-Identifier: Apache-2.0
// Variable specifications: which points a read, a write or a cyclic transfer names.
#pragma once

#include <cstdint>

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

// What the values of one item are, where its specification says so.
struct ItemValues {
  ValueView::Encoding encoding = ValueView::Encoding::kBytes;
  uint32_t bytes = 0;  // of all of them; 0: not known
};

// The area of a PLC that a number means: of bits, or of numbered things.
struct Area {
  uint8_t code = 0;
  PointType type = PointType::kNone;
  bool numbered = false;  // timers and counters
  bool has_db = false;    // the DB number is part of the point
  bool has_code = false;  // areas that share a point type: the code is part of the point
};
const Area* area_of(uint8_t code) noexcept;  // nullptr when unknown

// Adds the point of `count` bits, or numbers, from `first` on.
void add_area(const Area& area, uint16_t db, uint64_t first, uint64_t count, OperationClass access,
              Operation& out) noexcept;

// Of points that are named but not understood: one from 0 to the last.
void add_any(Operation& out) noexcept;

// One item at the front of `in`, and the byte behind it that makes its length even, unless it is
// the last. Points beyond kS7Db and such: an NCK variable is kS7SystemData, syntax << 56 | area and
// unit << 48 | module << 40 | column << 16 | line; a DriveES parameter syntax << 56 | number << 16
// | index; areas of the 200 family area << 32 | bit address. Faults: kBadMarker (no variable
// specification), kBadType (unknown syntax, area or transport size, or one that the area does not
// have), kBadLength, kBadCount (0), kBadAddress (of bytes, but not at a byte's first bit).
Fault take_item(Cursor& in, bool last, OperationClass access, Operation& out,
                ItemValues& values) noexcept;

}  // namespace bulkhead::wire::s7comm
