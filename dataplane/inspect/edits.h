// SPDX-License-Identifier: Apache-2.0
// How the sequence numbers of one TCP direction change when bytes are taken out of it or put into
// it: between what its sender counts and what its receiver counts.
//
// Each edit that the receiver may still see repeated is a row; those it has acknowledged are summed
// up in one number. The rows lie in memory that somebody else owns, and that is not touched before
// there is one. All comparisons are modulo 2^32 (RFC 9293 3.4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bulkhead::dataplane {

class Edits {
 public:
  static constexpr size_t kMost = 32;  // not acknowledged
  struct Edit {
    uint32_t at = 0;  // the sender's number
    uint32_t size = 0;
    bool removal = false;
  };
  using Rows = std::array<Edit, kMost>;

  Edits() = default;  // there is room for none
  explicit Edits(Rows& rows) noexcept : rows_(&rows) {}

  // From the sender's number `at` on, the next `n` bytes do not reach the receiver; `at` is not
  // before any earlier edit's end. False: there is no room.
  bool remove(uint32_t at, uint32_t n) noexcept;
  // `n` bytes of the gateway's own reach it before the sender's byte `at`.
  bool insert(uint32_t at, uint32_t n) noexcept;

  [[nodiscard]] bool any() const noexcept { return size_ != 0 || shift_ != 0; }
  [[nodiscard]] bool under_way() const noexcept { return size_ != 0; }
  [[nodiscard]] bool full() const noexcept { return size_ == kMost; }

  // Where the receiver counts the sender's byte `at`: before what was inserted there, or behind it.
  // A removed byte has the number of what follows it.
  [[nodiscard]] uint32_t before(uint32_t at) const noexcept { return place(at, false); }
  [[nodiscard]] uint32_t behind(uint32_t at) const noexcept { return place(at, true); }
  // How far the sender has been heard when the receiver has everything before `out`: removed bytes
  // count once everything before them has arrived.
  [[nodiscard]] uint32_t heard(uint32_t out) const noexcept;
  // Is the receiver's byte `out` one of the gateway's own?
  [[nodiscard]] bool inserted_at(uint32_t out) const noexcept;

  // The receiver has everything before `out`.
  void settle(uint32_t out) noexcept;

 private:
  bool add(const Edit& edit) noexcept;
  [[nodiscard]] uint32_t place(uint32_t at, bool behind) const noexcept;

  Rows* rows_ = nullptr;  // the first size_, in the order of their places
  uint32_t shift_ = 0;    // receiver's number less the sender's, before the first row
  uint32_t size_ = 0;
};

}  // namespace bulkhead::dataplane
