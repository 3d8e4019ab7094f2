// SPDX-License-Identifier: Apache-2.0
#include "table/point_values.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kNsPerUs = 1000;

}  // namespace

std::optional<uint16_t> PointValues::last(uint64_t key) noexcept {
  return value_of(cells_.find(key));
}

bool PointValues::put(uint64_t key, const SharedCells::Found& found, uint64_t at_us, uint64_t flags,
                      uint16_t value) noexcept {
  const auto after = [&](uint64_t old) {
    return state_of(std::max(at_us, stamp(old) + 1), flags, value);
  };
  if (found.cell != nullptr) return SharedCells::change(found, after(found.state));
  // A full bucket forgets its oldest point, which is then not known: the safe side.
  const auto any = [](uint64_t) { return true; };
  return cells_.claim(key, any, after) == SharedCells::Claim::kDone;
}

bool PointValues::wrote(uint64_t key, std::optional<uint16_t> value, uint64_t now_ns,
                        const std::optional<uint16_t>* base) noexcept {
  const uint64_t flags = kWritten | (value ? kKnown : 0);
  for (int tries = 0; tries < kTries; ++tries) {
    const SharedCells::Found found = cells_.find(key);
    if (base != nullptr && value_of(found) != *base) return false;
    if (put(key, found, now_ns / kNsPerUs, flags, value.value_or(0))) return true;
  }
  return false;
}

void PointValues::answered(uint64_t key, uint16_t value, uint64_t asked_ns) noexcept {
  const uint64_t asked_us = asked_ns / kNsPerUs;
  const SharedCells::Found found = cells_.find(key);
  if (found.cell != nullptr) {
    const uint64_t settle = (found.state & kWritten) != 0 ? kSettleNs / kNsPerUs : 0;
    if (asked_us < stamp(found.state) + settle) return;
  }
  // Lost against another worker: it knows something newer.
  (void)put(key, found, asked_us, kKnown, value);
}

}  // namespace bulkhead::dataplane
