// SPDX-License-Identifier: Apache-2.0
// Looks after policies on trial while control runs: five times a second, whether the time is over.
//
// Threads: one of its own, which calls PolicyAdministrator::roll_back_if_due(), and so waits for a
// change that is being made.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace bulkhead::control {

class PolicyAdministrator;

class ConfirmWatch {
 public:
  // Looks once before it returns, so that a deadline passed while control was not running counts
  // before the dataplane connects.
  explicit ConfirmWatch(PolicyAdministrator& policies);
  ~ConfirmWatch();

 private:
  void run();

  PolicyAdministrator& policies_;
  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;  // with mutex_
  std::thread thread_;
};

}  // namespace bulkhead::control
