// SPDX-License-Identifier: Apache-2.0
// What monitor mode saw, in the store's SQLite file: added to while control runs, kept over its
// restarts. Calls are serialised inside.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "learn/evidence.h"
#include "store/sqlite.h"

namespace bulkhead::control {

class EvidenceStore {
 public:
  // Errors: kIo when the file cannot be opened or is damaged.
  static Result<std::unique_ptr<EvidenceStore>> open(const std::string& path, int64_t wall_ns);

  // One transaction. What has no room (learn::Evidence::kMost) is counted.
  Status add(const learn::Evidence& more);
  Result<learn::Evidence> all();
  Result<int64_t> since_wall_ns();
  // How many interactions there were.
  Result<uint64_t> forget(int64_t wall_ns, const InTransaction& also);

 private:
  explicit EvidenceStore(Database database) : database_(std::move(database)) {}
  Status put(const learn::Interaction& what, const learn::Seen& seen);
  Result<uint64_t> count();
  Result<bool> known(const learn::Interaction& what);

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
