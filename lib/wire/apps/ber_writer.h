// SPDX-License-Identifier: Apache-2.0
// Writes the Basic Encoding Rules from the end to the front: what is inside of an element is there
// before its length is written. Bytes that do not fit spoil it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead::wire::ber {

class BackWriter {
 public:
  explicit BackWriter(std::span<uint8_t> room) noexcept : room_(room), begin_(room.size()) {}

  BackWriter& octet(uint8_t value) noexcept {
    ok_ = ok_ && begin_ > 0;
    if (ok_) room_[--begin_] = value;
    return *this;
  }
  // In front of all that was written an identifier, and the length of what was written behind the
  // last `keep` bytes.
  BackWriter& wrap(uint8_t identifier, size_t keep = 0) noexcept {
    const size_t length = size() - keep;
    octet(static_cast<uint8_t>(length));
    if (length > UINT8_MAX) octet(static_cast<uint8_t>(length >> 8)).octet(0x82);
    if (length > INT8_MAX && length <= UINT8_MAX) octet(0x81);
    return octet(identifier);
  }
  BackWriter& integer(uint8_t identifier, uint64_t value) noexcept {
    const size_t before = size();
    for (; value > INT8_MAX; value >>= 8) octet(static_cast<uint8_t>(value));
    return octet(static_cast<uint8_t>(value)).wrap(identifier, before);
  }

  [[nodiscard]] size_t size() const noexcept { return room_.size() - begin_; }
  // Moves all of it to the front of the room; 0: it did not fit.
  size_t finish() noexcept {
    if (!ok_) return 0;
    std::copy(room_.begin() + static_cast<std::ptrdiff_t>(begin_), room_.end(), room_.begin());
    return size();
  }

 private:
  std::span<uint8_t> room_;
  size_t begin_;
  bool ok_ = true;
};

}  // namespace bulkhead::wire::ber
