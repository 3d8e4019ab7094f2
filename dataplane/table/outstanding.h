// SPDX-License-Identifier: Apache-2.0
// The requests of one inspected flow that passed and are not answered yet: what a flow that drains
// waits for, and what tells which registers an answer speaks of. A few are enough (a PLC works on
// 16 at most); more push the oldest out, which then counts as answered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

class Outstanding {
 public:
  static constexpr size_t kMost = 16;

  struct Registers {  // holding
    uint16_t first = 0;
    uint16_t count = 0;
  };
  struct Request {
    uint64_t asked_ns = 0;  // steady
    uint64_t id = 0;
    wire::App app = wire::App::kNone;
    uint32_t code = 0;
    uint32_t unit = 0;
    Registers read, written;
  };

  void passed(const wire::Operation& request, uint64_t now_ns) noexcept {
    if (size_ == kMost) {
      remove(0);
      ++forgotten_;
    }
    Request& r = requests_[size_++];
    r = {now_ns, request.request_id, request.app, request.code, request.unit, {}, {}};
    for (const wire::PointRange& range : request.points) {
      if (range.type != wire::PointType::kHolding) continue;
      const bool writes = range.access == wire::OperationClass::kWrite;
      (writes ? r.written : r.read) = {static_cast<uint16_t>(range.first),
                                       static_cast<uint16_t>(range.last - range.first + 1)};
    }
  }
  // The segment that carried the last `n` of them is refused after all.
  void forget_newest(size_t n) noexcept { size_ -= std::min(n, size_); }
  // Takes out the oldest request that the response answers, by its identifier and unit, in Modbus
  // by its function too; none when nobody asked.
  std::optional<Request> answered(const wire::Operation& response) noexcept {
    for (size_t i = 0; i < size_; ++i) {
      const Request r = requests_[i];
      const bool same_function =
          response.app != wire::App::kModbus || (r.code & 0xff) == (response.code & 0xff);
      if (r.app == response.app && r.id == response.request_id && r.unit == response.unit &&
          same_function) {
        remove(i);
        return r;
      }
    }
    return std::nullopt;
  }
  // Nobody asked for what was not found by answered(), unless it answers one that was pushed out.
  [[nodiscard]] bool unasked() noexcept {
    if (forgotten_ == 0) return true;
    --forgotten_;
    return false;
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  void remove(size_t at) noexcept {
    for (size_t i = at + 1; i < size_; ++i) requests_[i - 1] = requests_[i];
    --size_;
  }

  size_t size_ = 0;
  uint64_t forgotten_ = 0;               // pushed out, and perhaps not answered yet
  std::array<Request, kMost> requests_;  // the first size_, oldest first
};

}  // namespace bulkhead::dataplane
