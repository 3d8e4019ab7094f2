// SPDX-License-Identifier: Apache-2.0
// One peer: its thread, its lanes, its control connection.
//
// One of both ends is the initiator (config/peer_config.h, initiates()); only it connects. So two
// wishes for a rekey at once end in one handshake: the initiator's. The initiator tries the peer's
// paths in turn, beginning with the one that worked last.
//
// Threads: run() and all members without a mention are the link's own thread's. `mutex_` guards
// what others see or leave here; nothing waits for a peer or the dataplane under it.
#pragma once

#include <atomic>
#include <condition_variable>
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
  PeerLink(PeerConfig peer, MeshContext& mesh);
  ~PeerLink();
  PeerLink(const PeerLink&) = delete;
  PeerLink& operator=(const PeerLink&) = delete;

  // From any thread.
  void start();
  void stop();  // ends all waits; join() returns soon
  void join();
  void wake() { wake_.raise(); }
  void request_rekey(mesh::RekeyReason reason);
  // Fresh keys at a random moment within the time.
  void request_rekey_within(mesh::RekeyReason reason, uint64_t spread_ns);
  // A connection whose other end proved to be this peer. The newest replaces one not yet taken.
  void offer(TlsStream stream, PeerLeaf leaf);
  // A handshake from the peer's address failed.
  void note_failure(const std::string& sentence);
  // Closes the control connection and has the dataplane drop all lanes. When it returns no exchange
  // is under way and nothing is accepted or sent. Shown as revoked, with the reason, until a later
  // agreement. Errors: the dataplane did not obey; lanes may be there still.
  Status cut(const std::string& why);
  // Judges the certificates of the peer again, now: one that is no longer believed is cut off.
  // Errors: as cut().
  Status rejudge();
  // The certificates with which it last agreed, before or since start.
  void remember(PeerLeaf leaf);
  [[nodiscard]] std::optional<PeerLeaf> leaf() const;
  // To be sent over the control connection, if there is one, unless this is the link's own thread:
  // then the record came from it.
  void relay(const DenyBytes& record);
  [[nodiscard]] bool relaying() const;  // something is not sent yet
  [[nodiscard]] PeerState state() const;
  [[nodiscard]] const PeerConfig& config() const noexcept { return peer_; }
  [[nodiscard]] bool initiator() const noexcept { return initiator_; }
  [[nodiscard]] bool may_come_from(const IpAddress& source) const;
  // For a caller that should be the called: what to change.
  [[nodiscard]] std::string wrong_role() const;

 private:
  struct Offered {
    TlsStream stream;
    PeerLeaf leaf;
  };

  void run();
  void step();
  void notice_cut();
  void notice_dataplane();
  void notice_hurry();
  void notice_loneliness();
  void notice_time();
  void take_records();
  void note_relayed();
  void take_offered();
  void connect_if_due();
  Result<Offered> call();
  Result<Offered> call_over(const PeerPathConfig& path);
  Result<Offered> shake_hands(UniqueFd fd, uint64_t deadline_ns);
  Status agree(Offered offered);
  Status begin_exchange(const PeerLeaf& leaf);
  void keep_chain(const PeerLeaf& leaf);
  void end_exchange();
  Result<Agreement> exchange(Offered& offered);
  void adopt(TlsStream stream, const Agreement& agreement, const PeerLeaf& leaf);
  void serve_session();
  void retire_lanes();
  void sweep_orphans(uint64_t now_ns);
  void wait() const;
  [[nodiscard]] bool connect_wanted(uint64_t now_ns) const;
  [[nodiscard]] std::optional<mesh::RekeyReason> own_wish(uint64_t now_ns) const;
  [[nodiscard]] uint64_t next_due_ns() const;
  // The reason why one of the peer's certificates is not believed; empty: all are.
  [[nodiscard]] std::string distrust();
  [[nodiscard]] bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  void publish();

  const PeerConfig peer_;
  MeshContext& mesh_;
  const bool initiator_;
  SignalFd wake_;
  SignalFd interrupt_;  // ends the waits of an exchange: stop() and cut()
  std::atomic<bool> stopping_{false};

  std::optional<ReadyDataplane> dataplane_;
  std::optional<ControlSession> session_;
  std::optional<mesh::RekeyReason> peer_wish_;
  InboundLanes inbound_;
  uint32_t sending_spi_ = 0;
  uint64_t next_session_ = 1;
  uint64_t rekey_at_ns_ = 0;
  size_t path_ = 0;  // to be tried first
  uint64_t waiting_since_ns_;
  // Inbound lanes of an earlier life of this process: their SPIs are known to the dataplane only.
  bool swept_ = false;
  uint64_t sweep_at_ns_ = 0;  // 0: no agreement yet
  Backoff backoff_;
  Jitter jitter_;

  mutable std::mutex mutex_;
  std::condition_variable idle_;                 // with mutex_: agreeing_ became false
  std::optional<Offered> offered_;               // under mutex_
  std::optional<mesh::RekeyReason> local_wish_;  // under mutex_
  uint64_t local_wish_at_ns_ = 0;                // under mutex_: not before
  bool hurry_ = false;                           // under mutex_: do not wait for the backoff
  bool agreeing_ = false;                        // under mutex_: an exchange may install lanes
  uint32_t cutting_ = 0;                         // under mutex_: cut() calls that bar an exchange
  bool cut_ = false;                             // under mutex_: the thread has to forget its lanes
  bool dropped_ = false;                         // under mutex_: cut off, and no lanes since
  std::optional<PeerLeaf> leaf_;                 // under mutex_: of the newest agreement
  std::optional<PeerLeaf> candidate_;            // under mutex_: of the exchange under way
  std::vector<DenyBytes> records_;               // under mutex_: to be relayed
  bool relaying_ = false;                        // under mutex_: taken, and not sent yet
  PeerState state_;                              // under mutex_

  std::thread thread_;  // last: everything above outlives it
};

}  // namespace bulkhead::control
