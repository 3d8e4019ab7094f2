// SPDX-License-Identifier: Apache-2.0
// MeshService of proto/bulkhead/v1/mesh.proto: what key agreement and the dataplane know of peers.
#include <algorithm>
#include <utility>

#include "bulkhead/v1/mesh.grpc.pb.h"
#include "push/whole_status.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/peer_message.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxReason = 255;

template <typename Peers>
void fill_named(v1::Peer& out, const std::string& name, const Peers& peers) {
  const auto found = std::ranges::find(peers, name, [](const auto& peer) { return peer.name; });
  if (found != peers.end()) fill(out, *found);
}

std::vector<ipc::PeerStatus> dataplane_peers(DataplaneLink& link) {
  Result<ipc::DataplaneStatus> status = whole_status(link);
  return status ? std::move(status->peers) : std::vector<ipc::PeerStatus>{};
}

class MeshService final : public v1::MeshService::Service {
 public:
  explicit MeshService(Parts& parts) : parts_(parts) {}

  grpc::Status ListPeers(grpc::ServerContext* context, const v1::ListPeersRequest* request,
                         v1::ListPeersResponse* response) override {
    auto caller = authorise(*context, parts_, Needs::kRead);
    if (!caller) return to_grpc(caller.error());
    const std::vector<PeerState> keyed = parts_.mesh.peers();
    const std::vector<ipc::PeerStatus> forwarding = dataplane_peers(parts_.link);
    for (const PeerConfig& config : parts_.mesh.configured()) {
      if (!request->peer().empty() && request->peer() != config.name) continue;
      v1::Peer& peer = *response->add_peers();
      fill(peer, config);
      fill_named(peer, config.name, keyed);
      fill_named(peer, config.name, forwarding);
      peer.set_added(std::ranges::find(parts_.config.peers, config.name, &PeerConfig::name) ==
                     parts_.config.peers.end());
    }
    response->set_own_denial(parts_.mesh.own_denial());
    if (request->peer().empty() || response->peers_size() != 0) return grpc::Status::OK;
    return to_grpc({ErrorCode::kNotFound, "no peer named " + request->peer()}, "peer");
  }

  grpc::Status Rekey(grpc::ServerContext* context, const v1::RekeyRequest* request,
                     v1::RekeyResponse*) override {
    const AuditedAction what{Needs::kWrite, "peer.rekey", "peer " + request->peer()};
    return audited(*context, parts_, what, [&](const Caller&) {
      if (Status text = check_text("peer", request->peer(), ipc::kMaxName); !text)
        return to_grpc(text.error(), "peer");
      return answer(parts_.mesh.rekey(request->peer()), "peer");
    });
  }

  grpc::Status AddPeer(grpc::ServerContext* context, const v1::AddPeerRequest* request,
                       v1::AddPeerResponse*) override {
    const AuditedAction what{Needs::kWrite, "peer.add", "peer " + request->name()};
    return audited(*context, parts_, what, [&](const Caller&) {
      Result<PeerConfig> peer = peer_of(*request);
      if (!peer) return to_grpc(peer.error(), "peer");
      return answer(parts_.mesh.add_peer(std::move(*peer)), "peer");
    });
  }

  grpc::Status RemovePeer(grpc::ServerContext* context, const v1::RemovePeerRequest* request,
                          v1::RemovePeerResponse*) override {
    const AuditedAction what{Needs::kWrite, "peer.remove", "peer " + request->name()};
    return audited(*context, parts_, what, [&](const Caller&) {
      return answer(parts_.mesh.remove_peer(request->name()), "name");
    });
  }

  grpc::Status Revoke(grpc::ServerContext* context, const v1::RevokeRequest* request,
                      v1::RevokeResponse* response) override {
    const AuditedAction what{
        Needs::kAdmin, "gateway.revoke",
        request->gateway().empty() ? "record signed elsewhere" : "gateway " + request->gateway(),
        request->reason()};
    return audited(*context, parts_, what,
                   [&](const Caller&) { return revoke(*request, *response); });
  }

  grpc::Status ListDenyRecords(grpc::ServerContext* context, const v1::ListDenyRecordsRequest*,
                               v1::ListDenyRecordsResponse* response) override {
    auto caller = authorise(*context, parts_, Needs::kRead);
    if (!caller) return to_grpc(caller.error());
    for (const trust::AcceptedDeny& record : parts_.mesh.denied())
      fill(*response->add_records(), record);
    return grpc::Status::OK;
  }

 private:
  grpc::Status revoke(const v1::RevokeRequest& request, v1::RevokeResponse& response) {
    if (request.gateway().empty() == request.record().empty())
      return to_grpc({ErrorCode::kInvalid, "give a gateway or a record, one of both"}, "gateway");
    Result<Revocation> done = Error{ErrorCode::kInternal, ""};
    if (!request.record().empty()) {
      const std::string& record = request.record();
      done = parts_.mesh.apply_record(
          {reinterpret_cast<const uint8_t*>(record.data()), record.size()});
    } else {
      if (Status text = check_text("reason", request.reason(), kMaxReason); !text)
        return to_grpc(text.error(), "reason");
      done = parts_.mesh.revoke(request.gateway(), request.reason());
    }
    if (!done) return to_grpc(done.error(), request.record().empty() ? "gateway" : "record");
    for (const trust::AcceptedDeny& record : done->records) fill(*response.add_records(), record);
    for (const NotDropped& left : done->not_dropped) {
      v1::NotDropped& out = *response.add_not_dropped();
      out.set_peer(left.peer);
      out.set_sentence(left.error.sentence);
    }
    return grpc::Status::OK;
  }

  static grpc::Status answer(const Status& done, const std::string& object) {
    return done ? grpc::Status::OK : to_grpc(done.error(), object);
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_mesh_service(Parts& parts) {
  return std::make_unique<MeshService>(parts);
}

}  // namespace bulkhead::control
