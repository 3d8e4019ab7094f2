// SPDX-License-Identifier: Apache-2.0
// What a benchmarked gateway enforces: the plant's policy compiled, signed and verified as control
// and dataplane would do it, a peer with lanes of random keys, and the snapshot that joins the two.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "image/view.h"
#include "port/port.h"
#include "snapshot.h"
#include "support/plant.h"
#include "table/mesh_state.h"

namespace bulkhead::bench {

inline constexpr MacAddress kOwnMeshMac{{0x02, 0, 0, 0, 0xaa, 0x01}};
inline constexpr MacAddress kPeerMeshMac{{0x02, 0, 0, 0, 0xbb, 0x01}};
inline constexpr uint16_t kZone = 0, kMesh = 1;  // port indices

// 192.0.2.1 for gw-a, 192.0.2.2 for gw-b.
IpAddress underlay_of(std::string_view gateway);

dataplane::PortInfo zone_port(const MacAddress& mac);
dataplane::PortInfo mesh_port(std::string_view gateway, const MacAddress& mac);

class Gateway {
 public:
  // One worker. `ports`: zone, then mesh. Ends the program with a sentence when something that
  // cannot fail does.
  Gateway(const Plant& plant, std::string name, std::vector<dataplane::PortInfo> ports);

  // Lanes on which this gateway sends to `peer`; for a peer that is only pretended, null.
  void send_to(Gateway* peer, const std::string& name, const MacAddress& peer_mac);

  [[nodiscard]] std::unique_ptr<dataplane::Snapshot> snapshot() const;
  // Packets encrypted and decrypted on all lanes so far.
  [[nodiscard]] uint64_t encrypted() const;
  [[nodiscard]] uint64_t decrypted() const;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  void learn_peer(const std::string& name);
  // Sums over the peers.
  [[nodiscard]] ipc::PeerStatus totals() const;

  std::string name_;
  std::vector<dataplane::PortInfo> ports_;
  std::shared_ptr<std::vector<uint64_t>> image_;  // words: an image is read in place, aligned
  size_t image_bytes_ = 0;
  dataplane::MeshState mesh_;
  std::vector<std::pair<std::string, MacAddress>> peers_;
};

}  // namespace bulkhead::bench
