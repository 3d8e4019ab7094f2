// SPDX-License-Identifier: Apache-2.0
#include "inspect/edits.h"

#include <algorithm>

namespace bulkhead::dataplane {
namespace {

// a - b, as a distance.
int32_t distance(uint32_t a, uint32_t b) noexcept {
  return static_cast<int32_t>(a - b);
}

}  // namespace

bool Edits::add(const Edit& edit) noexcept {
  if (size_ != 0) {
    Edit& last = (*rows_)[size_ - 1];
    const uint32_t end = last.removal ? last.at + last.size : last.at;
    if (last.removal == edit.removal && end == edit.at) {
      last.size += edit.size;
      return true;
    }
  }
  if (size_ == kMost || rows_ == nullptr) return false;
  (*rows_)[size_++] = edit;
  return true;
}

bool Edits::remove(uint32_t at, uint32_t n) noexcept {
  return n == 0 || add({at, n, true});
}

bool Edits::insert(uint32_t at, uint32_t n) noexcept {
  return n == 0 || add({at, n, false});
}

uint32_t Edits::place(uint32_t at, bool behind) const noexcept {
  uint32_t out = at + shift_;
  for (size_t i = 0; i < size_; ++i) {
    const Edit& edit = (*rows_)[i];
    const int32_t past = distance(at, edit.at);
    if (past < 0) break;
    if (edit.removal)
      out -= std::min(static_cast<uint32_t>(past), edit.size);
    else if (past > 0 || behind)
      out += edit.size;
  }
  return out;
}

uint32_t Edits::heard(uint32_t out) const noexcept {
  uint32_t shift = shift_;
  for (size_t i = 0; i < size_; ++i) {
    const Edit& edit = (*rows_)[i];
    const int32_t past = distance(out, edit.at + shift);
    if (past < 0) break;
    if (edit.removal) {
      shift -= edit.size;
    } else {
      if (static_cast<uint32_t>(past) < edit.size) return edit.at;
      shift += edit.size;
    }
  }
  return out - shift;
}

bool Edits::inserted_at(uint32_t out) const noexcept {
  uint32_t shift = shift_;
  for (size_t i = 0; i < size_; ++i) {
    const Edit& edit = (*rows_)[i];
    const int32_t past = distance(out, edit.at + shift);
    if (past < 0) return false;
    if (!edit.removal && static_cast<uint32_t>(past) < edit.size) return true;
    shift += edit.removal ? -edit.size : edit.size;
  }
  return false;
}

void Edits::settle(uint32_t out) noexcept {
  size_t done = 0;
  while (done < size_) {
    const Edit& edit = (*rows_)[done];
    const int32_t past = distance(out, edit.at + shift_);
    const bool over = past >= 0 && (edit.removal || static_cast<uint32_t>(past) >= edit.size);
    if (!over) break;
    shift_ += edit.removal ? -edit.size : edit.size;
    ++done;
  }
  if (done == 0) return;
  std::copy(rows_->begin() + static_cast<std::ptrdiff_t>(done),
            rows_->begin() + static_cast<std::ptrdiff_t>(size_), rows_->begin());
  size_ -= static_cast<uint32_t>(done);
}

}  // namespace bulkhead::dataplane
