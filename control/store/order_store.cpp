// SPDX-License-Identifier: Apache-2.0
#include "store/order_store.h"

#include <algorithm>

#include "store/order_changes.h"

namespace bulkhead::control {

namespace {

constexpr int64_t kSchemaVersion = 1;

// The file is shared, so user_version is not ours: the version is a row.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS order_numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO order_numbers VALUES ('schema', 1), ('overlay', 0);
CREATE TABLE IF NOT EXISTS lock_orders (
  scope INTEGER NOT NULL,
  name TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (scope, name)
) STRICT;
CREATE TABLE IF NOT EXISTS island_orders (
  name TEXT PRIMARY KEY,
  scope INTEGER NOT NULL,
  inside TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS posture_orders (
  identity TEXT NOT NULL,
  attribute TEXT NOT NULL,
  until INTEGER NOT NULL,
  author TEXT NOT NULL,
  PRIMARY KEY (identity, attribute)
) STRICT;
)sql";

Result<int64_t> number_named(Database& database, std::string_view name) {
  Result<Statement> row = database.prepare("SELECT value FROM order_numbers WHERE name = ?");
  if (!row) return std::move(row).error();
  Result<bool> there = row->bind(1, name).step();
  if (!there) return std::move(there).error();
  return *there ? row->number(0) : 0;
}

// Calls take(row) for each row.
template <typename Take>
Status each_row(Database& database, std::string_view sql, Take&& take) {
  Result<Statement> rows = database.prepare(sql);
  if (!rows) return std::move(rows).error();
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return {};
    take(*rows);
  }
}

OrderScope scope_at(const Statement& row, int at) {
  return static_cast<OrderScope>(row.number(at));
}

uint64_t code(OrderScope scope) {
  return static_cast<uint64_t>(scope);
}

// Runs a DELETE with RETURNING.
Status removed(Statement& statement, const std::string& what) {
  Result<bool> there = statement.step();
  if (!there) return std::move(there).error();
  if (!*there) return Error{ErrorCode::kNotFound, what + " is not there"};
  return statement.run();
}

}  // namespace

Result<std::unique_ptr<OrderStore>> OrderStore::open(const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<OrderStore> store{new OrderStore(std::move(*database))};
  if (Status ready = store->prepare_schema(path); !ready)
    return std::move(ready).error().within(path);
  return store;
}

Status OrderStore::prepare_schema(const std::string& path) {
  Status opened = database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!opened)
    return Error{ErrorCode::kIo, path +
                                     " is damaged or is no store; restore it from a backup "
                                     "(without it, what is locked would be open again): " +
                                     opened.error().sentence};
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status made = database_.execute(kSchema); !made) return made;
  if (Status made = make_change_table(database_); !made) return made;
  Result<int64_t> schema = number_named(database_, "schema");
  if (!schema) return std::move(schema).error();
  if (*schema > kSchemaVersion)
    return Error{ErrorCode::kUnsupported, "written by a newer release (order schema " +
                                              std::to_string(*schema) + "; this one knows " +
                                              std::to_string(kSchemaVersion) + ")"};
  if (Status done = note_older(); !done) return done;
  return transaction->commit();
}

// Orders of releases that kept no changes.
Status OrderStore::note_older() {
  const auto orders = read_all();
  if (!orders) return orders.error();
  Status done;
  const auto note = [&](const auto& order) {
    if (done) done = note_change_if_none(database_, change_of(order));
  };
  std::ranges::for_each(orders->locks, note);
  std::ranges::for_each(orders->islands, note);
  std::ranges::for_each(orders->posture, note);
  return done;
}

Result<Orders> OrderStore::all() {
  const std::lock_guard lock(mutex_);
  return read_all();
}

Result<Orders> OrderStore::read_all() {
  Orders out;
  Status read = each_row(
      database_, "SELECT scope, name, author, reason, at FROM lock_orders ORDER BY scope, name",
      [&](const Statement& row) {
        out.locks.push_back(
            {scope_at(row, 0), row.text(1), {row.text(2), row.text(3), row.number(4)}});
      });
  if (read)
    read =
        each_row(database_,
                 "SELECT name, scope, inside, author, reason, at FROM island_orders ORDER BY name",
                 [&](const Statement& row) {
                   out.islands.push_back({row.text(0),
                                          scope_at(row, 1),
                                          row.text(2),
                                          {row.text(3), row.text(4), row.number(5)}});
                 });
  if (read)
    read = each_row(database_,
                    "SELECT identity, attribute, until, author FROM posture_orders "
                    "ORDER BY identity, attribute",
                    [&](const Statement& row) {
                      out.posture.push_back({row.text(0), row.text(1), row.number(2), row.text(3)});
                    });
  if (!read) return std::move(read).error();
  return out;
}

// `change`, as one transaction.
Status OrderStore::within(const std::function<Status()>& change) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status done = change(); !done) return done;
  return transaction->commit();
}

Status OrderStore::insert(const LockOrder& order) {
  auto row = prepared("INSERT OR REPLACE INTO lock_orders VALUES (?, ?, ?, ?, ?)");
  if (!row) return std::move(row).error();
  return row->bind(1, code(order.scope))
      .bind(2, order.name)
      .bind(3, order.by.author)
      .bind(4, order.by.reason)
      .bind(5, order.by.at_wall_ns)
      .run();
}

Status OrderStore::insert(const IslandOrder& order) {
  auto row = prepared("INSERT OR REPLACE INTO island_orders VALUES (?, ?, ?, ?, ?, ?)");
  if (!row) return std::move(row).error();
  return row->bind(1, order.name)
      .bind(2, code(order.scope))
      .bind(3, order.of)
      .bind(4, order.by.author)
      .bind(5, order.by.reason)
      .bind(6, order.by.at_wall_ns)
      .run();
}

Status OrderStore::insert(const PostureOrder& order) {
  auto row = prepared("INSERT OR REPLACE INTO posture_orders VALUES (?, ?, ?, ?)");
  if (!row) return std::move(row).error();
  return row->bind(1, order.identity)
      .bind(2, order.attribute)
      .bind(3, order.until_wall_ns)
      .bind(4, order.author)
      .run();
}

Status OrderStore::put(const LockOrder& order) {
  return within([&] {
    Status done = insert(order);
    return done ? note_change(database_, change_of(order)) : std::move(done);
  });
}

Status OrderStore::put(const IslandOrder& order) {
  return within([&] {
    Status done = insert(order);
    return done ? note_change(database_, change_of(order)) : std::move(done);
  });
}

Status OrderStore::put(const PostureOrder& order) {
  return within([&] {
    Status done = insert(order);
    return done ? note_change(database_, change_of(order)) : std::move(done);
  });
}

// Of a lock or an island. kNotFound.
Status OrderStore::erase(const fleet::Order& order) {
  const bool lock = order.kind == fleet::OrderKind::kLock;
  auto row = prepared(lock ? "DELETE FROM lock_orders WHERE name = ? AND scope = ? RETURNING name"
                           : "DELETE FROM island_orders WHERE name = ? RETURNING name");
  if (!row) return std::move(row).error();
  row->bind(1, order.name);
  if (lock) row->bind(2, uint64_t{order.scope});
  return removed(*row, (lock ? "a lock of '" : "an island '") + order.name + '\'');
}

Status OrderStore::remove_lock(OrderScope scope, const std::string& name, const Ordered& by) {
  return within([&] {
    fleet::Order order = change_of(LockOrder{scope, name, by});
    order.ended = true;
    Status done = erase(order);
    return done ? note_change(database_, order) : std::move(done);
  });
}

Status OrderStore::remove_island(const std::string& name, const Ordered& by) {
  return within([&] {
    fleet::Order order = change_of(IslandOrder{name, OrderScope::kGateway, {}, by});
    order.ended = true;
    Status done = erase(order);
    return done ? note_change(database_, order) : std::move(done);
  });
}

Result<std::vector<OrderStore::Change>> OrderStore::changes() {
  const std::lock_guard lock(mutex_);
  return order_changes(database_);
}

Status OrderStore::adopt(const fleet::Order& order) {
  return within([&]() -> Status {
    Status done;
    const Ordered by{order.author + " at " + order.gateway, order.reason, order.at_wall_ns};
    const auto scope = static_cast<OrderScope>(order.scope);
    if (order.ended) {
      done = erase(order);
      if (!done && done.error().code == ErrorCode::kNotFound) done = Status{};
    } else if (order.kind == fleet::OrderKind::kLock) {
      done = insert(LockOrder{scope, order.name, by});
    } else if (order.kind == fleet::OrderKind::kIsland) {
      done = insert(IslandOrder{order.name, scope, order.detail, by});
    } else {
      done = insert(PostureOrder{order.name, order.detail, order.until_wall_ns, by.author});
    }
    return done ? keep_change(database_, order, true) : std::move(done);
  });
}

Status OrderStore::mark_shared(const fleet::Order& order) {
  return within([&] { return share_change(database_, order); });
}

Status OrderStore::forget_posture(int64_t until_wall_ns) {
  const std::lock_guard lock(mutex_);
  auto statement = prepared("DELETE FROM posture_orders WHERE until <= ?");
  if (!statement) return std::move(statement).error();
  return statement->bind(1, until_wall_ns).run();
}

Result<uint64_t> OrderStore::next_number(uint64_t above) {
  const std::lock_guard lock(mutex_);
  auto statement = prepared(
      "UPDATE order_numbers SET value = max(value, ?) + 1 WHERE name = 'overlay' RETURNING value");
  if (!statement) return std::move(statement).error();
  Result<bool> row = statement->bind(1, above).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kInternal, "the store has lost the number of its overlays"};
  const auto number = static_cast<uint64_t>(statement->number(0));
  if (Status done = statement->run(); !done) return std::move(done).error();
  return number;
}

}  // namespace bulkhead::control
