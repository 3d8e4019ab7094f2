// SPDX-License-Identifier: Apache-2.0
// An eventfd that wakes poll(2). raise() from any thread; one reader clears.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/unique_fd.h"

namespace bulkhead::control {

class SignalFd {
 public:
  SignalFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  void raise() const noexcept {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
  }
  void clear() const noexcept {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(fd_.get(), &count, sizeof count);
  }
  [[nodiscard]] int get() const noexcept { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace bulkhead::control
