// SPDX-License-Identifier: Apache-2.0
// Which operations a message has asked for until now, as far as signatures over operations ask.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/static_vector.h"
#include "match/hits.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

class ToldOperations {
 public:
  static constexpr size_t kMost = 8;  // kinds

  void add(const wire::Operation& operation, bool answer) noexcept {
    const match::OperationKind kind{operation.code, operation.unit,
                                    static_cast<uint8_t>(operation.app),
                                    static_cast<uint8_t>(operation.cls), answer};
    const auto same = [&](const match::OperationKind& one) { return alike(one, kind); };
    if (std::ranges::none_of(kinds(), same)) more_ |= !kinds_.push_back(kind);
  }
  void clear() noexcept {
    kinds_.clear();
    more_ = false;
  }
  [[nodiscard]] bool empty() const noexcept { return kinds_.empty(); }
  [[nodiscard]] std::span<const match::OperationKind> kinds() const noexcept {
    return {kinds_.begin(), kinds_.size()};
  }
  // There were others for which there was no room: what they are is not known.
  [[nodiscard]] bool more() const noexcept { return more_; }

 private:
  // Whatever the unit: that of the first is kept.
  static bool alike(const match::OperationKind& a, const match::OperationKind& b) noexcept {
    return a.code == b.code && a.app == b.app && a.cls == b.cls && a.answer == b.answer;
  }

  bool more_ = false;
  StaticVector<match::OperationKind, kMost> kinds_;
};

}  // namespace bulkhead::dataplane
