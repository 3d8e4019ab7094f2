// SPDX-License-Identifier: Apache-2.0
// The sequence numbers of the chunks that one end sends (Part 6, 6.7.2.4): each is one more than
// the one before, and behind the last thousand begins anew. Once chunks were taken out or put in,
// those that go on are numbered anew.
#pragma once

#include <cstdint>

namespace bulkhead::wire::opcua {

class Sequence {
 public:
  // A chunk as its sender numbered it. `amid`: its message began in an earlier one.
  void seen(uint32_t number, bool amid) noexcept {
    if (!amid) {
      before_ = known_ ? last_ : number - 1;
      onward_before_ = onward_;
    }
    last_ = number;
    known_ = true;
  }
  // The message that was seen last goes no further, with all its chunks; numbers that next() gave
  // them are free again.
  void taken_out() noexcept {
    onward_ = renumbers_ ? onward_before_ : before_;
    renumbers_ = true;
  }
  // Number of a chunk that is put in behind all that were seen.
  uint32_t put_in() noexcept {
    if (!renumbers_) onward_ = last_;
    renumbers_ = true;
    return next();
  }
  // Number of the next chunk that goes on.
  uint32_t next() noexcept {
    onward_ = onward_ > kLastBeforeWrap ? kFirstBehindWrap : onward_ + 1;
    return onward_;
  }
  [[nodiscard]] bool renumbers() const noexcept { return renumbers_; }

 private:
  static constexpr uint32_t kLastBeforeWrap = UINT32_MAX - 1024, kFirstBehindWrap = 1;

  uint32_t last_ = 0;
  uint32_t onward_ = 0;  // of the last chunk that went on
  // Both as they were before the message at hand.
  uint32_t before_ = 0;
  uint32_t onward_before_ = 0;
  bool known_ = false;
  bool renumbers_ = false;
};

}  // namespace bulkhead::wire::opcua
