// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/iec104/numbering.h"

namespace bulkhead::wire::iec104 {
namespace {

constexpr uint16_t wrapped(unsigned number) noexcept {
  return static_cast<uint16_t>(number % kNumbers);
}
constexpr uint16_t sum(unsigned a, int b) noexcept {
  return wrapped(a + kNumbers + static_cast<unsigned>(b));
}
constexpr uint16_t difference(unsigned a, unsigned b) noexcept {
  return wrapped(a + kNumbers - b);
}
// Of two numbers that are not half the circle apart.
constexpr bool reaches(uint16_t number, uint16_t at) noexcept {
  return difference(number, at) < kNumbers / 2;
}

}  // namespace

void Numbering::change(uint16_t at, int8_t by) noexcept {
  ahead_ = sum(ahead_, by);
  if (count_ == kMostChanges) {
    ok_ = false;
    return;
  }
  changes_[(first_ + count_) % kMostChanges] = {at, by};
  ++count_;
}

void Numbering::taken_out(uint16_t number) noexcept {
  change(onward(number), -1);
}

uint16_t Numbering::put_in(uint16_t next) noexcept {
  const uint16_t number = onward(next);
  change(sum(number, 1), 1);
  return number;
}

uint16_t Numbering::onward(uint16_t number) const noexcept {
  return wrapped(number + ahead_);
}

uint16_t Numbering::acknowledged(uint16_t by_receiver) noexcept {
  for (; count_ != 0 && reaches(by_receiver, changes_[first_].at); --count_) {
    acknowledged_ = sum(acknowledged_, changes_[first_].by);
    first_ = static_cast<uint8_t>((first_ + 1) % kMostChanges);
  }
  acknowledge(difference(by_receiver, acknowledged_));
  return told_;
}

void Numbering::acknowledge(uint16_t number) noexcept {
  if (!has_told_ || reaches(number, told_)) told_ = number;
  has_told_ = true;
}

}  // namespace bulkhead::wire::iec104
