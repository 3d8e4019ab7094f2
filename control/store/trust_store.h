// SPDX-License-Identifier: Apache-2.0
// What trust keeps over restarts, in SQLite (WAL, full synchronous): deny records, the time floor,
// known peers. May share its file with VersionStore. Calls are serialised inside.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "store/sqlite.h"

namespace bulkhead::trust {

struct StoredDeny {
  identity::SpkiDigest signer;
  uint64_t number = 0;
  std::vector<uint8_t> bytes;  // an encoded SignedDenyRecord
};

// A name and key with which a handshake was completed while everything was valid.
struct KnownPeer {
  std::string id;  // SPIFFE
  identity::SpkiDigest key;
  std::time_t not_before = 0;  // of the leaf
  std::time_t first_verified = 0;
  std::time_t last_verified = 0;
};

class TrustStore {
 public:
  static constexpr size_t kKeysPerPeer = 8;  // older ones are forgotten

  // Errors: kIo when the file cannot be opened or is damaged, kUnsupported when a newer release
  // wrote it.
  static Result<std::unique_ptr<TrustStore>> open(const std::string& path);

  Result<std::vector<StoredDeny>> deny_records();
  Status add_deny_record(const StoredDeny& record);

  Result<std::time_t> time_floor();  // 0: none
  // Never lowers it.
  Status raise_time_floor(std::time_t floor);
  Status forget_time_floor();

  // Newest certificate first.
  Result<std::vector<KnownPeer>> known_peers(const std::string& id);
  Status remember_peer(const KnownPeer& peer);

 private:
  explicit TrustStore(control::Database database) : database_(std::move(database)) {}
  Status prepare_schema(const std::string& path);

  std::mutex mutex_;
  control::Database database_;
};

}  // namespace bulkhead::trust
