// SPDX-License-Identifier: Apache-2.0
// The admin thread's picture of peers and lanes, edited by control's messages; build() turns it
// into a MeshTable to publish. Nothing here is seen by workers.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "ipc/messages.h"
#include "table/key_chain.h"
#include "table/mesh_table.h"
#include "table/peer_paths.h"

namespace bulkhead::dataplane {

class MeshState {
 public:
  // `own`: of the mesh ports, kMaxUnderlays at most; the first is the default.
  MeshState(std::vector<Underlay> own, uint16_t workers);
  MeshState(const Underlay& own, uint16_t workers) : MeshState(std::vector{own}, workers) {}

  // Every method changes all or nothing. Errors: kInvalid, kNotFound (peer, SPI), kExists (SPI has
  // a lane), kExhausted (SPIs). An SPI can be installed only after allocate_spis() gave it out.
  Status set_peers(const ipc::SetPeers& message);
  Result<std::vector<uint32_t>> allocate_spis(uint32_t count);
  Status install_inbound(const ipc::InstallInbound& message);
  Status install_outbound(const ipc::InstallOutbound& message);
  Status remove_inbound(const ipc::RemoveInbound& message);
  // All lanes of the peer, both directions.
  Status drop_lanes(const std::string& peer);
  // Takes back SPIs that were given out but never installed: for when control has come anew.
  void release_unused_spis() noexcept;
  [[nodiscard]] bool empty() const noexcept { return peers_.empty(); }

  // What workers found out about paths, and how far their lanes came. True: build() and publish.
  // Every 10 ms is often enough.
  bool tick(uint64_t now_ns, PeerPaths::News& news);
  // How often, and with how many lanes at once, a receiver looks for the epoch that it missed.
  static constexpr uint64_t kCatchUpNs = 100'000'000;
  static constexpr unsigned kCatchUpLanes = 64;

  [[nodiscard]] std::shared_ptr<const MeshTable> build() const;
  // At most `limit` peers in name order, from the first whose name is greater than `after`.
  [[nodiscard]] std::vector<ipc::PeerStatus> status(const std::string& after, size_t limit,
                                                    bool& more) const;

 private:
  struct Index {
    uint32_t spi = 0;                   // 0: free
    std::shared_ptr<InboundLane> lane;  // nullptr: given out, not installed
    std::unique_ptr<KeyChain> chain;    // of the lane
    uint64_t set = 0;                   // the install_inbound() that brought it
    int claim = 0;                      // the last of its claims that was tried
  };
  // Of lanes that are gone.
  struct Totals {
    uint64_t packets_in = 0, bytes_in = 0, packets_out = 0, bytes_out = 0;
    int64_t last_in_wall_ns = 0;
    void add(const InboundLane& lane) noexcept;
    void add(const OutboundLane& lane) noexcept;
  };
  struct PeerEntry {
    std::shared_ptr<PeerSlot> slot;
    PeerPaths paths;
    OutboundSet outbound;
    std::vector<KeyChain> chains;          // parallel to outbound.lanes
    std::vector<uint32_t> newest_inbound;  // SPIs of the last install_inbound()
    Totals gone;
  };
  [[nodiscard]] std::shared_ptr<PeerSlot> make_slot(const std::string& name) const;
  [[nodiscard]] Status check(const ipc::InstallInbound& message) const;
  [[nodiscard]] Status check(const ipc::InstallOutbound& message) const;
  uint32_t fresh_tag();
  uint32_t claim_index();
  bool step_outbound(PeerEntry& peer, PeerPaths::News& news);
  bool step_inbound(PeerPaths::News& news);
  bool catch_up(uint64_t now_ns, PeerPaths::News& news);
  [[nodiscard]] ipc::PeerStatus status_of(const PeerEntry& entry) const;
  void drop_inbound_of(const PeerSlot* slot) noexcept;
  void remove_lane(PeerEntry& peer, uint32_t spi) noexcept;
  // SPIs of the peer's lanes that its newest install_inbound() did not bring.
  [[nodiscard]] std::vector<uint32_t> superseded(const PeerEntry& peer) const;

  std::vector<Underlay> own_;
  uint16_t workers_;
  Neighbours neighbours_;
  std::vector<std::shared_ptr<Neighbour>> next_hops_;  // while some peer roams
  uint64_t keepalive_ns_ = 1'000'000'000;
  uint64_t sets_ = 0;  // install_inbound()s so far
  uint64_t catch_up_due_ns_ = 0;
  size_t catch_up_at_ = 0;                  // the index looked at last
  std::map<std::string, PeerEntry> peers_;  // by name, so that tables are in name order
  std::vector<Index> indices_;
  std::random_device random_;
  std::shared_ptr<SourceGates> gates_;
};

}  // namespace bulkhead::dataplane
