// SPDX-License-Identifier: Apache-2.0
// The data part of a PDU: items of return code, transport size, length and bytes.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

inline constexpr uint8_t kSuccess = 0xff;

struct DataItem {
  uint8_t code = 0;  // kSuccess, or why not
  uint8_t size = 0;  // transport size of data, whose codes are not those of items
  std::span<const uint8_t> bytes{};
};

// The item at the front of `in`, and the byte that makes its length even, unless it is the last.
// One that failed has no bytes. Faults: kBadType (transport size), kBadLength.
Fault take_data_item(Cursor& in, bool last, DataItem& out) noexcept;

// What numbers they are, as far as the transport size says.
ValueView view_of(const DataItem& item) noexcept;

// A response in which an item failed is a negative one; the first that did says why.
void note_code(uint8_t code, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm
