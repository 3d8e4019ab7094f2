// SPDX-License-Identifier: Apache-2.0
// Hears other gateways: one thread that takes TCP connections and drives their TLS handshakes.
//
// Before any cryptography: the source must be a configured peer's address and have a token; at most
// so many handshakes run at once, each with a deadline. After it: the certificate must be that of a
// configured peer with this address, which is the initiator between us.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "mesh/peer_link.h"
#include "mesh/sockets.h"
#include "mesh/token_bucket.h"

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
  Acceptor(MeshContext& mesh, const std::vector<std::unique_ptr<PeerLink>>& peers);
  ~Acceptor() { join(); }

  Status start();
  void join();  // after mesh.stop was raised
  [[nodiscard]] Endpoint listening() const noexcept { return listening_; }
  [[nodiscard]] AcceptorCounters counters() const;

 private:
  struct Handshake {
    TlsStream stream;
    IpAddress source;
    uint64_t deadline_ns;
    short events;
  };

  void run();
  void wait();
  void take_connections();
  void begin(Accepted accepted);
  [[nodiscard]] bool admitted(const IpAddress& source);
  void drive_handshakes();
  // True when the handshake is over, well or not.
  bool drive(Handshake& handshake);
  void finish(Handshake& handshake);
  void fail(const Handshake& handshake, const std::string& sentence);
  [[nodiscard]] Result<PeerLink*> rightful_peer(const PeerLeaf& leaf,
                                                const IpAddress& source) const;

  MeshContext& mesh_;
  const std::vector<std::unique_ptr<PeerLink>>& peers_;
  UniqueFd listener_;
  Endpoint listening_;
  std::map<IpAddress, TokenBucket> buckets_;  // one per configured address, never more
  std::vector<Handshake> handshakes_;

  // Written by the thread, read relaxed by counters(): they order nothing.
  std::atomic<uint64_t> strangers_{0}, limited_{0}, begun_{0}, failed_{0}, most_{0};
  std::thread thread_;
};

}  // namespace bulkhead::control
