// SPDX-License-Identifier: Apache-2.0
// The little of SQLite that the store needs: RAII around a connection and a prepared statement.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bulkhead::control {

class Statement {
 public:
  Statement(Statement&&) noexcept = default;

  // Parameters count from 1.
  Statement& bind(int at, uint64_t value);
  Statement& bind(int at, int64_t value);
  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::span<const uint8_t> bytes);

  // true: a row is there to be read; false: done.
  Result<bool> step();
  // Runs to the end, for statements without rows.
  Status run();

  // Columns count from 0.
  [[nodiscard]] int64_t number(int at) const;
  [[nodiscard]] std::string text(int at) const;
  [[nodiscard]] std::vector<uint8_t> bytes(int at) const;

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

// One connection. Not for concurrent use.
class Database {
 public:
  // Makes the file (mode 0600) when it is not there. Errors: kIo with path, reason and what to do.
  static Result<Database> open(const std::string& path);
  // Reads a file that is there; writing is refused.
  static Result<Database> open_to_read(const std::string& path);

  Status execute(const char* sql);
  Result<Statement> prepare(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3, Close> handle_;
};

// BEGIN IMMEDIATE now, COMMIT at commit(), else ROLLBACK.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  ~Transaction();

  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  Database* database_;
};

// What else belongs into the transaction of a change, as its entry in the audit log. An error
// undoes the change.
using InTransaction = std::function<Status(Database& database)>;

}  // namespace bulkhead::control
