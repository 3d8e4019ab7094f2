// SPDX-License-Identifier: Apache-2.0
// Data of tags as Logix controllers carry it: a type in front of the elements. CIP Vol 1 C-6.1,
// 1756-PM020 chapter 1.
#pragma once

#include <cstdint>

#include "wire/apps/operation.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::cip {

// The type in front of data: of a structure two words.
struct DataType {
  uint16_t code = 0;
  ValueView::Encoding encoding = ValueView::Encoding::kBytes;
};
DataType read_data_type(Reader& in) noexcept;

// All of `in` as values; `count` elements, where it is said. Faults: kBadLength.
ValueView read_elements(Reader& in, DataType type, uint32_t count) noexcept;
inline constexpr uint32_t kAnyCount = UINT32_MAX;

}  // namespace bulkhead::wire::cip
