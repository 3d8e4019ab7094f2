// SPDX-License-Identifier: Apache-2.0
// Refused calls have entries in the audit log too, but a caller without rights must not be able to
// fill the disk with them: so many at once, then one a second, and the next entry says how many
// were left out.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "mesh/token_bucket.h"

namespace bulkhead::control {

class RefusalGate {
 public:
  static constexpr uint32_t kBurst = 50;

  // How many were left out since the last entry; nullopt: leave this one out as well.
  std::optional<uint64_t> enter(uint64_t now_ns) {
    const std::lock_guard lock(mutex_);
    if (!bucket_.take(now_ns)) {
      ++left_out_;
      return std::nullopt;
    }
    return std::exchange(left_out_, 0);
  }

 private:
  std::mutex mutex_;
  TokenBucket bucket_{kBurst, 1, 0};
  uint64_t left_out_ = 0;
};

}  // namespace bulkhead::control
