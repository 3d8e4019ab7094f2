// SPDX-License-Identifier: Apache-2.0
#include "store/trust_store.h"

#include <algorithm>

namespace bulkhead::trust {

namespace {

using control::Database;
using control::Statement;
using control::Transaction;

constexpr int64_t kSchemaVersion = 1;

// The file may be shared, so user_version is not ours: the version is a row.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS trust_numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO trust_numbers VALUES ('schema', 1);
CREATE TABLE IF NOT EXISTS deny_records (
  signer BLOB NOT NULL,
  number INTEGER NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (signer, number)
) STRICT;
CREATE TABLE IF NOT EXISTS known_peers (
  id TEXT NOT NULL,
  key BLOB NOT NULL,
  not_before INTEGER NOT NULL,
  first_verified INTEGER NOT NULL,
  last_verified INTEGER NOT NULL,
  PRIMARY KEY (id, key)
) STRICT;
)sql";

std::span<const uint8_t> view(const identity::SpkiDigest& digest) {
  return digest.bytes;
}
identity::SpkiDigest digest_at(const Statement& row, int at) {
  identity::SpkiDigest digest;
  const std::vector<uint8_t> bytes = row.bytes(at);
  if (bytes.size() == digest.bytes.size()) std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

Result<int64_t> number_named(Database& database, std::string_view name) {
  Result<Statement> row = database.prepare("SELECT value FROM trust_numbers WHERE name = ?");
  if (!row) return std::move(row).error();
  Result<bool> there = row->bind(1, name).step();
  if (!there) return std::move(there).error();
  return *there ? row->number(0) : 0;
}

KnownPeer peer_of(const Statement& row) {
  return KnownPeer{row.text(0), digest_at(row, 1), row.number(2), row.number(3), row.number(4)};
}

}  // namespace

Result<std::unique_ptr<TrustStore>> TrustStore::open(const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<TrustStore> store{new TrustStore(std::move(*database))};
  if (Status ready = store->prepare_schema(path); !ready)
    return std::move(ready).error().within(path);
  return store;
}

Status TrustStore::prepare_schema(const std::string& path) {
  Status opened = database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!opened)
    return Error{ErrorCode::kIo,
                 path +
                     " is damaged or is no store; restore it from a backup (without "
                     "it, denied certificates would be believed again): " +
                     opened.error().sentence};
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status made = database_.execute(kSchema); !made) return made;
  Result<int64_t> schema = number_named(database_, "schema");
  if (!schema) return std::move(schema).error();
  if (*schema > kSchemaVersion)
    return Error{ErrorCode::kUnsupported, "written by a newer release (trust schema " +
                                              std::to_string(*schema) + "; this one knows " +
                                              std::to_string(kSchemaVersion) + ")"};
  return transaction->commit();
}

Result<std::vector<StoredDeny>> TrustStore::deny_records() {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows =
      database_.prepare("SELECT signer, number, record FROM deny_records ORDER BY signer, number");
  if (!rows) return std::move(rows).error();
  std::vector<StoredDeny> records;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return records;
    records.push_back(
        {digest_at(*rows, 0), static_cast<uint64_t>(rows->number(1)), rows->bytes(2)});
  }
}

Status TrustStore::add_deny_record(const StoredDeny& record) {
  const std::lock_guard lock(mutex_);
  Result<Statement> insert =
      database_.prepare("INSERT INTO deny_records (signer, number, record) VALUES (?, ?, ?)");
  if (!insert) return std::move(insert).error();
  return insert->bind(1, view(record.signer))
      .bind(2, record.number)
      .bind(3, std::span<const uint8_t>(record.bytes))
      .run();
}

Result<std::time_t> TrustStore::time_floor() {
  const std::lock_guard lock(mutex_);
  Result<int64_t> floor = number_named(database_, "time_floor");
  if (!floor) return std::move(floor).error();
  return std::time_t{*floor};
}

Status TrustStore::raise_time_floor(std::time_t floor) {
  const std::lock_guard lock(mutex_);
  Result<Statement> update = database_.prepare(
      "INSERT INTO trust_numbers VALUES ('time_floor', ?1) "
      "ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)");
  if (!update) return std::move(update).error();
  return update->bind(1, int64_t{floor}).run();
}

Status TrustStore::forget_time_floor() {
  const std::lock_guard lock(mutex_);
  return database_.execute("DELETE FROM trust_numbers WHERE name = 'time_floor'");
}

Result<std::vector<KnownPeer>> TrustStore::known_peers(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows = database_.prepare(
      "SELECT id, key, not_before, first_verified, last_verified FROM known_peers WHERE id = ? "
      "ORDER BY not_before DESC, last_verified DESC");
  if (!rows) return std::move(rows).error();
  rows->bind(1, id);
  std::vector<KnownPeer> peers;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return peers;
    peers.push_back(peer_of(*rows));
  }
}

Status TrustStore::remember_peer(const KnownPeer& peer) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  Result<Statement> insert = database_.prepare(
      "INSERT INTO known_peers VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id, key) DO UPDATE SET "
      "not_before = max(not_before, ?3), last_verified = ?5");
  if (!insert) return std::move(insert).error();
  insert->bind(1, peer.id).bind(2, view(peer.key)).bind(3, int64_t{peer.not_before});
  insert->bind(4, int64_t{peer.first_verified}).bind(5, int64_t{peer.last_verified});
  if (Status done = insert->run(); !done) return done;
  Result<Statement> prune = database_.prepare(
      "DELETE FROM known_peers WHERE id = ?1 AND key NOT IN (SELECT key FROM known_peers "
      "WHERE id = ?1 ORDER BY not_before DESC, last_verified DESC LIMIT ?2)");
  if (!prune) return std::move(prune).error();
  if (Status done = prune->bind(1, peer.id).bind(2, uint64_t{kKeysPerPeer}).run(); !done)
    return done;
  return transaction->commit();
}

}  // namespace bulkhead::trust
