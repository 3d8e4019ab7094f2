// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "wire/apps/modbus.h"

namespace bulkhead::wire::modbus {

// A whole ADU is parsed where it lies; only one that a cut went through is copied. parse_mbap()
// never asks for more than is missing of the current ADU, so the buffer holds one at most.
Stream::Step Stream::next(std::span<const uint8_t>& bytes, Operation& out) noexcept {
  if (fault_.kind != FaultKind::kNone) return Step::kFault;
  return held_ == 0 ? next_whole(bytes, out) : next_partial(bytes, out);
}

Stream::Step Stream::next_whole(std::span<const uint8_t>& bytes, Operation& out) noexcept {
  if (bytes.empty()) return Step::kNeedMore;
  const Parsed<size_t> parsed = parse_adu_into(bytes, side_, out);
  if (parsed.faulty()) return broken(parsed.fault());
  if (parsed.need_more()) {
    hold(bytes, bytes.size());
    return Step::kNeedMore;
  }
  bytes = bytes.subspan(*parsed);
  return Step::kOperation;
}

Stream::Step Stream::next_partial(std::span<const uint8_t>& bytes, Operation& out) noexcept {
  for (;;) {
    const Parsed<size_t> parsed = parse_adu_into(std::span(buffer_).first(held_), side_, out);
    if (parsed.faulty()) return broken(parsed.fault());
    if (parsed.ok()) {
      held_ = 0;  // the views stay good: the buffer is written by the next call at the earliest
      return Step::kOperation;
    }
    if (bytes.empty()) return Step::kNeedMore;
    hold(bytes, parsed.missing());
  }
}

void Stream::hold(std::span<const uint8_t>& bytes, size_t n) noexcept {
  const size_t taken = std::min({n, bytes.size(), buffer_.size() - held_});
  std::copy_n(bytes.begin(), taken, buffer_.begin() + held_);
  held_ = static_cast<uint16_t>(held_ + taken);
  bytes = bytes.subspan(taken);
}

Stream::Step Stream::broken(Fault fault) noexcept {
  fault_ = fault;
  return Step::kFault;
}

}  // namespace bulkhead::wire::modbus
