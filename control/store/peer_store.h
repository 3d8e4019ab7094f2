// SPDX-License-Identifier: Apache-2.0
// What the key agreement keeps of peers over restarts, in SQLite: those that were added while
// running, and the certificates with which each last agreed, so that a peer can be revoked and
// judged before it is met again. May share its file with the other stores. Calls are serialised
// inside.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/peer_config.h"
#include "store/sqlite.h"

namespace bulkhead::control {

class PeerStore {
 public:
  // A chain in DER, leaf first.
  using Chain = std::vector<std::vector<uint8_t>>;

  // Errors: kIo when the file cannot be opened.
  static Result<std::unique_ptr<PeerStore>> open(const std::string& path);

  // In the order in which they were added. Errors: kIo, kInvalid with the peer that does not read.
  Result<std::vector<PeerConfig>> peers();
  Status add(const PeerConfig& peer);
  Status remove(const std::string& name);  // its chain too; not there: fine

  Result<std::map<std::string, Chain>> chains();
  Status keep_chain(const std::string& name, const Chain& chain);

 private:
  explicit PeerStore(Database database) : database_(std::move(database)) {}

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
