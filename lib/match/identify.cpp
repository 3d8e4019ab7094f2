// SPDX-License-Identifier: Apache-2.0
#include "match/identify.h"

#include <algorithm>

#include "match/identify_table.h"

namespace bulkhead::match {

bool Identification::begin(const IdentifyTable& table, std::span<uint8_t> opener,
                           std::span<uint8_t> answerer) noexcept {
  seen_ = {};
  matched_ = {};
  protocol_ = Protocol::kUnknown;
  over_ = false;
  kept_ = 0;
  return streams_[0].open(*table.database, opener) && streams_[1].open(*table.database, answerer);
}

void Identification::on_match(void* self, uint32_t row, uint64_t) noexcept {
  auto& me = *static_cast<Identification*>(self);
  if (row < 64) me.matched_[me.side_] |= uint64_t{1} << row;
}

void Identification::keep_head(std::span<const uint8_t> bytes) noexcept {
  const size_t room = head_.size() - kept_;
  const size_t taken = std::min(room, bytes.size());
  std::copy_n(bytes.begin(), taken, head_.begin() + kept_);
  kept_ = static_cast<uint16_t>(kept_ + taken);
}

// The row matched on a side that it is about, and is confirmed where it must be.
bool Identification::shows(std::span<const IdentifyRecord> rows, size_t index) const noexcept {
  const IdentifyRecord& row = rows[index];
  const auto speaker = static_cast<Speaker>(row.side);
  uint64_t matched = speaker == Speaker::kEither ? matched_[0] | matched_[1]
                                                 : matched_[speaker == Speaker::kOpener ? 0 : 1];
  if ((matched >> index & 1) == 0) return false;
  if (row.confirmed == 0) return true;
  const Confirm confirm = confirm_of(static_cast<Protocol>(row.protocol));
  return confirm != nullptr && confirm({head_.data(), kept_});
}

void Identification::conclude(std::span<const IdentifyRecord> rows) noexcept {
  for (uint64_t left = matched_[0] | matched_[1]; left != 0; left &= left - 1) {
    const auto index = static_cast<size_t>(__builtin_ctzll(left));
    if (index >= rows.size()) return;  // of a database with other rows
    const IdentifyRecord& row = rows[index];
    bool whole = true;
    for (size_t i = 0; i < rows.size() && whole; ++i) {
      const bool together = i == index || (row.group != 0 && rows[i].protocol == row.protocol &&
                                           rows[i].group == row.group);
      whole = !together || shows(rows, i);
    }
    if (!whole) continue;
    protocol_ = static_cast<Protocol>(row.protocol);
    over_ = true;
    return;
  }
}

void Identification::feed(const IdentifyTable& table, size_t side, std::span<const uint8_t> bytes,
                          const Scratch& scratch) noexcept {
  if (over_ || bytes.empty()) return;
  if (side == 0) keep_head(bytes);
  const uint32_t left = kFirstBytes - std::min(seen_[side], kFirstBytes);
  const auto looked_at = bytes.first(std::min<size_t>(bytes.size(), left));
  seen_[side] += static_cast<uint32_t>(bytes.size());
  side_ = side;
  const bool sound = looked_at.empty() ||
                     streams_[side].scan(looked_at, scratch, {&Identification::on_match, this});
  conclude(table.rows);
  const bool seen_all = seen_[0] >= kFirstBytes && seen_[1] >= kFirstBytes;
  over_ |= !sound || seen_all || seen_[0] + uint64_t{seen_[1]} >= kGivenUpAfter;
}

}  // namespace bulkhead::match
