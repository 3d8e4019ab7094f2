// SPDX-License-Identifier: Apache-2.0
// The requests of one inspected flow that passed and are not answered yet: what a flow that drains
// waits for. A few are enough (a PLC works on 16 at most); more push the oldest out, which then
// counts as answered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

class Outstanding {
 public:
  static constexpr size_t kMost = 16;

  struct Request {
    uint16_t id = 0;
    uint8_t function = 0;
    uint8_t unit = 0;
  };

  void passed(const wire::Operation& request) noexcept {
    if (size_ == kMost) remove(0);
    requests_[size_++] = {request.request_id, static_cast<uint8_t>(request.code), request.unit};
  }
  // The segment that carried the last `n` of them is refused after all.
  void forget_newest(size_t n) noexcept { size_ -= std::min(n, size_); }
  // The oldest request with the response's transaction, unit and function; one that nobody asked
  // changes nothing.
  void answered(const wire::Operation& response) noexcept {
    for (size_t i = 0; i < size_; ++i) {
      const Request& r = requests_[i];
      if (r.id == response.request_id && r.unit == response.unit &&
          r.function == static_cast<uint8_t>(response.code))
        return remove(i);
    }
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  void remove(size_t at) noexcept {
    for (size_t i = at + 1; i < size_; ++i) requests_[i - 1] = requests_[i];
    --size_;
  }

  size_t size_ = 0;
  std::array<Request, kMost> requests_;  // the first size_, oldest first
};

}  // namespace bulkhead::dataplane
