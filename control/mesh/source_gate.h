// SPDX-License-Identifier: Apache-2.0
// Who may open a connection, before any cryptography: an address of a configured peer, or one
// within the prefixes of a peer behind a translator; each with its own token bucket. Bounded:
// buckets of prefix sources are forgotten when they are full again, and share one when there are
// too many.
//
// Used by one thread. Time is given, never read.
#pragma once

#include <map>
#include <vector>

#include "base/address.h"
#include "mesh/token_bucket.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

struct Sources {
  std::vector<IpAddress> addresses;
  std::vector<IpPrefix> prefixes;
};

class SourceGate {
 public:
  static constexpr size_t kMaxRoaming = 1024;

  enum class Kind : uint8_t { kStranger, kKnown, kRoaming };

  SourceGate(const MeshTuning& tuning, uint64_t now_ns);

  // Buckets of addresses that stay keep their level.
  void set_sources(const Sources& sources, uint64_t now_ns);
  [[nodiscard]] Kind kind_of(const IpAddress& source) const;
  // Takes a token; false: none is left. Not for strangers.
  bool take(const IpAddress& source, Kind kind, uint64_t now_ns);
  [[nodiscard]] size_t roaming() const noexcept { return roaming_.size(); }

 private:
  using Buckets = std::map<IpAddress, TokenBucket>;

  [[nodiscard]] TokenBucket fresh(uint64_t now_ns) const;
  TokenBucket& roaming_bucket(const IpAddress& source, uint64_t now_ns);

  const MeshTuning& tuning_;
  Buckets known_;
  Buckets roaming_;
  std::vector<IpPrefix> prefixes_;
  TokenBucket overflow_;
};

}  // namespace bulkhead::control
