// SPDX-License-Identifier: Apache-2.0
// The key agreement's questions to the dataplane, and which dataplane is ready for them.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ipc/messages.h"
#include "push/dataplane_link.h"

namespace bulkhead::control {

struct ReadyDataplane {
  ipc::BootNonce boot_nonce{};
  uint16_t workers = 0;
};

class LaneInstaller {
 public:
  explicit LaneInstaller(DataplaneLink& link) : link_(link) {}

  // On the link's thread, at each (re)connection: tells the peers, then lets handshakes begin.
  Status connected(const ipc::Hello& hello, ipc::SetPeers peers);
  // Later changes of the peers.
  Status set_peers(ipc::SetPeers peers) { return expect_ok(std::move(peers)); }
  // The dataplane that is connected and knows its peers. From any thread.
  [[nodiscard]] std::optional<ReadyDataplane> ready() const;

  Result<std::vector<uint32_t>> allocate(size_t count);
  // The link owns the keys from here on, and wipes them.
  Status install(ipc::InstallInbound lanes);
  Status install(ipc::InstallOutbound lanes);
  Status remove(const std::string& peer, std::vector<uint32_t> spis);
  // All lanes of the peer, both ways; no worker uses one when it returns.
  Status drop(const std::string& peer) { return expect_ok(ipc::DropLanes{peer}); }
  // The first peers after that name (ipc::GetStatus).
  Result<ipc::DataplaneStatus> status(const std::string& after);

 private:
  Status expect_ok(ipc::Body question);

  DataplaneLink& link_;
  mutable std::mutex mutex_;
  std::optional<ReadyDataplane> ready_;  // under mutex_
};

}  // namespace bulkhead::control
