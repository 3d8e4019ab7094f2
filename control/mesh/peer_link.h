// SPDX-License-Identifier: Apache-2.0
// One peer: its thread, its lanes, its control connection.
//
// The gateway with the lexicographically smaller name is the initiator; only it connects. So two
// wishes for a rekey at once end in one handshake: the initiator's.
//
// Threads: run() and all members without a mention are the link's own thread's. `mutex_` guards
// what others see or leave here.
#pragma once

#include <mutex>
#include <optional>
#include <thread>

#include "mesh/backoff.h"
#include "mesh/control_session.h"
#include "mesh/mesh_context.h"
#include "mesh/peer_state.h"

namespace bulkhead::control {

class PeerLink {
 public:
  PeerLink(const PeerConfig& peer, MeshContext& mesh);
  ~PeerLink();
  PeerLink(const PeerLink&) = delete;
  PeerLink& operator=(const PeerLink&) = delete;

  // From any thread.
  void start();
  void join();  // after mesh.stop was raised
  void wake() { wake_.raise(); }
  void request_rekey(mesh::RekeyReason reason);
  // A connection whose other end proved to be this peer. The newest replaces one not yet taken.
  void offer(TlsStream stream, PeerLeaf leaf);
  // A handshake from the peer's address failed.
  void note_failure(const std::string& sentence);
  [[nodiscard]] PeerState state() const;
  [[nodiscard]] const PeerConfig& config() const noexcept { return peer_; }
  [[nodiscard]] bool initiator() const noexcept { return initiator_; }

 private:
  struct Offered {
    TlsStream stream;
    PeerLeaf leaf;
  };

  void run();
  void step();
  void notice_dataplane();
  void take_offered();
  void connect_if_due();
  Result<Offered> connect(uint64_t deadline_ns);
  Status agree(Offered offered);
  void adopt(TlsStream stream, const Agreement& agreement, const PeerLeaf& leaf);
  void serve_session();
  void retire_lanes();
  void sweep_orphans(uint64_t now_ns);
  void wait() const;
  [[nodiscard]] bool connect_wanted(uint64_t now_ns) const;
  [[nodiscard]] std::optional<mesh::RekeyReason> own_wish(uint64_t now_ns) const;
  [[nodiscard]] uint64_t next_due_ns() const;
  [[nodiscard]] bool stopping() const;
  void publish();

  const PeerConfig peer_;
  MeshContext& mesh_;
  const bool initiator_;
  SignalFd wake_;

  std::optional<ReadyDataplane> dataplane_;
  std::optional<ControlSession> session_;
  std::optional<mesh::RekeyReason> peer_wish_;
  InboundLanes inbound_;
  uint32_t sending_spi_ = 0;
  uint64_t next_session_ = 1;
  uint64_t rekey_at_ns_ = 0;
  // Inbound lanes of an earlier life of this process: their SPIs are known to the dataplane only.
  bool swept_ = false;
  uint64_t sweep_at_ns_ = 0;  // 0: no agreement yet
  Backoff backoff_;
  Jitter jitter_;

  mutable std::mutex mutex_;
  std::optional<Offered> offered_;               // under mutex_
  std::optional<mesh::RekeyReason> local_wish_;  // under mutex_
  PeerState state_;                              // under mutex_

  std::thread thread_;  // last: everything above outlives it
};

}  // namespace bulkhead::control
