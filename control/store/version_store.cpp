// SPDX-License-Identifier: Apache-2.0
#include "store/version_store.h"

#include <algorithm>

namespace bulkhead::control {

namespace {

constexpr int64_t kSchemaVersion = 1;

constexpr const char* kSchema = R"sql(
CREATE TABLE versions (
  generation INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  applied_wall_ns INTEGER NOT NULL,
  digest BLOB NOT NULL,
  author TEXT NOT NULL,
  comment TEXT NOT NULL,
  refusal TEXT NOT NULL DEFAULT '',
  yaml TEXT NOT NULL
) STRICT;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counters VALUES ('last_generation', 0);
PRAGMA user_version = 1;
)sql";

Result<int64_t> one_number(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return std::move(statement).error();
  Result<bool> row = statement->step();
  if (!row) return std::move(row).error();
  return *row ? statement->number(0) : 0;
}

Result<std::string> one_text(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return std::move(statement).error();
  Result<bool> row = statement->step();
  if (!row) return std::move(row).error();
  return *row ? statement->text(0) : std::string{};
}

Version version_of(const Statement& row, bool with_yaml) {
  Version version;
  version.generation = static_cast<uint64_t>(row.number(0));
  version.state = static_cast<VersionState>(row.number(1));
  version.applied_wall_ns = row.number(2);
  const std::vector<uint8_t> digest = row.bytes(3);
  if (digest.size() == version.digest.size()) std::ranges::copy(digest, version.digest.begin());
  version.author = row.text(4);
  version.comment = row.text(5);
  version.refusal = row.text(6);
  version.policy_bytes = static_cast<uint64_t>(row.number(7));
  version.confirmation = static_cast<ConfirmationState>(row.number(8));
  if (with_yaml) version.yaml = row.text(9);
  return version;
}

}  // namespace

Result<std::unique_ptr<VersionStore>> VersionStore::open(const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<VersionStore> store{new VersionStore(std::move(*database))};
  if (Status ready = store->prepare_schema(path); !ready) return std::move(ready).error();
  return store;
}

Status VersionStore::prepare_schema(const std::string& path) {
  const std::string advice =
      path +
      " is damaged or is no store; restore it from a backup, or move it away to begin with an "
      "empty one (the dataplane keeps its last good policy)";
  Status opened = database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!opened) return Error{ErrorCode::kIo, advice + ": " + opened.error().sentence};
  Result<std::string> check = one_text(database_, "PRAGMA quick_check(1)");
  if (!check) return Error{ErrorCode::kIo, advice + ": " + check.error().sentence};
  if (*check != "ok") return Error{ErrorCode::kIo, advice + ": " + *check};
  Result<int64_t> schema = one_number(database_, "PRAGMA user_version");
  if (!schema) return std::move(schema).error().within(path);
  if (*schema > kSchemaVersion)
    return Error{ErrorCode::kUnsupported, path + " was written by a newer release (schema " +
                                              std::to_string(*schema) + "; this one knows " +
                                              std::to_string(kSchemaVersion) + ")"};
  if (*schema == kSchemaVersion) return make_further_tables();
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status made = database_.execute(kSchema); !made) return std::move(made).error().within(path);
  if (Status made = make_further_tables(); !made) return std::move(made).error().within(path);
  return transaction->commit();
}

Status VersionStore::make_further_tables() {
  if (Status made = make_confirmation_table(database_); !made) return made;
  if (Status made = make_fleet_table(database_); !made) return made;
  return make_grant_tables(database_);
}

Status VersionStore::keep_grants(const NewVersion& version, uint64_t generation) {
  for (const uint64_t grant : version.grants)
    if (Status done = attach_grant(database_, generation, grant); !done) return done;
  for (const StoredGrant& grant : version.new_grants) {
    Result<uint64_t> id = insert_grant(database_, grant);
    if (!id) return std::move(id).error();
    if (Status done = attach_grant(database_, generation, *id); !done) return done;
  }
  return {};
}

Result<uint64_t> VersionStore::begin(const NewVersion& version) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  Result<std::optional<Version>> now = current_unlocked(false);
  if (!now) return std::move(now).error();
  const uint64_t in_force = now->has_value() ? (*now)->generation : 0;
  if (version.expected_generation && *version.expected_generation != in_force)
    return Error{ErrorCode::kConflict,
                 "generation " + std::to_string(in_force) + " is in force, not " +
                     std::to_string(*version.expected_generation) +
                     ": somebody applied in between; read it, merge, and try again"};
  Result<int64_t> last =
      one_number(database_, "SELECT value FROM counters WHERE name = 'last_generation'");
  if (!last) return std::move(last).error();
  const uint64_t generation = static_cast<uint64_t>(*last) + 1;
  Result<Statement> insert = database_.prepare(
      "INSERT INTO versions (generation, state, applied_wall_ns, digest, author, comment, yaml) "
      "VALUES (?, ?, ?, x'', ?, ?, ?)");
  if (!insert) return std::move(insert).error();
  insert->bind(1, generation)
      .bind(2, static_cast<int64_t>(VersionState::kPending))
      .bind(3, version.applied_wall_ns)
      .bind(4, version.author)
      .bind(5, version.comment)
      .bind(6, version.yaml);
  if (Status done = insert->run(); !done) return std::move(done).error();
  Result<Statement> count =
      database_.prepare("UPDATE counters SET value = ? WHERE name = 'last_generation'");
  if (!count) return std::move(count).error();
  if (Status done = count->bind(1, generation).run(); !done) return std::move(done).error();
  if (Status done = keep_grants(version, generation); !done) return std::move(done).error();
  if (version.on_trial) {
    Confirmation trial = *version.on_trial;
    trial.generation = generation;
    if (Status done = insert_confirmation(database_, trial); !done) return std::move(done).error();
  }
  if (Status done = transaction->commit(); !done) return std::move(done).error();
  return generation;
}

Status VersionStore::set_digest(uint64_t generation, const Digest& digest) {
  const std::lock_guard lock(mutex_);
  Result<Statement> update =
      database_.prepare("UPDATE versions SET digest = ? WHERE generation = ?");
  if (!update) return std::move(update).error();
  return update->bind(1, std::span<const uint8_t>(digest)).bind(2, generation).run();
}

Status VersionStore::obeyed(uint64_t generation, const InTransaction& also) {
  return set_state(generation, VersionState::kObeyed, "", also);
}

Status VersionStore::stored(uint64_t generation, const InTransaction& also) {
  return set_state(generation, VersionState::kStored, "", also);
}

Status VersionStore::refused(uint64_t generation, const std::string& reason,
                             const InTransaction& also) {
  return set_state(generation, VersionState::kRefused, reason, also);
}

Status VersionStore::set_state(uint64_t generation, VersionState state, const std::string& refusal,
                               const InTransaction& also) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  Result<Statement> update =
      database_.prepare("UPDATE versions SET state = ?, refusal = ? WHERE generation = ?");
  if (!update) return std::move(update).error();
  update->bind(1, static_cast<int64_t>(state)).bind(2, refusal).bind(3, generation);
  if (Status done = update->run(); !done) return done;
  if (also)
    if (Status done = also(database_); !done) return done;
  Status settled =
      state == VersionState::kRefused
          ? delete_confirmation(database_, generation)
          : settle_older_confirmations(database_, generation, ConfirmationState::kSuperseded);
  if (!settled) return settled;
  return transaction->commit();
}

Status VersionStore::change(const InTransaction& what) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status done = what(database_); !done) return done;
  return transaction->commit();
}

Result<std::vector<StoredGrant>> VersionStore::grants_of(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  return control::grants_of(database_, generation);
}

Result<std::vector<StoredGrant>> VersionStore::list_grants(uint64_t generation, size_t limit) {
  const std::lock_guard lock(mutex_);
  return control::list_grants(database_, generation, limit);
}

Result<uint64_t> VersionStore::find_grant(const std::string& name, const std::string& author,
                                          int64_t added_wall_ns) {
  const std::lock_guard lock(mutex_);
  return control::find_grant(database_, name, author, added_wall_ns);
}

Result<FleetPlace> VersionStore::fleet_place() {
  const std::lock_guard lock(mutex_);
  return control::fleet_place(database_);
}

Result<std::optional<Confirmation>> VersionStore::pending_confirmation() {
  const std::lock_guard lock(mutex_);
  return control::pending_confirmation(database_);
}

Result<std::vector<Version>> VersionStore::select(const std::string& where, uint64_t parameter,
                                                  size_t limit, bool with_yaml) {
  Result<Statement> rows = database_.prepare(
      "SELECT generation, state, applied_wall_ns, digest, author, comment, refusal, "
      "length(CAST(yaml AS BLOB)), (SELECT state FROM confirmations c WHERE c.generation = "
      "versions.generation)" +
      std::string(with_yaml ? ", yaml" : "") + " FROM versions WHERE " + where +
      " ORDER BY generation DESC LIMIT ?2");
  if (!rows) return std::move(rows).error();
  rows->bind(1, parameter).bind(2, uint64_t{limit});
  std::vector<Version> versions;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return versions;
    versions.push_back(version_of(*rows, with_yaml));
  }
}

Result<std::optional<Version>> VersionStore::current_unlocked(bool with_yaml) {
  static_assert(static_cast<int>(VersionState::kObeyed) == 2);
  static_assert(static_cast<int>(VersionState::kStored) == 3);
  Result<std::vector<Version>> found = select("state IN (2, 3) AND ?1 = 0", 0, 1, with_yaml);
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<Version>{};
  return std::optional<Version>{std::move(found->front())};
}

Result<std::optional<Version>> VersionStore::current(bool with_yaml) {
  const std::lock_guard lock(mutex_);
  return current_unlocked(with_yaml);
}

uint64_t VersionStore::current_generation() {
  const std::lock_guard lock(mutex_);
  Result<std::optional<Version>> current = current_unlocked(false);
  return current && current->has_value() ? (*current)->generation : 0;
}

VersionState VersionStore::current_state() {
  const std::lock_guard lock(mutex_);
  Result<std::optional<Version>> current = current_unlocked(false);
  return current && current->has_value() ? (*current)->state : VersionState::kUnspecified;
}

Result<std::optional<Version>> VersionStore::get(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  Result<std::vector<Version>> found = select("generation = ?1", generation, 1, true);
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<Version>{};
  return std::optional<Version>{std::move(found->front())};
}

Result<std::vector<Version>> VersionStore::pending() {
  const std::lock_guard lock(mutex_);
  return select("state = ?1", static_cast<uint64_t>(VersionState::kPending), 1000, true);
}

Result<std::vector<Version>> VersionStore::history(size_t limit, uint64_t before) {
  const std::lock_guard lock(mutex_);
  return select(before == 0 ? "?1 = 0" : "generation < ?1", before, limit, false);
}

Status VersionStore::raise_generation(uint64_t at_least) {
  const std::lock_guard lock(mutex_);
  Result<Statement> update =
      database_.prepare("UPDATE counters SET value = max(value, ?) WHERE name = 'last_generation'");
  if (!update) return std::move(update).error();
  return update->bind(1, at_least).run();
}

}  // namespace bulkhead::control
