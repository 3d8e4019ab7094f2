// SPDX-License-Identifier: Apache-2.0
// Peers and lanes as workers see them: immutable once published, replaced as a whole.
//
// What a table points to lives longer than the table: a new table takes over peer slots and lanes
// of the old one (shared_ptr), so sequence numbers, replay windows, learnt link-layer addresses and
// counters go on. The last table that holds a key wipes it. Tables are built by MeshState (admin
// thread) and retired with the snapshot after a grace period.
//
// Who may touch what   A: admin thread   W: the one owning worker
//   everything `const` after build()      A: write before publish        W: read
//   lanes                                 table/lane.h
//   neighbours, path slots                table/path.h
//   PeerSlot::handshake_gate[w], conversation_gate[w], gates    worker w only
//   PeerSlot::conversations               conversations.h
//   PeerSlot::keepalive_lane, newest_set  worker 0 only
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
#include "dscp.h"
#include "esp/lane.h"
#include "flow/key.h"
#include "packet.h"
#include "table/conversations.h"
#include "table/epoch_keys.h"
#include "table/lane.h"
#include "table/outer_template.h"
#include "table/path.h"

namespace bulkhead::dataplane {

class SourceGates;

inline constexpr uint16_t kNoWorker = 0xffff;

// The gateway's own side of one underlay. Fixed at start, but for handshake_port.
struct Underlay {
  std::string name;                   // of the mesh port, for ipc::PeerPath::mesh_port
  uint16_t port = 0xffff;             // port index of the mesh port
  uint16_t exception = 0xffff;        // port index of its exception tap; kNoPort: none
  MacAddress mac;                     // of the mesh port, and of the exception tap's kernel end
  IpPrefix address;                   // own address and its on-link prefix
  std::optional<IpAddress> next_hop;  // for peers off the prefix
  uint16_t mtu = 1500;                // of the mesh port
  DscpRule dscp;
  uint16_t esp_port = esp::kUdpPort;
  uint16_t handshake_port = 0;  // of our own control
};
inline constexpr size_t kMaxUnderlays = 4;

// A gateway that we may talk to. Shared by all tables that name the peer.
struct PeerSlot {
  std::string name;
  // Admission of handshake packets, one gate per worker (RateGate in stage/rate_gate.h): the
  // steady time at which the gate's bucket is full again.
  std::unique_ptr<uint64_t[]> handshake_gate;
  // The same for packets of connections that our control has begun or answered.
  std::unique_ptr<uint64_t[]> conversation_gate;
  Conversations conversations;
  // Roaming: the lane on which the peer's keepalives come, and the newest set of keys heard from.
  uint32_t keepalive_spi = 0;
  uint64_t newest_set = 0;
};

// The lanes to one peer: lanes[send_worker * peer_workers + receive_worker].
struct OutboundSet {
  uint16_t peer_workers = 0;
  std::vector<std::shared_ptr<OutboundLane>> lanes;
  std::vector<EpochKeysPtr> keys;  // parallel to lanes
};

class MeshTable {
 public:
  struct Inbound {
    std::shared_ptr<InboundLane> lane;
    EpochKeysPtr keys;
    uint32_t peer = kNoPeer;  // index into peers()
    bool roams = false;       // the peer's address may change: see where it comes from
    uint64_t set = 0;         // later InstallInbounds have larger numbers
  };
  // One way to a peer: own mesh port and remote address.
  struct Path {
    std::shared_ptr<PathSlot> slot;
    std::shared_ptr<Neighbour> hop;  // null: the remote address is not known yet
    Endpoint remote;                 // as configured, or as last learnt; zero: not known yet
    uint8_t own = 0;                 // index for own()
    bool roams = false;
    OuterTemplate probe;  // of lane [0][0], as wide as the own mesh port; no lane: empty
  };
  struct Peer {
    std::shared_ptr<PeerSlot> slot;
    OutboundSet outbound;              // no lanes: no keys yet
    std::vector<OuterTemplate> outer;  // of the active path, parallel to outbound.lanes
    std::vector<Path> paths;           // the most wanted first
    uint8_t active = 0;                // index into paths
    uint16_t handshake_port = 0;       // of its control
    std::vector<IpPrefix> from;        // where it may come from, if it roams
  };
  struct Parts {
    std::vector<Underlay> own;  // 1..kMaxUnderlays; the first is the default
    uint16_t workers = 1;
    uint64_t keepalive_ns = 1'000'000'000;
    std::vector<Peer> peers;
    std::vector<Inbound> inbound_by_index;
    std::shared_ptr<SourceGates> gates;
    // Next hops that are resolved before any path needs them: for peers still to be heard from.
    std::vector<std::shared_ptr<Neighbour>> next_hops;
  };
  // What a packet needs on its way out.
  struct Way {
    OutboundLane* lane = nullptr;  // nullptr: no such peer, or no keys
    const OuterTemplate* outer = nullptr;
    const EpochKeys* keys = nullptr;
  };

  explicit MeshTable(Parts parts);

  [[nodiscard]] const Underlay& own(size_t index = 0) const noexcept { return own_[index]; }
  [[nodiscard]] std::span<const Underlay> owns() const noexcept { return own_; }
  // The underlay of that mesh port, or of that exception tap; nullptr: neither.
  [[nodiscard]] const Underlay* own_of_port(uint16_t port) const noexcept;
  [[nodiscard]] const Underlay* own_of_exception(uint16_t port) const noexcept;
  [[nodiscard]] uint8_t index_of(const Underlay& own) const noexcept {
    return static_cast<uint8_t>(&own - own_.data());
  }
  [[nodiscard]] std::span<const Peer> peers() const noexcept { return peers_; }
  [[nodiscard]] uint64_t keepalive_ns() const noexcept { return keepalive_ns_; }

  // The lane with exactly this SPI; lane == nullptr: none.
  [[nodiscard]] const Inbound& inbound(uint32_t spi) const noexcept {
    const uint32_t index = spi_index(spi);
    if (index >= inbound_.size()) return kNobody;
    const Inbound& found = inbound_[index];
    return found.lane != nullptr && found.lane->spi == spi ? found : kNobody;
  }
  // Who must decrypt a packet with this SPI; kNoWorker: nobody, there is no such lane.
  [[nodiscard]] uint16_t receive_worker(uint32_t spi) const noexcept;

  // The lane for a flow, chosen so that the peer's worker that owns the flow receives it, and the
  // headers of the active path in front of it.
  [[nodiscard]] Way way(uint32_t peer, uint16_t send_worker, uint32_t flow_hash) const noexcept {
    if (peer >= peers_.size()) return {};
    const Peer& to = peers_[peer];
    if (to.outbound.lanes.empty() || send_worker >= workers_) return {};
    const uint16_t receiver = flow::worker_of(flow_hash, to.outbound.peer_workers);
    const size_t at = size_t{send_worker} * to.outbound.peer_workers + receiver;
    return {to.outbound.lanes[at].get(), &to.outer[at], to.outbound.keys[at].get()};
  }
  // All flows from a worker to the peer take one way: the peer has one worker.
  [[nodiscard]] bool one_way(uint32_t peer) const noexcept {
    return peer < peers_.size() && peers_[peer].outbound.peer_workers == 1;
  }
  [[nodiscard]] OutboundLane* outbound(uint32_t peer, uint16_t send_worker,
                                       uint32_t flow_hash) const noexcept {
    return way(peer, send_worker, flow_hash).lane;
  }

  // The largest inner packet that the active path to the peer carries; 0: no such peer, or no keys.
  [[nodiscard]] uint16_t max_inner(uint32_t peer) const noexcept;

  // A peer that has this address on any path; kNoPeer: nobody.
  [[nodiscard]] uint32_t peer_by_address(const IpAddress& ip) const noexcept;
  // Some peer may come from this address.
  [[nodiscard]] bool is_source(const IpAddress& ip) const noexcept;
  [[nodiscard]] uint32_t peer_by_name(std::string_view name) const noexcept;
  [[nodiscard]] SourceGates* gates() const noexcept { return gates_.get(); }

  // What we resolve on an own mesh port; nullptr: nobody's hop.
  [[nodiscard]] Neighbour* neighbour(uint8_t own, const IpAddress& ip) const noexcept;
  [[nodiscard]] std::span<const std::shared_ptr<Neighbour>> neighbours() const noexcept {
    return neighbours_;
  }
  // The link-layer address of a hop was heard. False: it is nobody's hop.
  bool learn(uint8_t own, const IpAddress& hop, const MacAddress& mac,
             uint64_t steady_ns) const noexcept;

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
  struct Range {
    IpAddress first, last;
  };
  void index_addresses();
  void index_sources();

  static const Inbound kNobody;

  std::vector<Underlay> own_;
  uint16_t workers_;
  uint64_t keepalive_ns_;
  std::vector<Peer> peers_;
  std::vector<Inbound> inbound_;
  std::vector<Address> by_address_;                     // sorted
  std::vector<Range> sources_;                          // sorted, apart from each other
  std::vector<std::shared_ptr<Neighbour>> neighbours_;  // sorted by own and ip
  std::shared_ptr<SourceGates> gates_;
};

}  // namespace bulkhead::dataplane
