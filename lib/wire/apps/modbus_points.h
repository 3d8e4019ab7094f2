// SPDX-License-Identifier: Apache-2.0
// Takes points and values out of the data of a PDU whose layout check_layout() accepted.
#pragma once

#include <span>

#include "wire/apps/modbus_shape.h"
#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire::modbus {

// Adds one range, and its values, to `out` for each shape. An `echo` is a response that repeats the
// request's address: it has no counted values. Faults, with offsets from the start of the ADU:
// kBadCount (quantity, or a byte count that is not the quantity's), kBadAddress, kBadValue.
Fault take_points(const RangeShapes& shapes, std::span<const uint8_t> data, bool echo,
                  Operation& out) noexcept;

// Adds one range for each sub-request of a file function, with its values when it carries any.
// Faults: kBadLength, kBadCount, kBadAddress, kBadValue.
Fault take_file_points(Shape::Kind kind, std::span<const uint8_t> data, Operation& out) noexcept;

}  // namespace bulkhead::wire::modbus
