// SPDX-License-Identifier: Apache-2.0
// Keys with every peer gateway: TLS 1.3 handshakes over TCP, lanes installed in the dataplane, and
// fresh keys by time, on wish and after either dataplane's restart (docs/mesh.md).
//
// Threads: one that accepts, one per peer. The public functions may be called from any thread. The
// DataplaneLink must have stopped calling listeners before this goes.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
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
#include "store/peer_store.h"
#include "trust/trust.h"

namespace bulkhead::control {

// What the key agreement stands on; what is not given it opens itself, in the configured store.
// Both outlive it, and the deny list takes no record after it is gone.
struct MeshParts {
  trust::Trust* trust = nullptr;
  PeerStore* store = nullptr;
};

// A peer whose lanes the dataplane did not drop.
struct NotDropped {
  std::string peer;
  Error error;
};

class KeyAgreement {
 public:
  // Registers a listener with the link: make this before the link starts.
  KeyAgreement(ControlConfig config, DataplaneLink& link, const Clock& clock,
               MeshTuning tuning = {}, MeshParts parts = {});
  ~KeyAgreement();
  KeyAgreement(const KeyAgreement&) = delete;
  KeyAgreement& operator=(const KeyAgreement&) = delete;

  // Peers of the store are added to the configured ones. Errors: credentials that cannot be used,
  // an address that cannot be bound.
  Status start();
  // Returns when all threads have ended. Lanes stay installed.
  void stop();

  [[nodiscard]] std::vector<PeerState> peers() const;
  // Returns when asked for; done when peers() shows another session. Hitless.
  // Errors: kNotFound; kUnavailable while there is no way to do it.
  Status rekey(std::string_view peer);
  // Own certificate, key and roots are read again. New handshakes use them; there is a fresh one
  // with every peer within tuning.reload_spread_ns, and lanes go on meanwhile. On error all stays
  // as it was.
  Status reload_credentials();
  // Judges all peers again and cuts those off that are no longer believed. Done by itself for each
  // new deny record. Who is named in the result may have lanes still.
  std::vector<NotDropped> enforce();
  // Until every open control connection has sent what it had to relay, or the time is over.
  void await_relays(uint64_t patience_ns) const;
  // Why our own certificate is not believed; empty: it is.
  [[nodiscard]] std::string own_denial() const;
  [[nodiscard]] std::optional<PeerLeaf> leaf_of(std::string_view peer) const;
  [[nodiscard]] std::vector<PeerConfig> configured() const;  // in the order of peers()
  [[nodiscard]] trust::Trust& trust() noexcept { return *mesh_->trust; }

  // A further peer, while working, kept in the store. Errors: kExists, kInvalid, kExhausted;
  // kUnsupported and others when the dataplane refuses it: then it is not there.
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
  Status open_parts();
  Status use_credentials();
  Status add_stored_peers();
  void recall_chains();
  void judge_ourselves();
  void watch_denials();

  std::unique_ptr<trust::Trust> own_trust_;
  std::unique_ptr<PeerStore> own_store_;
  std::unique_ptr<MeshContext> mesh_;
  mutable std::mutex mutex_;
  std::string own_denial_;  // under mutex_
  PeerSet peers_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace bulkhead::control
