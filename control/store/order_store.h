// SPDX-License-Identifier: Apache-2.0
// Orders, and the number of the newest overlay, in the store's SQLite file. Each call is one
// transaction; calls are serialised inside.
//
// Beside them the last change of each, ends included, as other gateways of a fleet are told: its
// sequence is one above what the fleet is known to have seen, however often it changed since.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "fleet/order.h"
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
  Status remove_lock(OrderScope scope, const std::string& name, const Ordered& by = {});
  Status remove_island(const std::string& name, const Ordered& by = {});
  // The last change of each order that ever was.
  struct Change {
    fleet::Order order;   // without gateway
    bool shared = false;  // the fleet has it
  };
  Result<std::vector<Change>> changes();
  // What another gateway ordered: in force here, and known to be shared.
  Status adopt(const fleet::Order& order);
  // The fleet has it now, under that sequence; nothing if it was changed meanwhile.
  Status mark_shared(const fleet::Order& order);

  // Facts that have run out.
  Status forget_posture(int64_t until_wall_ns);

  // Never given before, and greater than `above`.
  Result<uint64_t> next_number(uint64_t above);

 private:
  explicit OrderStore(Database database) : database_(std::move(database)) {}

  Status prepare_schema(const std::string& path);
  Status note_older();
  Result<Orders> read_all();
  Status within(const std::function<Status()>& change);
  Status insert(const LockOrder& order);
  Status insert(const IslandOrder& order);
  Status insert(const PostureOrder& order);
  Status erase(const fleet::Order& order);
  Result<Statement> prepared(std::string_view sql) { return database_.prepare(sql); }

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
