// SPDX-License-Identifier: Apache-2.0
#include "store/order_changes.h"

namespace bulkhead::control {

namespace {

using fleet::Order;
using fleet::OrderKind;

// key_scope, key_detail: of the register (fleet::key_of). seen: the sequence that the fleet is
// known to have.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS order_changes (
  kind INTEGER NOT NULL, key_scope INTEGER NOT NULL, name TEXT NOT NULL, key_detail TEXT NOT NULL,
  scope INTEGER NOT NULL, detail TEXT NOT NULL, until INTEGER NOT NULL, ended INTEGER NOT NULL,
  sequence INTEGER NOT NULL, seen INTEGER NOT NULL, shared INTEGER NOT NULL,
  author TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (kind, key_scope, name, key_detail)
) STRICT;
)sql";

constexpr const char* kOfRegister =
    " WHERE kind = ?1 AND key_scope = ?2 AND name = ?3 AND key_detail = ?4";

void bind_key(Statement& row, const Order& order) {
  const auto [kind, scope, name, detail] = fleet::key_of(order);
  row.bind(1, static_cast<uint64_t>(kind)).bind(2, uint64_t{scope}).bind(3, name).bind(4, detail);
}

Result<uint64_t> seen(Database& database, const Order& order) {
  auto row = database.prepare(std::string("SELECT seen FROM order_changes") + kOfRegister);
  if (!row) return std::move(row).error();
  bind_key(*row, order);
  const auto there = row->step();
  if (!there) return there.error();
  return *there ? static_cast<uint64_t>(row->number(0)) : uint64_t{0};
}

Status write(Database& database, const Order& order, uint64_t seen, bool shared) {
  auto row = database.prepare(
      "INSERT OR REPLACE INTO order_changes VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
  if (!row) return std::move(row).error();
  bind_key(*row, order);
  row->bind(5, uint64_t{order.scope}).bind(6, order.detail).bind(7, order.until_wall_ns);
  row->bind(8, uint64_t{order.ended}).bind(9, order.sequence).bind(10, seen);
  row->bind(11, uint64_t{shared}).bind(12, order.author).bind(13, order.reason);
  return row->bind(14, order.at_wall_ns).run();
}

}  // namespace

Order change_of(const LockOrder& order) {
  Order out;
  out.kind = OrderKind::kLock;
  out.scope = static_cast<uint8_t>(order.scope);
  out.name = order.name;
  out.author = order.by.author;
  out.reason = order.by.reason;
  out.at_wall_ns = order.by.at_wall_ns;
  return out;
}

Order change_of(const IslandOrder& order) {
  Order out = change_of(LockOrder{order.scope, order.name, order.by});
  out.kind = OrderKind::kIsland;
  out.detail = order.of;
  return out;
}

Order change_of(const PostureOrder& order) {
  Order out;
  out.kind = OrderKind::kPosture;
  out.name = order.identity;
  out.detail = order.attribute;
  out.until_wall_ns = order.until_wall_ns;
  out.author = order.author;
  return out;
}

Status make_change_table(Database& database) {
  return database.execute(kSchema);
}

Status note_change(Database& database, Order order) {
  const auto known = seen(database, order);
  if (!known) return known.error();
  order.sequence = *known + 1;
  return write(database, order, *known, false);
}

Status note_change_if_none(Database& database, const Order& order) {
  auto row = database.prepare(std::string("SELECT 1 FROM order_changes") + kOfRegister);
  if (!row) return std::move(row).error();
  bind_key(*row, order);
  const auto there = row->step();
  if (!there) return there.error();
  return *there ? Status{} : note_change(database, order);
}

Status keep_change(Database& database, const Order& order, bool shared) {
  return write(database, order, order.sequence, shared);
}

Status share_change(Database& database, const Order& order) {
  auto row = database.prepare(
      std::string("UPDATE order_changes SET sequence = ?5, seen = ?5, shared = 1") + kOfRegister +
      " AND ended = ?6 AND at = ?7 AND author = ?8 AND until = ?9");
  if (!row) return std::move(row).error();
  bind_key(*row, order);
  row->bind(5, order.sequence).bind(6, uint64_t{order.ended}).bind(7, order.at_wall_ns);
  return row->bind(8, order.author).bind(9, order.until_wall_ns).run();
}

Result<std::vector<OrderStore::Change>> order_changes(Database& database) {
  auto rows = database.prepare(
      "SELECT kind, scope, name, detail, until, ended, sequence, author, reason, at, shared "
      "FROM order_changes");
  if (!rows) return std::move(rows).error();
  std::vector<OrderStore::Change> out;
  for (;;) {
    const auto there = rows->step();
    if (!there) return there.error();
    if (!*there) return out;
    Order order;
    order.kind = static_cast<OrderKind>(rows->number(0));
    order.scope = static_cast<uint8_t>(rows->number(1));
    order.name = rows->text(2);
    order.detail = rows->text(3);
    order.until_wall_ns = rows->number(4);
    order.ended = rows->number(5) != 0;
    order.sequence = static_cast<uint64_t>(rows->number(6));
    order.author = rows->text(7);
    order.reason = rows->text(8);
    order.at_wall_ns = rows->number(9);
    out.push_back({std::move(order), rows->number(10) != 0});
  }
}

}  // namespace bulkhead::control
