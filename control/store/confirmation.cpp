// SPDX-License-Identifier: Apache-2.0
#include "store/confirmation.h"

namespace bulkhead::control {

namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS confirmations (
  generation INTEGER PRIMARY KEY,
  former INTEGER NOT NULL,
  deadline_wall_ns INTEGER NOT NULL,
  window_ns INTEGER NOT NULL,
  state INTEGER NOT NULL
) STRICT;
)sql";

static_assert(static_cast<int>(ConfirmationState::kPending) == 1);

Status run(Database& database, std::string_view sql, uint64_t first, uint64_t second) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return std::move(statement).error();
  return statement->bind(1, first).bind(2, second).run();
}

}  // namespace

Status make_confirmation_table(Database& database) {
  return database.execute(kSchema);
}

Status insert_confirmation(Database& database, const Confirmation& confirmation) {
  Result<Statement> row = database.prepare("INSERT INTO confirmations VALUES (?, ?, ?, ?, 1)");
  if (!row) return std::move(row).error();
  row->bind(1, confirmation.generation).bind(2, confirmation.former);
  return row->bind(3, confirmation.deadline_wall_ns).bind(4, confirmation.window_ns).run();
}

Result<std::optional<Confirmation>> pending_confirmation(Database& database) {
  Result<Statement> row = database.prepare(
      "SELECT c.generation, c.former, c.deadline_wall_ns, c.window_ns FROM confirmations c "
      "JOIN versions v ON v.generation = c.generation WHERE c.state = 1 AND v.state IN (2, 3) "
      "ORDER BY c.generation DESC LIMIT 1");
  if (!row) return std::move(row).error();
  Result<bool> there = row->step();
  if (!there) return std::move(there).error();
  if (!*there) return std::optional<Confirmation>{};
  return std::optional<Confirmation>{
      Confirmation{static_cast<uint64_t>(row->number(0)), static_cast<uint64_t>(row->number(1)),
                   row->number(2), static_cast<uint64_t>(row->number(3))}};
}

Status settle_confirmation(Database& database, uint64_t generation, ConfirmationState state) {
  return run(database, "UPDATE confirmations SET state = ?2 WHERE generation = ?1 AND state = 1",
             generation, static_cast<uint64_t>(state));
}

Status settle_older_confirmations(Database& database, uint64_t generation,
                                  ConfirmationState state) {
  return run(database, "UPDATE confirmations SET state = ?2 WHERE generation < ?1 AND state = 1",
             generation, static_cast<uint64_t>(state));
}

Status delete_confirmation(Database& database, uint64_t generation) {
  return run(database, "DELETE FROM confirmations WHERE generation = ?1 AND ?2 = 0", generation, 0);
}

Status move_confirmation(Database& database, uint64_t from, uint64_t to) {
  return run(database,
             "UPDATE confirmations SET generation = ?2 WHERE generation = ?1 AND state = 1", from,
             to);
}

}  // namespace bulkhead::control
