// SPDX-License-Identifier: Apache-2.0
// The peers of now. They come and go while threads work: who holds a link keeps it alive, and a
// link that was taken out has ended. The mutex guards the list only; nothing is called under it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "mesh/peer_link.h"

namespace bulkhead::control {

using PeerLinkPtr = std::shared_ptr<PeerLink>;

class PeerSet {
 public:
  // Errors: kExists, kExhausted.
  Status add(PeerLinkPtr link);
  // Nothing: there is none of that name.
  PeerLinkPtr take(std::string_view name);
  [[nodiscard]] PeerLinkPtr find(std::string_view name) const;
  [[nodiscard]] std::vector<PeerLinkPtr> all() const;
  // Changes with every change of the set.
  [[nodiscard]] uint64_t version() const noexcept {
    return version_.load(std::memory_order_acquire);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<PeerLinkPtr> links_;  // under mutex_
  // Release after a change of links_: who sees the number and then takes the mutex sees the change.
  std::atomic<uint64_t> version_{1};
};

}  // namespace bulkhead::control
