// SPDX-License-Identifier: Apache-2.0
#include "rest.h"

#include <algorithm>
#include <ctime>

namespace bulkhead::dataplane {
namespace {

timespec time_of(uint32_t us) noexcept {
  return {.tv_sec = us / 1'000'000, .tv_nsec = static_cast<long>(us % 1'000'000) * 1000};
}

}  // namespace

Rest::Rest(std::span<const WorkerPort> ports, uint32_t longest_us) : longest_us_(longest_us) {
  for (const WorkerPort& port : ports)
    if (port.queue != nullptr && port.queue->descriptor() >= 0)
      ports_.push_back({.fd = port.queue->descriptor(), .events = POLLIN, .revents = 0});
}

bool Rest::until_ready() noexcept {
  const timespec longest = time_of(longest_us_);
  // A signal only ends it early.
  if (::ppoll(ports_.data(), ports_.size(), &longest, nullptr) <= 0) return false;
  const auto has = [](const pollfd& port) { return (port.revents & POLLIN) != 0; };
  if (std::any_of(ports_.begin(), ports_.end(), has)) return true;
  whole();
  return false;
}

void Rest::whole() const noexcept {
  const timespec longest = time_of(longest_us_);
  clock_nanosleep(CLOCK_MONOTONIC, 0, &longest, nullptr);
}

}  // namespace bulkhead::dataplane
