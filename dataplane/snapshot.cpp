// SPDX-License-Identifier: Apache-2.0
#include "snapshot.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "matcher.h"
#include "table/mesh_table.h"

namespace bulkhead::dataplane {
namespace {

// The image's gateways by name: a snapshot is built for every change of a lane, so a thousand peers
// must not be compared with a thousand gateways each time.
class GatewayNames {
 public:
  explicit GatewayNames(const image::ImageView& image) {
    const auto gateways = image.gateways();
    names_.reserve(gateways.size());
    for (uint32_t i = 0; i < gateways.size(); ++i)
      names_.emplace_back(image.text(gateways[i].name), i);
    std::ranges::sort(names_);
  }
  // Its index, or image::kNone.
  [[nodiscard]] uint32_t find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(names_, name, {}, &Named::first);
    return at != names_.end() && at->first == name ? at->second : image::kNone;
  }

 private:
  using Named = std::pair<std::string_view, uint32_t>;
  std::vector<Named> names_;
};

uint16_t zone_port_named(std::span<const PortInfo> ports, std::string_view name) {
  for (const PortInfo& port : ports)
    if (port.role == PortRole::kZone && port.name == name) return port.index;
  return kNoPort;
}

std::vector<uint16_t> ports_of_identities(const Snapshot& snapshot,
                                          std::span<const PortInfo> ports) {
  std::vector<uint16_t> out;
  out.reserve(snapshot.image.identities().size());
  for (const image::IdentityRecord& identity : snapshot.image.identities()) {
    const bool here = !identity.ip.is_zero() && identity.gateway == snapshot.self.value;
    out.push_back(here ? zone_port_named(ports, snapshot.image.text(identity.port)) : kNoPort);
  }
  return out;
}

uint16_t narrowest_way(const SnapshotInput& input) {
  uint16_t least = 0xffff;
  for (const PortInfo& port : input.ports)
    if (port.role == PortRole::kZone) least = std::min(least, port.mtu);
  const size_t peers = input.mesh == nullptr ? 0 : input.mesh->peers().size();
  for (uint32_t peer = 0; peer < peers; ++peer)
    if (const uint16_t inner = input.mesh->max_inner(peer); inner != 0)
      least = std::min(least, inner);
  return least;
}

// An image that does not load is refused before it comes here (admin/image_intake.h). Should one
// come all the same, there is no matcher, and flows that need one do not pass.
std::shared_ptr<const Matcher> matcher_of(const SnapshotInput& input) {
  if (input.matcher != nullptr) return input.matcher;
  auto loaded = Matcher::load(input.image.sections(), input.workers, nullptr);
  return loaded ? *loaded : nullptr;
}

}  // namespace

std::unique_ptr<Snapshot> build_snapshot(const SnapshotInput& input) {
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->image = input.image;
  snapshot->image_memory = input.image_memory;
  snapshot->conditions = input.conditions;
  snapshot->image.obey(snapshot->conditions.get());
  snapshot->decisions = input.decisions;
  snapshot->mesh = input.mesh;
  snapshot->gateway_of_peer.assign(input.peer_names.size(), image::kNone);
  if (input.image.empty()) return snapshot;
  snapshot->matcher = matcher_of(input);
  const GatewayNames gateways(input.image);
  // An image that names no identity of this gateway does not list the gateway either.
  snapshot->self = GatewayIndex{gateways.find(input.image.gateway())};
  snapshot->port_of_identity = ports_of_identities(*snapshot, input.ports);
  snapshot->peer_of_gateway.assign(input.image.gateways().size(), kNoPeer);
  for (uint32_t peer = 0; peer < input.peer_names.size(); ++peer) {
    const uint32_t gateway = gateways.find(input.peer_names[peer]);
    snapshot->gateway_of_peer[peer] = gateway;
    if (gateway != image::kNone) snapshot->peer_of_gateway[gateway] = peer;
  }
  snapshot->step_points = image::StepPoints(input.image.sections());
  snapshot->always_fits = narrowest_way(input);
  return snapshot;
}

}  // namespace bulkhead::dataplane
