// SPDX-License-Identifier: Apache-2.0
#include "admin/publisher.h"

#include <algorithm>
#include <thread>

namespace bulkhead::dataplane {

Result<uint64_t> Publisher::publish(std::unique_ptr<const Snapshot> next) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  auto old = slot_.exchange(std::move(next));
  const uint64_t token = epochs_.advance();
  while (!epochs_.passed(token) && Clock::now() - start < kBound)
    std::this_thread::sleep_for(sync::Epochs::kPause);
  const bool obeyed = epochs_.passed(token);
  const auto took = Clock::now() - start;
  retired_.push_back({token, std::move(old)});
  sweep();
  if (!obeyed)
    return Error{ErrorCode::kUnavailable, "published, but a worker has not taken it up in time"};
  return static_cast<uint64_t>(std::chrono::nanoseconds(took).count());
}

void Publisher::sweep() {
  std::erase_if(retired_, [&](const Retired& r) { return epochs_.passed(r.token); });
}

}  // namespace bulkhead::dataplane
