// SPDX-License-Identifier: Apache-2.0
#include "enroll/join_tokens.h"

#include <algorithm>

namespace bulkhead::enroll {

namespace {

using control::Statement;
using control::Transaction;

constexpr const char* kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS join_tokens (
  id BLOB PRIMARY KEY,
  verifier BLOB NOT NULL,
  gateway TEXT NOT NULL,
  author TEXT NOT NULL,
  made INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  used_from TEXT NOT NULL DEFAULT '',
  cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS issued_certificates (
  serial TEXT PRIMARY KEY,
  gateway TEXT NOT NULL,
  key BLOB NOT NULL,
  issued INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  how TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS issued_by_gateway ON issued_certificates (gateway, issued);
)sql";

template <size_t kBytes>
void copy_to(std::array<uint8_t, kBytes>& out, const std::vector<uint8_t>& bytes) {
  if (bytes.size() == kBytes) std::ranges::copy(bytes, out.begin());
}

TokenRecord token_of(const Statement& row) {
  TokenRecord token;
  copy_to(token.id, row.bytes(0));
  copy_to(token.verifier, row.bytes(1));
  token.gateway = row.text(2);
  token.author = row.text(3);
  token.made = row.number(4);
  token.expires = row.number(5);
  token.used = row.number(6);
  token.used_from = row.text(7);
  token.cancelled = row.number(8);
  return token;
}

IssuedRecord issued_of(const Statement& row) {
  IssuedRecord issued;
  issued.gateway = row.text(0);
  copy_to(issued.key.bytes, row.bytes(1));
  issued.serial = row.text(2);
  issued.issued = row.number(3);
  issued.not_after = row.number(4);
  issued.how = row.text(5);
  return issued;
}

}  // namespace

std::string_view to_string(TokenState state) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"open", "used", "expired", "cancelled"};
  return kNames[static_cast<size_t>(state)];
}

TokenState TokenRecord::state(std::time_t now) const noexcept {
  if (used != 0) return TokenState::kUsed;
  if (cancelled != 0) return TokenState::kCancelled;
  return now >= expires ? TokenState::kExpired : TokenState::kOpen;
}

Result<std::unique_ptr<JoinTokens>> JoinTokens::open(const std::string& path) {
  Result<control::Database> database = control::Database::open(path);
  if (!database) return std::move(database).error();
  std::unique_ptr<JoinTokens> tokens{new JoinTokens(std::move(*database))};
  if (Status ready = tokens->prepare_schema(); !ready) return std::move(ready).error().within(path);
  return tokens;
}

Status JoinTokens::prepare_schema() {
  return database_.execute(kSchema);
}

Status JoinTokens::forget_old(std::time_t now) {
  Result<Statement> old = database_.prepare("DELETE FROM join_tokens WHERE expires < ?");
  if (!old) return std::move(old).error();
  return old->bind(1, int64_t{now - kForgetAfter}).run();
}

Status JoinTokens::add(const TokenRecord& token) {
  const std::lock_guard lock(mutex_);
  if (Status done = forget_old(token.made); !done) return done;
  Result<Statement> insert = database_.prepare(
      "INSERT INTO join_tokens (id, verifier, gateway, author, made, expires) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM join_tokens WHERE used = 0 AND "
      "cancelled = 0 AND expires > ?5) < ?7 RETURNING 1");
  if (!insert) return std::move(insert).error();
  insert->bind(1, token.id).bind(2, token.verifier);
  insert->bind(3, std::string_view(token.gateway)).bind(4, std::string_view(token.author));
  insert->bind(5, int64_t{token.made}).bind(6, int64_t{token.expires}).bind(7, uint64_t{kMaxOpen});
  Result<bool> row = insert->step();
  if (!row) return std::move(row).error();
  if (*row) return {};
  return Error{ErrorCode::kExhausted,
               std::to_string(kMaxOpen) + " join tokens are open already: cancel some, or wait"};
}

Result<std::vector<TokenRecord>> JoinTokens::select(const std::string& where,
                                                    std::span<const uint8_t> parameter) {
  Result<Statement> rows = database_.prepare(
      "SELECT id, verifier, gateway, author, made, expires, used, used_from, cancelled FROM "
      "join_tokens WHERE " +
      where + " ORDER BY made DESC, id");
  if (!rows) return std::move(rows).error();
  if (!parameter.empty()) rows->bind(1, parameter);
  std::vector<TokenRecord> found;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return found;
    found.push_back(token_of(*rows));
  }
}

Result<std::optional<TokenRecord>> JoinTokens::find(const mesh::TokenId& id) {
  const std::lock_guard lock(mutex_);
  Result<std::vector<TokenRecord>> found = select("id = ?1", id);
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<TokenRecord>{};
  return std::optional<TokenRecord>{std::move(found->front())};
}

Result<std::vector<TokenRecord>> JoinTokens::list() {
  const std::lock_guard lock(mutex_);
  return select("1", {});
}

Status JoinTokens::cancel(const mesh::TokenId& id, std::time_t now) {
  const std::lock_guard lock(mutex_);
  Result<std::vector<TokenRecord>> found = select("id = ?1", id);
  if (!found) return std::move(found).error();
  if (found->empty()) return Error{ErrorCode::kNotFound, "no join token " + id_text(id)};
  const TokenState state = found->front().state(now);
  if (state != TokenState::kOpen)
    return Error{
        ErrorCode::kConflict,
        "the join token " + id_text(id) + " is " + std::string(to_string(state)) +
            (state == TokenState::kUsed ? ": to undo an enrolment use `bulkhead revoke`" : "")};
  Result<Statement> update =
      database_.prepare("UPDATE join_tokens SET cancelled = ?2 WHERE id = ?1 AND used = 0");
  if (!update) return std::move(update).error();
  return update->bind(1, id).bind(2, int64_t{now}).run();
}

Status JoinTokens::consume(const mesh::TokenId& id, const std::string& from,
                           const IssuedRecord& issued) {
  const std::lock_guard lock(mutex_);
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  Result<Statement> update = database_.prepare(
      "UPDATE join_tokens SET used = ?2, used_from = ?3 WHERE id = ?1 AND used = 0 AND cancelled = "
      "0 AND expires > ?2 RETURNING 1");
  if (!update) return std::move(update).error();
  update->bind(1, id).bind(2, int64_t{issued.issued}).bind(3, std::string_view(from));
  Result<bool> row = update->step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kConflict, "the join token is not open any more"};
  if (Status done = update->run(); !done) return done;
  if (Status done = insert(issued); !done) return done;
  return transaction->commit();
}

Status JoinTokens::insert(const IssuedRecord& issued) {
  Result<Statement> insert = database_.prepare(
      "INSERT INTO issued_certificates (serial, gateway, key, issued, not_after, how) VALUES (?, "
      "?, ?, ?, ?, ?)");
  if (!insert) return std::move(insert).error();
  insert->bind(1, std::string_view(issued.serial)).bind(2, std::string_view(issued.gateway));
  insert->bind(3, issued.key.bytes).bind(4, int64_t{issued.issued});
  insert->bind(5, int64_t{issued.not_after}).bind(6, std::string_view(issued.how));
  return insert->run();
}

Status JoinTokens::record(const IssuedRecord& issued) {
  const std::lock_guard lock(mutex_);
  return insert(issued);
}

Result<bool> JoinTokens::knows(const std::string& gateway, const identity::SpkiDigest& key) {
  const std::lock_guard lock(mutex_);
  Result<Statement> found = database_.prepare(
      "SELECT 1 FROM issued_certificates WHERE gateway = ?1 AND key = ?2 LIMIT 1");
  if (!found) return std::move(found).error();
  found->bind(1, std::string_view(gateway)).bind(2, key.bytes);
  return found->step();
}

Result<std::vector<IssuedRecord>> JoinTokens::gateways() {
  const std::lock_guard lock(mutex_);
  Result<Statement> rows = database_.prepare(
      "SELECT gateway, key, serial, max(issued), not_after, how FROM issued_certificates GROUP BY "
      "gateway ORDER BY gateway");
  if (!rows) return std::move(rows).error();
  std::vector<IssuedRecord> found;
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return found;
    found.push_back(issued_of(*rows));
  }
}

}  // namespace bulkhead::enroll
