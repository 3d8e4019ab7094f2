// SPDX-License-Identifier: Apache-2.0
// An object header of a DNP3 fragment (IEEE 1815 4.2.2.7): group, variation, qualifier, range.
#pragma once

#include <cstdint>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

struct ObjectHeader {
  enum class Range : uint8_t {
    kIndexes,    // first..last
    kAddresses,  // first..last, of memory that only the vendor knows
    kAll,        // every object there is
    kCount,      // `count` objects
  };

  size_t at = 0;  // where it begins
  uint8_t group = 0;
  uint8_t variation = 0;
  Range range = Range::kAll;
  uint8_t prefix = 0;  // bytes in front of each object: its index, or its size when `sized`
  bool sized = false;
  uint64_t first = 0;
  uint64_t last = 0;
  uint64_t count = 0;  // kAll: 0
};

// Faults: kTruncated, kBadType (a qualifier that the standard does not define), kBadAddress (the
// range ends before it begins), kBadCount (none).
Fault take_header(Cursor& in, ObjectHeader& out) noexcept;

// A little endian number of 0, 1, 2 or 4 bytes.
inline uint32_t take_number(Cursor& in, unsigned width) noexcept {
  if (width == 1) return in.u8();
  if (width == 2) return in.le16();
  return width == 4 ? in.le32() : 0;
}

}  // namespace bulkhead::wire::dnp3
