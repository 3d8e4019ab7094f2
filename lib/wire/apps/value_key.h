// SPDX-License-Identifier: Apache-2.0
// Values as numbers that are ordered as the values are, so that bounds of any kind of value are
// two integers. Of Modbus a register's own number; of other protocols the order of doubles.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "wire/apps/operation.h"

namespace bulkhead::wire {

// Not a number: above every bound.
inline constexpr uint64_t kNoValueKey = UINT64_MAX;

// IEEE 754 binary64: with the sign turned, and of negatives all bits, they count upwards.
inline uint64_t ordered_key(double value) noexcept {
  if (std::isnan(value)) return kNoValueKey;
  const auto bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);  // there is one zero
  constexpr uint64_t kSign = uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}
inline double ordered_value(uint64_t key) noexcept {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

// Of the i-th value; kNoValueKey where the bytes are no number.
inline uint64_t value_key(App app, const ValueView& view, size_t i) noexcept {
  if (view.encoding == ValueView::Encoding::kBytes) return kNoValueKey;
  if (app == App::kModbus) return view.at(i);
  return ordered_key(view.number(i));
}

// How many points of a range the values are of: S7 counts bits, and has values of bytes.
inline uint64_t points_of(PointType type, const ValueView& view) noexcept {
  const bool bits = type >= PointType::kS7Db && type <= PointType::kS7Local;
  return bits && view.encoding != ValueView::Encoding::kBits ? view.bytes.size() * 8 : view.count;
}

}  // namespace bulkhead::wire
