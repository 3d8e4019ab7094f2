// SPDX-License-Identifier: Apache-2.0
// MeshService of proto/bulkhead/v1/mesh.proto: what key agreement and the dataplane know of peers.
#include <algorithm>

#include "bulkhead/v1/mesh.grpc.pb.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

void fill(v1::Peer& out, const PeerState& peer) {
  out.set_state(std::string(to_string(peer.phase)));
  out.set_last_error(peer.last_error);
  out.set_session(peer.sessions);
  out.set_keys_installed(peer.keys_installed);
  out.set_certificate_id(peer.certificate_id);
  out.set_failures(peer.failures);
  if (peer.agreed_wall_ns != 0) set_time(*out.mutable_keyed(), peer.agreed_wall_ns);
  if (peer.certificate_not_after != 0)
    out.mutable_certificate_not_after()->set_seconds(peer.certificate_not_after);
}

void fill(v1::Peer& out, const ipc::PeerStatus& peer) {
  out.set_underlay_resolved(!peer.paths.empty() && peer.paths.front().resolved);
  out.set_inbound_lanes(peer.inbound_lanes);
  out.set_outbound_lanes(peer.outbound_lanes);
  out.set_packets_in(peer.packets_in);
  out.set_bytes_in(peer.bytes_in);
  out.set_packets_out(peer.packets_out);
  out.set_bytes_out(peer.bytes_out);
  if (peer.last_in_wall_ns != 0) set_time(*out.mutable_last_in(), peer.last_in_wall_ns);
}

template <typename Peers>
void fill_named(v1::Peer& out, const std::string& name, const Peers& peers) {
  const auto found = std::ranges::find(peers, name, [](const auto& peer) { return peer.name; });
  if (found != peers.end()) fill(out, *found);
}

class MeshService final : public v1::MeshService::Service {
 public:
  explicit MeshService(Parts& parts) : parts_(parts) {}

  grpc::Status ListPeers(grpc::ServerContext* context, const v1::ListPeersRequest*,
                         v1::ListPeersResponse* response) override {
    auto caller = authorise(*context, parts_.config.trust_domain, Needs::kRead);
    if (!caller) return to_grpc(caller.error());
    const std::vector<PeerState> keyed = parts_.mesh.peers();
    ipc::DataplaneStatus dataplane;
    if (auto answer = parts_.link.ask(ipc::GetStatus{}); answer)
      if (auto* status = std::get_if<ipc::DataplaneStatus>(&*answer))
        dataplane = std::move(*status);
    for (const PeerConfig& config : parts_.config.peers) {
      v1::Peer& peer = *response->add_peers();
      peer.set_name(config.name);
      peer.set_underlay(to_string(config.paths.front().underlay));
      peer.set_handshake(to_string(config.paths.front().handshake));
      fill_named(peer, config.name, keyed);
      fill_named(peer, config.name, dataplane.peers);
    }
    return grpc::Status::OK;
  }

  grpc::Status Rekey(grpc::ServerContext* context, const v1::RekeyRequest* request,
                     v1::RekeyResponse*) override {
    auto caller = authorise(*context, parts_.config.trust_domain, Needs::kWrite);
    if (!caller) return to_grpc(caller.error());
    if (Status text = check_text("peer", request->peer(), ipc::kMaxName); !text)
      return to_grpc(text.error(), "peer");
    Status started = parts_.mesh.rekey(request->peer());
    return started ? grpc::Status::OK : to_grpc(started.error(), "peer");
  }

 private:
  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_mesh_service(Parts& parts) {
  return std::make_unique<MeshService>(parts);
}

}  // namespace bulkhead::control
