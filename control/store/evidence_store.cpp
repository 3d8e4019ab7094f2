// SPDX-License-Identifier: Apache-2.0
#include "store/evidence_store.h"

namespace bulkhead::control {

namespace {

using learn::Evidence;
using learn::Interaction;
using learn::Seen;

// low, high: -1 where no values were told.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS evidence (
  source TEXT NOT NULL, destination TEXT NOT NULL,
  protocol INTEGER NOT NULL, port INTEGER NOT NULL,
  app INTEGER NOT NULL, class INTEGER NOT NULL, code INTEGER NOT NULL, unit INTEGER NOT NULL,
  type INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  count INTEGER NOT NULL, first_wall_ns INTEGER NOT NULL, last_wall_ns INTEGER NOT NULL,
  low INTEGER NOT NULL, high INTEGER NOT NULL, all_values INTEGER NOT NULL,
  PRIMARY KEY (source, destination, protocol, port, app, class, code, unit, type, first, last)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evidence_counts (
  id INTEGER PRIMARY KEY CHECK (id = 1), since INTEGER NOT NULL,
  left_out INTEGER NOT NULL, incomplete INTEGER NOT NULL
) STRICT;
)sql";

constexpr const char* kPut = R"sql(
INSERT INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT DO UPDATE SET
  count = count + excluded.count,
  first_wall_ns = min(first_wall_ns, excluded.first_wall_ns),
  last_wall_ns = max(last_wall_ns, excluded.last_wall_ns),
  low = CASE WHEN low < 0 THEN excluded.low WHEN excluded.low < 0 THEN low ELSE min(low, excluded.low) END,
  high = max(high, excluded.high),
  all_values = min(all_values, excluded.all_values)
)sql";

Interaction interaction_of(const Statement& row) {
  return {.from = row.text(0),
          .to = row.text(1),
          .protocol = static_cast<uint8_t>(row.number(2)),
          .port = static_cast<uint16_t>(row.number(3)),
          .app = static_cast<wire::App>(row.number(4)),
          .cls = static_cast<wire::OperationClass>(row.number(5)),
          .code = static_cast<uint32_t>(row.number(6)),
          .unit = static_cast<uint32_t>(row.number(7)),
          .type = static_cast<wire::PointType>(row.number(8)),
          .first = static_cast<uint64_t>(row.number(9)),
          .last = static_cast<uint64_t>(row.number(10))};
}

Seen seen_of(const Statement& row) {
  Seen out{static_cast<uint64_t>(row.number(11)),
           row.number(12),
           row.number(13),
           {},
           row.number(16) != 0};
  if (row.number(14) >= 0)
    out.values = policy::NumberRange{static_cast<uint32_t>(row.number(14)),
                                     static_cast<uint32_t>(row.number(15))};
  return out;
}

// Parameters 1 to 11.
void bind_key(Statement& row, const Interaction& what) {
  row.bind(1, what.from).bind(2, what.to);
  const uint64_t numbers[] = {
      what.protocol, what.port, static_cast<uint64_t>(what.app),  static_cast<uint64_t>(what.cls),
      what.code,     what.unit, static_cast<uint64_t>(what.type), what.first,
      what.last};
  int at = 3;
  for (const uint64_t number : numbers) row.bind(at++, number);
}

}  // namespace

Result<std::unique_ptr<EvidenceStore>> EvidenceStore::open(const std::string& path,
                                                           int64_t wall_ns) {
  auto database = Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<EvidenceStore> store{new EvidenceStore(std::move(*database))};
  if (Status made = store->database_.execute(kSchema); !made)
    return std::move(made).error().within(path);
  auto row = store->database_.prepare("INSERT OR IGNORE INTO evidence_counts VALUES (1, ?, 0, 0)");
  if (!row) return std::move(row).error();
  if (Status done = row->bind(1, wall_ns).run(); !done) return std::move(done).error();
  return store;
}

Status EvidenceStore::put(const Interaction& what, const Seen& seen) {
  auto row = database_.prepare(kPut);
  if (!row) return std::move(row).error();
  bind_key(*row, what);
  row->bind(12, seen.count).bind(13, seen.first_wall_ns).bind(14, seen.last_wall_ns);
  row->bind(15, seen.values ? static_cast<int64_t>(seen.values->first) : int64_t{-1});
  row->bind(16, seen.values ? static_cast<int64_t>(seen.values->last) : int64_t{-1});
  return row->bind(17, uint64_t{seen.all_values}).run();
}

Result<uint64_t> EvidenceStore::count() {
  auto row = database_.prepare("SELECT COUNT(*) FROM evidence");
  if (!row) return std::move(row).error();
  const auto there = row->step();
  if (!there) return there.error();
  return static_cast<uint64_t>(row->number(0));
}

Result<bool> EvidenceStore::known(const Interaction& what) {
  auto row = database_.prepare(
      "SELECT 1 FROM evidence WHERE source = ? AND destination = ? AND protocol = ? AND port = ? "
      "AND "
      "app = ? AND class = ? AND code = ? AND unit = ? AND type = ? AND first = ? AND last = ?");
  if (!row) return std::move(row).error();
  bind_key(*row, what);
  return row->step();
}

Status EvidenceStore::add(const Evidence& more) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  const auto there = count();
  if (!there) return there.error();
  uint64_t room = Evidence::kMost - std::min<uint64_t>(*there, Evidence::kMost);
  uint64_t left_out = more.left_out();
  for (const auto& [what, seen] : more.all()) {
    if (room == 0) {  // what is known is counted on
      const auto is_known = known(what);
      if (!is_known) return is_known.error();
      if (!*is_known) left_out += seen.count;
      if (!*is_known) continue;
    }
    if (Status done = put(what, seen); !done) return done;
    room -= room == 0 ? 0 : 1;  // or it was known: the next time counts anew
  }
  auto row = database_.prepare(
      "UPDATE evidence_counts SET left_out = left_out + ?, incomplete = incomplete + ?");
  if (!row) return std::move(row).error();
  if (Status done = row->bind(1, left_out).bind(2, more.incomplete()).run(); !done) return done;
  return transaction->commit();
}

Result<Evidence> EvidenceStore::all() {
  const std::lock_guard lock(mutex_);
  auto rows = database_.prepare("SELECT * FROM evidence");
  if (!rows) return std::move(rows).error();
  Evidence out;
  for (;;) {
    const auto there = rows->step();
    if (!there) return there.error();
    if (!*there) break;
    out.add(interaction_of(*rows), seen_of(*rows));
  }
  auto counts = database_.prepare("SELECT left_out, incomplete FROM evidence_counts");
  if (!counts) return std::move(counts).error();
  if (const auto there = counts->step(); !there) return there.error();
  out.note(static_cast<uint64_t>(counts->number(0)), static_cast<uint64_t>(counts->number(1)));
  return out;
}

Result<int64_t> EvidenceStore::since_wall_ns() {
  const std::lock_guard lock(mutex_);
  auto row = database_.prepare("SELECT since FROM evidence_counts");
  if (!row) return std::move(row).error();
  if (const auto there = row->step(); !there) return there.error();
  return row->number(0);
}

Result<uint64_t> EvidenceStore::forget(int64_t wall_ns, const InTransaction& also) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  const auto there = count();
  if (!there) return there;
  if (Status done = database_.execute("DELETE FROM evidence"); !done)
    return std::move(done).error();
  auto row =
      database_.prepare("UPDATE evidence_counts SET since = ?, left_out = 0, incomplete = 0");
  if (!row) return std::move(row).error();
  if (Status done = row->bind(1, wall_ns).run(); !done) return std::move(done).error();
  if (Status done = also(database_); !done) return std::move(done).error();
  if (Status done = transaction->commit(); !done) return std::move(done).error();
  return there;
}

}  // namespace bulkhead::control
