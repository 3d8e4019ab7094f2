// SPDX-License-Identifier: Apache-2.0
// Orders, and the number of the newest overlay, in the store's SQLite file. Each call is one
// transaction; calls are serialised inside.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "pdp/orders.h"
#include "store/sqlite.h"

namespace bulkhead::control {

class OrderStore {
 public:
  // Errors: kIo when the file cannot be opened or is damaged, kUnsupported when a newer release
  // wrote it.
  static Result<std::unique_ptr<OrderStore>> open(const std::string& path);

  Result<Orders> all();
  // What is there under the same scope and name is replaced.
  Status put(const LockOrder& order);
  Status put(const IslandOrder& order);
  Status put(const PostureOrder& order);
  // kNotFound when there is none.
  Status remove_lock(OrderScope scope, const std::string& name);
  Status remove_island(const std::string& name);
  // Facts that have run out.
  Status forget_posture(int64_t until_wall_ns);

  // Never given before, and greater than `above`.
  Result<uint64_t> next_number(uint64_t above);

 private:
  explicit OrderStore(Database database) : database_(std::move(database)) {}

  Status prepare_schema(const std::string& path);
  Result<Statement> prepared(std::string_view sql) { return database_.prepare(sql); }

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
