// SPDX-License-Identifier: Apache-2.0
#include "store/grant_rows.h"

namespace bulkhead::control {

namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS grants (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  yaml TEXT NOT NULL,
  author TEXT NOT NULL,
  added_wall_ns INTEGER NOT NULL,
  until_wall_ns INTEGER NOT NULL,
  ended_wall_ns INTEGER NOT NULL DEFAULT 0,
  ended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS version_grants (
  generation INTEGER NOT NULL,
  grant_id INTEGER NOT NULL,
  PRIMARY KEY (generation, grant_id)
) STRICT;
)sql";

constexpr const char* kColumns =
    "SELECT id, name, yaml, author, added_wall_ns, until_wall_ns, ended_wall_ns, ended_by, "
    "EXISTS (SELECT 1 FROM version_grants v WHERE v.generation = ?1 AND v.grant_id = id) AS now "
    "FROM grants ";

StoredGrant grant_of(const Statement& row) {
  return {static_cast<uint64_t>(row.number(0)),
          row.text(1),
          row.text(2),
          row.text(3),
          row.number(4),
          row.number(5),
          row.number(6),
          row.text(7),
          row.number(8) != 0};
}

Result<std::vector<StoredGrant>> select(Database& database, const char* rest, uint64_t generation,
                                        uint64_t limit) {
  Result<Statement> rows = database.prepare(std::string(kColumns) + rest);
  if (!rows) return std::move(rows).error();
  rows->bind(1, generation).bind(2, limit);
  std::vector<StoredGrant> grants;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return grants;
    grants.push_back(grant_of(*rows));
  }
}

}  // namespace

Status make_grant_tables(Database& database) {
  return database.execute(kSchema);
}

Result<uint64_t> insert_grant(Database& database, const StoredGrant& grant) {
  Result<Statement> row = database.prepare(
      "INSERT INTO grants (name, yaml, author, added_wall_ns, until_wall_ns) VALUES (?, ?, ?, ?, "
      "?) RETURNING id");
  if (!row) return std::move(row).error();
  row->bind(1, grant.name).bind(2, grant.yaml).bind(3, grant.author);
  Result<bool> made = row->bind(4, grant.added_wall_ns).bind(5, grant.until_wall_ns).step();
  if (!made) return std::move(made).error();
  return static_cast<uint64_t>(row->number(0));
}

Status attach_grant(Database& database, uint64_t generation, uint64_t grant) {
  Result<Statement> row = database.prepare("INSERT INTO version_grants VALUES (?, ?)");
  if (!row) return std::move(row).error();
  return row->bind(1, generation).bind(2, grant).run();
}

Status end_grant(Database& database, uint64_t grant, int64_t wall_ns, const std::string& by) {
  Result<Statement> row =
      database.prepare("UPDATE grants SET ended_wall_ns = ?, ended_by = ? WHERE id = ?");
  if (!row) return std::move(row).error();
  return row->bind(1, wall_ns).bind(2, by).bind(3, grant).run();
}

Result<uint64_t> find_grant(Database& database, const std::string& name, const std::string& author,
                            int64_t added_wall_ns) {
  Result<Statement> row = database.prepare(
      "SELECT id FROM grants WHERE name = ? AND author = ? AND added_wall_ns = ? AND ended_wall_ns "
      "= "
      "0 ORDER BY id LIMIT 1");
  if (!row) return std::move(row).error();
  Result<bool> there = row->bind(1, name).bind(2, author).bind(3, added_wall_ns).step();
  if (!there) return std::move(there).error();
  return *there ? static_cast<uint64_t>(row->number(0)) : uint64_t{0};
}

Result<std::vector<StoredGrant>> grants_of(Database& database, uint64_t generation) {
  return select(database, "WHERE now ORDER BY name LIMIT ?2", generation, 1u << 20);
}

Result<std::vector<StoredGrant>> list_grants(Database& database, uint64_t generation,
                                             uint64_t limit) {
  return select(database, "ORDER BY id DESC LIMIT ?2", generation, limit);
}

}  // namespace bulkhead::control
