// SPDX-License-Identifier: Apache-2.0
// Keys with every peer gateway: TLS 1.3 handshakes over TCP, lanes installed in the dataplane, and
// fresh keys by time, on wish and after either dataplane's restart (docs/mesh.md).
//
// Threads: one that accepts, one per peer. The public functions may be called from any thread. The
// DataplaneLink must have stopped calling listeners before this goes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/control_config.h"
#include "mesh/acceptor.h"
#include "mesh/peer_state.h"
#include "mesh/tuning.h"
#include "push/dataplane_link.h"

namespace bulkhead::control {

class KeyAgreement {
 public:
  // Registers a listener with the link: make this before the link starts.
  KeyAgreement(ControlConfig config, DataplaneLink& link, const Clock& clock,
               MeshTuning tuning = {});
  ~KeyAgreement();
  KeyAgreement(const KeyAgreement&) = delete;
  KeyAgreement& operator=(const KeyAgreement&) = delete;

  // Errors: credentials that cannot be used, an address that cannot be bound.
  Status start();
  // Returns when all threads have ended. Lanes stay installed.
  void stop();

  [[nodiscard]] std::vector<PeerState> peers() const;
  // Returns when asked for; done when peers() shows another session. Hitless.
  // Errors: kNotFound; kUnavailable while there is no way to do it.
  Status rekey(std::string_view peer);
  // A further peer, while working. Errors: kExists, kInvalid, kExhausted; kUnsupported and others
  // when the dataplane refuses it: then it is not there.
  Status add_peer(PeerConfig peer);
  // When it returns well, the dataplane has no lanes of it. Errors: kNotFound; the dataplane's,
  // then the peer is gone here, and there at the next connection.
  Status remove_peer(std::string_view name);
  // Where it listens: the port is the chosen one if the configured port was 0.
  [[nodiscard]] Endpoint listening(size_t n = 0) const;
  [[nodiscard]] AcceptorCounters acceptor_counters() const;

 private:
  void dataplane_connected(const ipc::Hello& hello);
  // Tells the dataplane the peers of now; whoever is last has told the newest.
  Status tell_peers();
  [[nodiscard]] ipc::SetPeers peers_for_dataplane() const;

  std::unique_ptr<MeshContext> mesh_;
  PeerSet peers_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace bulkhead::control
