// SPDX-License-Identifier: Apache-2.0
#include "store/audit_log.h"

#include <algorithm>

namespace bulkhead::control {

namespace {

// The triggers keep our own code from a mistake; the chain is against everybody else.
constexpr const char* kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
CREATE TABLE IF NOT EXISTS audit (
  number INTEGER PRIMARY KEY,
  wall_ns INTEGER NOT NULL,
  actor TEXT NOT NULL,
  authentication TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL,
  details TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_cut BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
)sql";

void copy_hash(const std::vector<uint8_t>& bytes, AuditHash& out) {
  if (bytes.size() == out.size()) std::ranges::copy(bytes, out.begin());
}

Result<bool> any_entry(Database& database) {
  Result<Statement> row = database.prepare("SELECT 1 FROM audit LIMIT 1");
  if (!row) return std::move(row).error();
  return row->step();
}

Status insert(Database& database, const AuditEntry& entry) {
  Result<Statement> row = database.prepare(std::string("INSERT INTO audit (") + kAuditColumns +
                                           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!row) return std::move(row).error();
  const AuditRecord& record = entry.record;
  row->bind(1, entry.number).bind(2, record.wall_ns).bind(3, record.actor);
  row->bind(4, record.authentication).bind(5, record.action).bind(6, record.object);
  row->bind(7, record.outcome).bind(8, record.details);
  return row->bind(9, std::span<const uint8_t>(entry.hash)).run();
}

}  // namespace

AuditEntry entry_of(const Statement& row) {
  AuditEntry entry;
  entry.number = static_cast<uint64_t>(row.number(0));
  entry.record = {row.number(1), row.text(2), row.text(3), row.text(4),
                  row.text(5),   row.text(6), row.text(7)};
  copy_hash(row.bytes(8), entry.hash);
  return entry;
}

Result<KeptHead> read_head(Database& database) {
  Result<Statement> row = database.prepare("SELECT count, hash, signature FROM audit_head");
  if (!row) return std::move(row).error();
  Result<bool> there = row->step();
  if (!there) return std::move(there).error();
  KeptHead kept;
  if (!*there) return kept;
  kept.head.count = static_cast<uint64_t>(row->number(0));
  copy_hash(row->bytes(1), kept.head.hash);
  kept.signature = row->bytes(2);
  return kept;
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, Signer signer) {
  Result<Database> database = Database::open(path);
  if (!database) return std::move(database).error();
  if (Status made = database->execute(kSchema); !made)
    return std::move(made).error().within("audit log in " + path);
  return std::unique_ptr<AuditLog>{new AuditLog(std::move(*database), std::move(signer))};
}

Status AuditLog::append(const AuditRecord& record) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status done = append_within(database_, record); !done) return done;
  return transaction->commit();
}

Status AuditLog::append_within(Database& database, const AuditRecord& record) const {
  Result<KeptHead> kept = read_head(database);
  if (!kept) return std::move(kept).error().within("audit log");
  Result<bool> any = any_entry(database);
  if (!any) return std::move(any).error().within("audit log");
  if (*any && kept->head.count == 0)
    return Error{ErrorCode::kIo,
                 "the audit log has entries but no head: somebody edited the store; see `bulkhead "
                 "audit verify`, and restore the store from a backup"};
  AuditEntry entry{kept->head.count + 1, clean(record), {}};
  entry.hash = hash_of(kept->head.hash, entry.number, entry.record);
  if (Status done = insert(database, entry); !done)
    return Error{done.error().code,
                 "audit log, entry " + std::to_string(entry.number) + ": " + done.error().sentence};
  return keep_head(database, {entry.number, entry.hash});
}

Status AuditLog::keep_head(Database& database, const AuditHead& head) const {
  Result<std::vector<uint8_t>> signature = signer_(signed_bytes(head));
  if (!signature) return std::move(signature).error().within("audit log");
  Result<Statement> row = database.prepare(
      "INSERT INTO audit_head VALUES (1, ?1, ?2, ?3) ON CONFLICT (one) DO UPDATE SET count = ?1, "
      "hash = ?2, signature = ?3");
  if (!row) return std::move(row).error();
  row->bind(1, head.count).bind(2, std::span<const uint8_t>(head.hash));
  return row->bind(3, std::span<const uint8_t>(*signature)).run();
}

Result<std::vector<AuditEntry>> AuditLog::list(size_t limit, uint64_t before) {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows =
      database_.prepare(std::string("SELECT ") + kAuditColumns +
                        " FROM audit WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2");
  if (!rows) return std::move(rows).error();
  rows->bind(1, before).bind(2, uint64_t{limit});
  std::vector<AuditEntry> entries;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return entries;
    entries.push_back(entry_of(*rows));
  }
}

}  // namespace bulkhead::control
