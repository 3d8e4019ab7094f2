// SPDX-License-Identifier: Apache-2.0
// The last change of each order, as a fleet is told: rows changed in the transactions of
// OrderStore.
#pragma once

#include <vector>

#include "store/order_store.h"

namespace bulkhead::control {

fleet::Order change_of(const LockOrder& order);
fleet::Order change_of(const IslandOrder& order);
fleet::Order change_of(const PostureOrder& order);

Status make_change_table(Database& database);
// Ordered here: not shared, and one above what the fleet has seen.
Status note_change(Database& database, fleet::Order order);
// The same, if the register has no change yet.
Status note_change_if_none(Database& database, const fleet::Order& order);
// As it is.
Status keep_change(Database& database, const fleet::Order& order, bool shared);
// Shared, under its sequence, unless it is another change by now.
Status share_change(Database& database, const fleet::Order& order);
Result<std::vector<OrderStore::Change>> order_changes(Database& database);

}  // namespace bulkhead::control
