// SPDX-License-Identifier: Apache-2.0
// Walks every object header of a DNP3 fragment, and every object behind it: points and values.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

// Indexes that a header does not name ("all objects", "the next 10 events") may be any.
inline constexpr uint64_t kLastIndex = UINT32_MAX;

// Where the objects lie that are not authentication (group 120), which differs in each message:
// two commands are the same when these bytes are.
struct Extent {
  size_t from = 0;
  size_t to = 0;
};

// `objects`: what follows the application header, the first byte at `base` of the fragment.
// Adds points and values to `out`, whose `cls` becomes the worst of what is touched, and
// `exception_code` bits 8-14 the first status other than success of a command in a response.
//
// An object whose size nobody knows ends the walk: its point has class kUnspecified, and the
// operation is `clipped`. Faults, with offsets in the fragment: those of take_header() and
// take_file(); kBadType (data without a form: any variation, all objects, an index in front of
// packed bits, a size that is not the object's), kTruncated (objects past the end).
Fault walk_objects(std::span<const uint8_t> objects, size_t base, uint8_t function, Operation& out,
                   Extent& extent) noexcept;

}  // namespace bulkhead::wire::dnp3
