// SPDX-License-Identifier: Apache-2.0
#include "store/peer_store.h"

namespace bulkhead::control {

namespace {

constexpr const char* kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
CREATE TABLE IF NOT EXISTS peers (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  yaml TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS peer_chains (
  name TEXT NOT NULL,
  element INTEGER NOT NULL,
  der BLOB NOT NULL,
  PRIMARY KEY (name, element)
) STRICT;
)sql";

Status run(Database& database, std::string_view sql, std::string_view name) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return std::move(statement).error();
  return statement->bind(1, name).run();
}

}  // namespace

Result<std::unique_ptr<PeerStore>> PeerStore::open(const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return std::move(database).error();
  if (Status made = database->execute(kSchema); !made)
    return std::move(made).error().within("peers in " + path);
  return std::unique_ptr<PeerStore>{new PeerStore(std::move(*database))};
}

Result<std::vector<PeerConfig>> PeerStore::peers() {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows = database_.prepare("SELECT name, yaml FROM peers ORDER BY place");
  if (!rows) return std::move(rows).error();
  std::vector<PeerConfig> peers;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return peers;
    Result<PeerConfig> peer = parse_peer(rows->text(1), "stored peer " + rows->text(0));
    if (!peer) return std::move(peer).error();
    peers.push_back(std::move(*peer));
  }
}

Status PeerStore::add(const PeerConfig& peer) {
  const std::lock_guard lock(mutex_);
  Result<Statement> insert = database_.prepare("INSERT INTO peers (name, yaml) VALUES (?, ?)");
  if (!insert) return std::move(insert).error();
  const std::string yaml = to_yaml(peer);
  return insert->bind(1, std::string_view(peer.name)).bind(2, std::string_view(yaml)).run();
}

Status PeerStore::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  for (const char* sql :
       {"DELETE FROM peers WHERE name = ?", "DELETE FROM peer_chains WHERE name = ?"})
    if (Status done = run(database_, sql, name); !done) return done;
  return transaction->commit();
}

Result<std::map<std::string, PeerStore::Chain>> PeerStore::chains() {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows =
      database_.prepare("SELECT name, der FROM peer_chains ORDER BY name, element");
  if (!rows) return std::move(rows).error();
  std::map<std::string, Chain> chains;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return chains;
    chains[rows->text(0)].push_back(rows->bytes(1));
  }
}

Status PeerStore::keep_chain(const std::string& name, const Chain& chain) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (Status done = run(database_, "DELETE FROM peer_chains WHERE name = ?", name); !done)
    return done;
  for (size_t i = 0; i < chain.size(); ++i) {
    Result<Statement> insert =
        database_.prepare("INSERT INTO peer_chains (name, element, der) VALUES (?, ?, ?)");
    if (!insert) return std::move(insert).error();
    insert->bind(1, std::string_view(name)).bind(2, uint64_t{i}).bind(3, std::span(chain[i]));
    if (Status done = insert->run(); !done) return done;
  }
  return transaction->commit();
}

}  // namespace bulkhead::control
