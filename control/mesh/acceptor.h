// SPDX-License-Identifier: Apache-2.0
// Hears other gateways: one thread that takes TCP connections and drives their TLS handshakes.
//
// Before any cryptography: the source must be a configured peer's address, or be within the
// prefixes of one behind a translator, and have a token (mesh/source_gate.h); at most so many
// handshakes run at once, each with a deadline; roaming sources have half of the places. After it:
// the certificate must be that of a configured peer that may come from there and is the initiator
// between us.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "mesh/peer_set.h"
#include "mesh/sockets.h"
#include "mesh/source_gate.h"

namespace bulkhead::control {

struct AcceptorCounters {
  uint64_t strangers = 0;   // closed: not a configured address
  uint64_t limited = 0;     // closed: no token, or too many handshakes
  uint64_t handshakes = 0;  // begun
  uint64_t failed = 0;      // begun and refused or timed out
  uint64_t most_at_once = 0;
};

class Acceptor {
 public:
  Acceptor(MeshContext& mesh, const PeerSet& peers);
  ~Acceptor() { join(); }

  Status start();
  void join();  // after mesh.stop was raised
  // One per configured address. If a port was 0: the one chosen for the first.
  [[nodiscard]] const std::vector<Endpoint>& listening() const noexcept { return listening_; }
  [[nodiscard]] AcceptorCounters counters() const;

 private:
  struct Handshake {
    TlsStream stream;
    IpAddress source;
    SourceGate::Kind kind;
    uint64_t deadline_ns;
    short events;
  };

  void run();
  void wait();
  Status listen(Endpoint wanted);
  // Looks at the set of peers again when it has changed.
  void notice_peers();
  void take_connections(int listener);
  void judge(Accepted accepted);
  [[nodiscard]] bool room_for(const IpAddress& source, SourceGate::Kind kind) const;
  void begin(Accepted accepted, SourceGate::Kind kind);
  void drive_handshakes();
  // True when the handshake is over, well or not.
  bool drive(Handshake& handshake);
  void finish(Handshake& handshake);
  void fail(const Handshake& handshake, const std::string& sentence);
  [[nodiscard]] Result<PeerLinkPtr> rightful_peer(const PeerLeaf& leaf,
                                                  const IpAddress& source) const;

  MeshContext& mesh_;
  const PeerSet& peers_;
  std::vector<UniqueFd> listeners_;
  std::vector<Endpoint> listening_;
  uint64_t peers_version_ = 0;      // the thread's, as all below
  std::vector<PeerLinkPtr> links_;  // of that version
  SourceGate gate_;
  std::vector<Handshake> handshakes_;

  // Written by the thread, read relaxed by counters(): they order nothing.
  std::atomic<uint64_t> strangers_{0}, limited_{0}, begun_{0}, failed_{0}, most_{0};
  std::thread thread_;
};

}  // namespace bulkhead::control
