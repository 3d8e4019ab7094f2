// SPDX-License-Identifier: Apache-2.0
#include "pdp/confirm_watch.h"

#include <chrono>

#include "pdp/policy_administrator.h"

namespace bulkhead::control {

ConfirmWatch::ConfirmWatch(PolicyAdministrator& policies) : policies_(policies) {
  policies_.roll_back_if_due();
  thread_ = std::thread([this] { run(); });
}

ConfirmWatch::~ConfirmWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  thread_.join();
}

void ConfirmWatch::run() {
  constexpr std::chrono::milliseconds kInterval{200};
  std::unique_lock lock(mutex_);
  while (!stop_signal_.wait_for(lock, kInterval, [this] { return stopping_; })) {
    lock.unlock();
    policies_.roll_back_if_due();
    lock.lock();
  }
}

}  // namespace bulkhead::control
