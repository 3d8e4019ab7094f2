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
  // `ports`: zone, then mesh. Ends the program with a sentence when something that cannot fail
  // does.
  Gateway(const Plant& plant, std::string name, std::vector<dataplane::PortInfo> ports,
          uint16_t workers = 1);

  // Lanes on which this gateway, of one worker, sends to `peer`; for a peer that is only pretended
  // and has as many workers as this one, null.
  void send_to(Gateway* peer, const std::string& name, const MacAddress& peer_mac);

  // Compiles the plant's policy once more: snapshots take the generations by turns.
  void add_generation(const Plant& plant);
  // Each asks workers to decide anew.
  [[nodiscard]] std::unique_ptr<dataplane::Snapshot> snapshot() const;
  // Packets encrypted and decrypted on all lanes so far.
  [[nodiscard]] uint64_t encrypted() const;
  [[nodiscard]] uint64_t decrypted() const;
  [[nodiscard]] size_t image_bytes() const noexcept { return images_.front().bytes; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct Image {
    std::shared_ptr<std::vector<uint64_t>> words;  // an image is read in place, aligned
    size_t bytes = 0;
  };
  void learn_peer(const std::string& name);
  // Sums over the peers.
  [[nodiscard]] ipc::PeerStatus totals() const;

  std::string name_;
  std::vector<dataplane::PortInfo> ports_;
  uint16_t workers_;
  std::vector<Image> images_;
  mutable uint64_t decisions_ = 0;
  dataplane::MeshState mesh_;
  std::vector<std::pair<std::string, MacAddress>> peers_;
};

}  // namespace bulkhead::bench
