// SPDX-License-Identifier: Apache-2.0
// Peers and lanes as workers see them: immutable once published, replaced as a whole.
//
// What a table points to lives longer than the table: a new table takes over peer slots and lanes
// of the old one (shared_ptr), so sequence numbers, replay windows, learnt link-layer addresses and
// counters go on. The last table that holds a lane wipes its key. Tables are built by MeshState
// (admin thread) and retired with the snapshot after a grace period.
//
// Who may touch what   A: admin thread   W: the one owning worker   N: worker 0 and mesh receivers
//   everything `const` after build()      A: write before publish        W: read
//   OutboundLane::sequence                W (send_worker) only
//   InboundLane::window                   W (receive_worker) only
//   lane counters, newest                 W: store relaxed               A: load relaxed
//   PeerSlot::link_address                N: store relaxed               W: load relaxed
//                                         (docs/concurrency.md, "Neighbour address")
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "esp/lane.h"
#include "flow/key.h"
#include "packet.h"
#include "table/lane.h"

namespace bulkhead::dataplane {

inline constexpr uint16_t kNoWorker = 0xffff;

// The gateway's own side of the underlay. Fixed at start.
struct Underlay {
  uint16_t port = 0xffff;             // port index of the mesh port
  MacAddress mac;                     // of the mesh port, and of the exception tap's kernel end
  IpPrefix address;                   // own address and its on-link prefix
  std::optional<IpAddress> next_hop;  // for peers off the prefix
  uint16_t mtu = 1500;                // of the mesh port
  uint16_t esp_port = esp::kUdpPort;
  uint16_t handshake_port = 0;  // of our own control
};

// A gateway that we may talk to. Shared by all tables that name the peer at this endpoint.
struct PeerSlot {
  std::string name;
  Endpoint underlay;                      // where its ESP in UDP goes
  uint16_t handshake_port = 0;            // of its control
  IpAddress hop;                          // on-link address to resolve: the peer, or the next hop
  std::atomic<uint64_t> link_address{0};  // MacAddress::packed() of `hop`; 0: not known
  std::atomic<uint64_t> confirmed_ns{0};  // steady time at which the address was last heard
  // Admission of handshake packets, one gate per worker (RateGate in stage/rate_gate.h): the
  // steady time at which the gate's bucket is full again.
  std::unique_ptr<uint64_t[]> handshake_gate;
  uint64_t ask_after_ns = 0;  // worker 0 only: when to ask for `hop` again
};

// The lanes to one peer: lanes[send_worker * peer_workers + receive_worker].
struct OutboundSet {
  uint16_t peer_workers = 0;
  std::vector<std::shared_ptr<OutboundLane>> lanes;
};

class MeshTable {
 public:
  struct Inbound {
    std::shared_ptr<InboundLane> lane;
    uint32_t peer = kNoPeer;  // index into peers()
  };
  struct Peer {
    std::shared_ptr<PeerSlot> slot;
    OutboundSet outbound;  // no lanes: no keys yet
  };

  MeshTable(const Underlay& own, uint16_t workers, std::vector<Peer> peers,
            std::vector<Inbound> inbound_by_index);

  [[nodiscard]] const Underlay& own() const noexcept { return own_; }
  [[nodiscard]] std::span<const Peer> peers() const noexcept { return peers_; }

  // The lane with exactly this SPI; lane == nullptr: none.
  [[nodiscard]] const Inbound& inbound(uint32_t spi) const noexcept;
  // Who must decrypt a packet with this SPI; kNoWorker: nobody, there is no such lane.
  [[nodiscard]] uint16_t receive_worker(uint32_t spi) const noexcept;

  // The lane for a flow, chosen so that the peer's worker that owns the flow receives it.
  // nullptr: no such peer, or no keys.
  [[nodiscard]] OutboundLane* outbound(uint32_t peer, uint16_t send_worker,
                                       uint32_t flow_hash) const noexcept {
    if (peer >= peers_.size()) return nullptr;
    const OutboundSet& set = peers_[peer].outbound;
    if (set.lanes.empty() || send_worker >= workers_) return nullptr;
    const uint16_t receiver = flow::worker_of(flow_hash, set.peer_workers);
    return set.lanes[size_t{send_worker} * set.peer_workers + receiver].get();
  }

  // kNoPeer: not configured. by_address: peers' own addresses; is_hop: what we resolve.
  [[nodiscard]] uint32_t peer_by_address(const IpAddress& ip) const noexcept;
  [[nodiscard]] bool is_hop(const IpAddress& ip) const noexcept;
  [[nodiscard]] uint32_t peer_by_name(std::string_view name) const noexcept;

  // The link-layer address of a hop was heard. False: it is nobody's hop.
  bool learn(const IpAddress& hop, const MacAddress& mac, uint64_t steady_ns) const noexcept;

  // An SPI is tag(12) | index(20): the index makes the look-up an array access, the random nonzero
  // tag keeps a late packet of a removed lane off the lane that inherited its index.
  static constexpr uint32_t kIndexBits = 20;
  static constexpr uint32_t spi_index(uint32_t spi) noexcept {
    return spi & ((1u << kIndexBits) - 1);
  }

 private:
  struct Address {
    IpAddress ip;
    uint32_t peer = kNoPeer;
    auto operator<=>(const Address&) const noexcept = default;
  };
  Underlay own_;
  uint16_t workers_;
  std::vector<Peer> peers_;
  std::vector<Inbound> inbound_;
  std::vector<Address> by_address_;  // sorted
  std::vector<Address> by_hop_;      // sorted; several peers may share a hop
};

}  // namespace bulkhead::dataplane
