// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "base/unique_fd.h"

namespace bulkhead::control {

namespace {

Error error_of(sqlite3* handle, std::string_view what) {
  return {ErrorCode::kIo, std::string(what) + ": " + sqlite3_errmsg(handle)};
}

// SQLite would make the file readable for the group and others.
Status make_private_file(const std::string& path) {
  UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (fd.valid()) return {};
  return io_error("open store " + path);
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(int at, int64_t value) {
  sqlite3_bind_int64(statement_.get(), at, value);
  return *this;
}

Statement& Statement::bind(int at, uint64_t value) {
  return bind(at, static_cast<int64_t>(value));
}

Statement& Statement::bind(int at, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), at, text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int at, std::span<const uint8_t> bytes) {
  sqlite3_bind_blob64(statement_.get(), at, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(sqlite3_db_handle(statement_.get()), "store");
}

Status Statement::run() {
  for (;;) {
    Result<bool> row = step();
    if (!row) return std::move(row).error();
    if (!*row) return {};
  }
}

int64_t Statement::number(int at) const {
  return sqlite3_column_int64(statement_.get(), at);
}

std::string Statement::text(int at) const {
  const auto* data = sqlite3_column_text(statement_.get(), at);
  const int size = sqlite3_column_bytes(statement_.get(), at);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data), static_cast<size_t>(size)};
}

std::vector<uint8_t> Statement::bytes(int at) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), at));
  const int size = sqlite3_column_bytes(statement_.get(), at);
  if (data == nullptr) return {};
  return {data, data + size};
}

void Database::Close::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::string& path) {
  if (Status made = make_private_file(path); !made) return std::move(made).error();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database{handle};
  if (code != SQLITE_OK) return error_of(handle, "open store " + path);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 2000);
  return database;
}

Result<Database> Database::open_to_read(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database{handle};
  if (code != SQLITE_OK) return error_of(handle, "open store " + path);
  sqlite3_busy_timeout(handle, 2000);
  return database;
}

Status Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error_of(handle_.get(), "store");
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), "store");
  return Statement{statement};
}

Result<Transaction> Transaction::begin(Database& database) {
  if (Status begun = database.execute("BEGIN IMMEDIATE"); !begun) return std::move(begun).error();
  return Transaction{database};
}

Transaction::~Transaction() {
  // A failed rollback leaves nothing to do: SQLite rolls back when the connection closes.
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Status Transaction::commit() {
  if (Status done = database_->execute("COMMIT"); !done) return done;
  database_ = nullptr;
  return {};
}

}  // namespace bulkhead::control
