// SPDX-License-Identifier: Apache-2.0
// Gives snapshots to the workers and takes the old ones back when no worker can see them any more
// (docs/concurrency.md, "Snapshot"). Admin thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "snapshot.h"
#include "sync/published.h"

namespace bulkhead::dataplane {

class Publisher {
 public:
  Publisher(sync::Published<Snapshot>& slot, sync::Epochs& epochs) noexcept
      : slot_(slot), epochs_(epochs) {}
  // No worker may be left.
  ~Publisher() = default;

  // Returns the time from the pointer store until every worker obeyed. A worker that has not
  // obeyed within the bound is reported as kUnavailable: the snapshot is in force all the same, the
  // old one is kept until that worker has passed.
  Result<uint64_t> publish(std::unique_ptr<const Snapshot> next);

  static constexpr std::chrono::seconds kBound{2};

 private:
  struct Retired {
    uint64_t token;
    std::unique_ptr<const Snapshot> snapshot;
  };
  void sweep();

  sync::Published<Snapshot>& slot_;
  sync::Epochs& epochs_;
  std::vector<Retired> retired_;
};

}  // namespace bulkhead::dataplane
