// SPDX-License-Identifier: Apache-2.0
// The values that an operation carries for one of its ranges, over all views of it.
#pragma once

#include "wire/apps/operation.h"
#include "wire/apps/value_key.h"

namespace bulkhead::image {

// Calls visit(wire::value_key) for one after the other, as long as it returns true.
template <typename Visit>
void for_each_value(const wire::Operation& op, size_t range, Visit&& visit) noexcept {
  for (const wire::ValueView& view : op.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i)
      if (!visit(wire::value_key(op.app, view, i))) return;
  }
}

inline uint64_t value_count(const wire::Operation& op, size_t range) noexcept {
  uint64_t count = 0;
  for (const wire::ValueView& view : op.values)
    if (view.range == range && view.encoding != wire::ValueView::Encoding::kNone)
      count += view.count;
  return count;
}

// The key of that value; kNoValueKey when there are not so many.
inline uint64_t value_at(const wire::Operation& op, size_t range, uint64_t at) noexcept {
  for (const wire::ValueView& view : op.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    if (at < view.count) return wire::value_key(op.app, view, static_cast<size_t>(at));
    at -= view.count;
  }
  return wire::kNoValueKey;
}

// Is the n-th value that of the n-th point?
inline bool one_value_a_point(const wire::Operation& op, size_t range) noexcept {
  const wire::PointRange& points = op.points[range];
  const uint64_t count = value_count(op, range);
  return points.name.empty() && count != 0 && points.last - points.first == count - 1;
}

}  // namespace bulkhead::image
