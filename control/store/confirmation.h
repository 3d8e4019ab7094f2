// SPDX-License-Identifier: Apache-2.0
// What was applied on trial: a version that its operator must confirm in time, else control puts
// the former one back. Rows beside the versions, changed in the transactions of VersionStore.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "store/sqlite.h"

namespace bulkhead::control {

enum class ConfirmationState : uint8_t {
  kNone = 0,    // applied for good
  kPending,     // awaits its confirmation
  kConfirmed,   // in time
  kRolledBack,  // the former version was put back
  kSuperseded,  // another version took its place before
};

struct Confirmation {
  uint64_t generation = 0;
  uint64_t former = 0;           // generation that is put back: the last that was not on trial
  int64_t deadline_wall_ns = 0;  // for a control that starts again
  uint64_t window_ns = 0;
};

Status make_confirmation_table(Database& database);
Status insert_confirmation(Database& database, const Confirmation& confirmation);
// Of a version that is current; at most one is pending there.
Result<std::optional<Confirmation>> pending_confirmation(Database& database);
Status settle_confirmation(Database& database, uint64_t generation, ConfirmationState state);
// Those still pending of versions older than `generation`, which is now in their place.
Status settle_older_confirmations(Database& database, uint64_t generation, ConfirmationState state);
Status delete_confirmation(Database& database, uint64_t generation);
// The same version under a new number.
Status move_confirmation(Database& database, uint64_t from, uint64_t to);

}  // namespace bulkhead::control
