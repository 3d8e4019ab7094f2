// SPDX-License-Identifier: Apache-2.0
// The audit log: append-only, hash-chained, in the store of control.
//
// An entry about a change of the store goes in with append_within(), in the transaction of that
// change: both are there or neither. The end of the chain is kept beside it, signed with the key
// that signs images. Whoever can write the file and knows that key can make another log: against
// that one, keep the head elsewhere (`bulkhead audit verify` prints it).
//
// Threads: any.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/audit_entry.h"
#include "store/sqlite.h"

namespace bulkhead::control {

class AuditLog {
 public:
  using Signer = std::function<Result<std::vector<uint8_t>>(std::span<const uint8_t> message)>;

  // Makes the tables when they are not there.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path, Signer signer);

  // In a transaction of its own.
  Status append(const AuditRecord& record);
  // In the transaction that is open at `database`, which has the same file.
  Status append_within(Database& database, const AuditRecord& record) const;

  // Newest first; numbers below `before` when it is not 0.
  Result<std::vector<AuditEntry>> list(size_t limit, uint64_t before);

 private:
  AuditLog(Database database, Signer signer)
      : database_(std::move(database)), signer_(std::move(signer)) {}
  Status keep_head(Database& database, const AuditHead& head) const;

  std::mutex mutex_;
  Database database_;
  const Signer signer_;
};

// The head as it is kept, with its signature; all zero when there is none.
struct KeptHead {
  AuditHead head;
  std::vector<uint8_t> signature;
};
Result<KeptHead> read_head(Database& database);
AuditEntry entry_of(const Statement& row);  // of kAuditColumns
inline constexpr const char* kAuditColumns =
    "number, wall_ns, actor, authentication, action, object, outcome, details, hash";

}  // namespace bulkhead::control
