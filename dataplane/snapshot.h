// SPDX-License-Identifier: Apache-2.0
// Everything that control decided, as one immutable value: the policy image, the mesh table, and
// the joins between them. The admin thread builds and publishes it, workers pin it once per burst,
// so a packet sees one snapshot from first to last stage.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "image/step_points.h"
#include "image/view.h"
#include "packet.h"
#include "port/port.h"

namespace bulkhead::dataplane {

class Matcher;
class MeshTable;
struct TraceOrder;

struct Snapshot {
  image::ImageView image;                    // empty: no policy yet, everything is dropped
  std::shared_ptr<const void> image_memory;  // what `image` views
  std::shared_ptr<const image::Conditions> conditions;  // what `image` obeys
  // Another number, another image or overlay: every flow is decided again at its next packet.
  uint64_t decisions = 0;
  std::shared_ptr<const MeshTable> mesh;   // null: no peers
  std::vector<uint16_t> port_of_identity;  // by identity: local port index, or kNoPort
  std::vector<uint32_t> peer_of_gateway;  // by image gateway index: peer slot in `mesh`, or kNoPeer
  std::vector<uint32_t> gateway_of_peer;  // by peer slot: image gateway index, or image::kNone
  std::shared_ptr<const Matcher> matcher;   // of `image`; null: it has no patterns
  image::StepPoints step_points;            // registers whose last values are remembered
  GatewayIndex self;                        // this gateway in the image
  std::shared_ptr<const TraceOrder> trace;  // packets to follow; null: none
  // No zone port and no path to a peer is narrower: packets up to this size need no closer look.
  uint16_t always_fits = 0;

  [[nodiscard]] bool local(IdentityIndex i) const noexcept {
    return image.identity(i).gateway == self.value;
  }
  // The gateway behind a peer slot; not valid when the image does not name it.
  [[nodiscard]] GatewayIndex gateway_of(uint32_t peer) const noexcept {
    return peer < gateway_of_peer.size() ? GatewayIndex{gateway_of_peer[peer]} : GatewayIndex{};
  }
  // The peer slot that leads to an identity's gateway, or kNoPeer.
  [[nodiscard]] uint32_t peer_for(IdentityIndex i) const noexcept {
    const uint32_t gateway = image.identity(i).gateway;
    return gateway < peer_of_gateway.size() ? peer_of_gateway[gateway] : kNoPeer;
  }
};

struct SnapshotInput {
  image::ImageView image;  // verified, or empty
  std::shared_ptr<const void> image_memory;
  std::shared_ptr<const image::Conditions> conditions;  // of this image; null: none
  uint64_t decisions = 0;                               // never 0 with an image
  std::shared_ptr<const MeshTable> mesh;
  std::span<const std::string> peer_names;           // by peer slot of `mesh`
  std::span<const PortInfo> ports;                   // by port index
  std::shared_ptr<const Matcher> matcher = nullptr;  // of this image; null: it is loaded here
  uint16_t workers = 1;                              // for which it is loaded here
};

// Allocates; admin thread only. Identities of other gateways, and those bound to a port that this
// configuration lacks, get kNoPort.
std::unique_ptr<Snapshot> build_snapshot(const SnapshotInput& input);

}  // namespace bulkhead::dataplane
