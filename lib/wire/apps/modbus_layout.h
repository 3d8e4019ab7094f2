// SPDX-License-Identifier: Apache-2.0
// Checks that the data of a PDU has exactly the length that its shape and its own counts imply.
#pragma once

#include <span>

#include "wire/apps/modbus_shape.h"
#include "wire/fault.h"

namespace bulkhead::wire::modbus {

// Where the data of a PDU starts within its ADU, and where the MBAP length lies: offsets in faults.
inline constexpr size_t kDataAt = 8;
inline constexpr size_t kLengthAt = 4;

// `data`: what follows the function code. Faults: kBadLength, kBadCount, kBadValue, with offsets
// from the start of the ADU. Groups inside the file functions' data are left to take_file_points().
Fault check_layout(const Shape& shape, std::span<const uint8_t> data) noexcept;

}  // namespace bulkhead::wire::modbus
