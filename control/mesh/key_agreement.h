// SPDX-License-Identifier: Apache-2.0
// Keys with every peer gateway: TLS 1.3 handshakes over TCP, lanes installed in the dataplane, and
// fresh keys by time, on wish and after either dataplane's restart (docs/mesh.md).
//
// Threads: one that accepts, one per peer. The public functions may be
// called from any thread. The DataplaneLink must have stopped calling listeners before this goes.
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
  // Where it listens: the port is the chosen one if the configured port was 0.
  [[nodiscard]] Endpoint listening() const;
  [[nodiscard]] AcceptorCounters acceptor_counters() const;

 private:
  void dataplane_connected(const ipc::Hello& hello);

  std::unique_ptr<MeshContext> mesh_;
  std::vector<std::unique_ptr<PeerLink>> peers_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace bulkhead::control
