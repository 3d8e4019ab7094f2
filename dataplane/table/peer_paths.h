// SPDX-License-Identifier: Apache-2.0
// The admin thread's picture of one peer's paths: which one data takes, where the peer was last
// heard, what the path carries. Reads what worker 0 found out; write() puts it into the next table.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ipc/messages.h"
#include "table/mesh_table.h"

namespace bulkhead::dataplane {

// One Neighbour per own mesh port and on-link address, as long as somebody holds it.
class Neighbours {
 public:
  std::shared_ptr<Neighbour> at(uint8_t own, const IpAddress& ip);
  void forget_unused();

 private:
  std::map<std::pair<uint8_t, IpAddress>, std::weak_ptr<Neighbour>> known_;
};

class PeerPaths {
 public:
  // Takes over what is known of paths that stay. `own` and `neighbours` outlive this.
  void set(const ipc::Peer& peer, bool own_behind_nat, std::span<const Underlay> own,
           Neighbours& neighbours);

  // What happened to paths, one sentence each, for people.
  using News = std::vector<std::string>;
  // True: the next table differs. Bounded: an address moves once per kMoveNs at most.
  bool tick(uint64_t now_ns, News& news);
  static constexpr uint64_t kMoveNs = 100'000'000;

  // Paths, active path and outer headers of out.outbound.lanes.
  void write(MeshTable::Peer& out) const;
  [[nodiscard]] std::vector<ipc::PathStatus> status() const;

 private:
  struct Path {
    ipc::PeerPath wanted;
    std::shared_ptr<PathSlot> slot;
    std::shared_ptr<Neighbour> hop;  // null: the address is not known yet
    Endpoint remote;
    uint8_t own = 0;
    uint16_t mtu = 0;  // in the present table
    uint64_t moved_ns = 0;
    uint64_t failovers = 0;
    PathState said = PathState::kUnknown;  // what people were told last
  };
  [[nodiscard]] Path made(const ipc::PeerPath& wanted);
  void aim(Path& path, const Endpoint& remote);
  bool follow(Path& path, uint64_t now_ns, News& news);
  bool choose(News& news);
  void tell(Path& path, News& news);
  [[nodiscard]] OuterTemplate outer(const Path& path, const OutboundLane& lane,
                                    uint16_t mtu) const noexcept;
  [[nodiscard]] std::string label(const Path& path) const;

  std::span<const Underlay> own_;
  Neighbours* neighbours_ = nullptr;
  std::string name_;
  uint16_t handshake_port_ = 0;
  bool roams_ = false;
  bool shares_port_ = false;  // all lanes leave from the ESP port
  std::vector<IpPrefix> from_;
  std::vector<Path> paths_;
  size_t active_ = 0;
};

}  // namespace bulkhead::dataplane
