// SPDX-License-Identifier: Apache-2.0
#include "store/proposal_store.h"

namespace bulkhead::control {

namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS proposals (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  request BLOB NOT NULL,
  summary TEXT NOT NULL,
  author TEXT NOT NULL,
  authentication TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  decided_by TEXT NOT NULL DEFAULT '',
  decided INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT ''
) STRICT;
)sql";

Proposal proposal_of(const Statement& row) {
  const auto request = row.bytes(3);
  return {.number = static_cast<uint64_t>(row.number(0)),
          .kind = static_cast<ProposalKind>(row.number(1)),
          .state = static_cast<ProposalState>(row.number(2)),
          .request = {request.begin(), request.end()},
          .summary = row.text(4),
          .author = row.text(5),
          .authentication = row.text(6),
          .at_wall_ns = row.number(7),
          .until_wall_ns = row.number(8),
          .decided_by = row.text(9),
          .decided_wall_ns = row.number(10),
          .outcome = row.text(11)};
}

Status has_room(Database& database, const Proposal& proposal) {
  auto rows = database.prepare(
      "SELECT COUNT(*), COALESCE(SUM(LENGTH(request)), 0) FROM proposals "
      "WHERE state = 1 AND until > ?");
  if (!rows) return std::move(rows).error();
  Result<bool> there = rows->bind(1, proposal.at_wall_ns).step();
  if (!there) return std::move(there).error();
  const auto open = static_cast<size_t>(rows->number(0));
  const size_t bytes = static_cast<size_t>(rows->number(1)) + proposal.request.size();
  if (open < ProposalStore::kMostOpen && bytes <= ProposalStore::kMostOpenBytes) return {};
  return Error{ErrorCode::kExhausted, std::to_string(open) + " proposals are open, and " +
                                          std::to_string(bytes >> 20) +
                                          " MiB would be: approve or reject some first"};
}

Status forget_expired(Database& database, int64_t wall_ns) {
  auto row = database.prepare("UPDATE proposals SET request = x'' WHERE state = 1 AND until <= ?");
  if (!row) return std::move(row).error();
  return row->bind(1, wall_ns).run();
}

Result<uint64_t> insert(Database& database, const Proposal& proposal) {
  auto row = database.prepare(
      "INSERT INTO proposals (kind, state, request, summary, author, authentication, at, until) "
      "VALUES (?, 1, ?, ?, ?, ?, ?, ?) RETURNING number");
  if (!row) return std::move(row).error();
  row->bind(1, static_cast<uint64_t>(proposal.kind))
      .bind(2, std::span<const uint8_t>(reinterpret_cast<const uint8_t*>(proposal.request.data()),
                                        proposal.request.size()))
      .bind(3, proposal.summary)
      .bind(4, proposal.author)
      .bind(5, proposal.authentication)
      .bind(6, proposal.at_wall_ns)
      .bind(7, proposal.until_wall_ns);
  Result<bool> there = row->step();
  if (!there) return std::move(there).error();
  const auto number = static_cast<uint64_t>(row->number(0));
  if (Status done = row->run(); !done) return std::move(done).error();
  return number;
}

}  // namespace

Result<std::unique_ptr<ProposalStore>> ProposalStore::open(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<ProposalStore> store{new ProposalStore(std::move(*database))};
  Status ready = store->database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (ready) ready = store->database_.execute(kSchema);
  if (!ready) return std::move(ready).error().within(path);
  return store;
}

Result<uint64_t> ProposalStore::add(const Proposal& proposal,
                                    const std::function<Status(Database&, uint64_t number)>& also) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status done = forget_expired(database_, proposal.at_wall_ns); !done)
    return std::move(done).error();
  if (Status room = has_room(database_, proposal); !room) return std::move(room).error();
  auto number = insert(database_, proposal);
  if (!number) return number;
  if (Status done = also(database_, *number); !done) return std::move(done).error();
  if (Status done = transaction->commit(); !done) return std::move(done).error();
  return number;
}

Result<std::vector<Proposal>> ProposalStore::select(const std::string& tail, uint64_t parameter) {
  const std::lock_guard lock(mutex_);
  auto rows = database_.prepare("SELECT number, kind, state, " + tail);
  if (!rows) return std::move(rows).error();
  rows->bind(1, parameter);
  std::vector<Proposal> out;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return out;
    out.push_back(proposal_of(*rows));
  }
}

Result<std::optional<Proposal>> ProposalStore::get(uint64_t number) {
  auto found = select(
      "request, summary, author, authentication, at, until, decided_by, decided, outcome "
      "FROM proposals WHERE number = ?",
      number);
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<Proposal>{};
  return std::optional<Proposal>{std::move(found->front())};
}

Result<std::vector<Proposal>> ProposalStore::list(size_t limit) {
  return select(
      "x'', summary, author, authentication, at, until, decided_by, decided, outcome "
      "FROM proposals ORDER BY number DESC LIMIT ?",
      limit);
}

Status ProposalStore::claim(uint64_t number, ProposalState state, const std::string& by,
                            int64_t wall_ns, const std::string& outcome,
                            const InTransaction& also) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  auto row = database_.prepare(
      "UPDATE proposals SET state = ?2, decided_by = ?3, decided = ?4, outcome = ?5, "
      "request = CASE ?2 WHEN 2 THEN request ELSE x'' END WHERE number = ?1 AND state = 1 "
      "RETURNING number");
  if (!row) return std::move(row).error();
  row->bind(1, number).bind(2, static_cast<uint64_t>(state)).bind(3, by).bind(4, wall_ns);
  Result<bool> there = row->bind(5, outcome).step();
  if (!there) return std::move(there).error();
  if (!*there)
    return Error{ErrorCode::kConflict,
                 "proposal " + std::to_string(number) + " is open no longer: `bulkhead proposals`"};
  if (Status done = row->run(); !done) return done;
  if (Status done = also(database_); !done) return done;
  return transaction->commit();
}

Status ProposalStore::finish(uint64_t number, ProposalState state, const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  auto row = database_.prepare(
      "UPDATE proposals SET state = ?2, outcome = ?3, request = x'' "
      "WHERE number = ?1 AND state = 2");
  if (!row) return std::move(row).error();
  return row->bind(1, number).bind(2, static_cast<uint64_t>(state)).bind(3, outcome).run();
}

}  // namespace bulkhead::control
