// SPDX-License-Identifier: Apache-2.0
#include "server/peer_message.h"

#include <algorithm>

#include "server/edge.h"

namespace bulkhead::control {

namespace {

// No port: not known.
std::string text_of(const Endpoint& endpoint) {
  return endpoint.port == 0 ? std::string{} : to_string(endpoint);
}

v1::Path& path_at(v1::Peer& peer, int at) {
  while (peer.paths_size() <= at) peer.add_paths();
  return *peer.mutable_paths(at);
}

Status read_endpoint(const std::string& text, Endpoint& out) {
  if (text.empty()) return {};
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (!endpoint) return std::move(endpoint).error();
  out = *endpoint;
  return {};
}

}  // namespace

void fill(v1::Peer& out, const PeerConfig& peer) {
  out.set_name(peer.name);
  out.set_underlay(text_of(peer.paths.front().underlay));
  out.set_handshake(text_of(peer.paths.front().handshake));
  out.set_behind_nat(peer.behind_nat);
  for (const IpPrefix& prefix : peer.from) out.add_from(to_string(prefix));
  for (int i = 0; i < static_cast<int>(peer.paths.size()); ++i) {
    const PeerPathConfig& path = peer.paths[static_cast<size_t>(i)];
    v1::Path& message = path_at(out, i);
    message.set_underlay(text_of(path.underlay));
    message.set_handshake(text_of(path.handshake));
    message.set_mesh_port(path.mesh_port);
  }
}

void fill(v1::Peer& out, const PeerState& peer) {
  out.set_state(std::string(to_string(peer.phase)));
  out.set_handshake(text_of(peer.handshake));
  out.set_last_error(peer.last_error);
  out.set_session(peer.sessions);
  out.set_keys_installed(peer.keys_installed);
  out.set_certificate_id(peer.certificate_id);
  out.set_failures(peer.failures);
  out.set_initiator(peer.initiator);
  out.set_certificate_in_grace(peer.certificate_in_grace);
  out.set_revoked(peer.cut_off);
  if (peer.agreed_wall_ns != 0) set_time(*out.mutable_keyed(), peer.agreed_wall_ns);
  if (peer.certificate_not_after != 0)
    out.mutable_certificate_not_after()->set_seconds(peer.certificate_not_after);
}

void fill(v1::Peer& out, const ipc::PeerStatus& peer) {
  out.set_inbound_lanes(peer.inbound_lanes);
  out.set_outbound_lanes(peer.outbound_lanes);
  out.set_packets_in(peer.packets_in);
  out.set_bytes_in(peer.bytes_in);
  out.set_packets_out(peer.packets_out);
  out.set_bytes_out(peer.bytes_out);
  out.set_inbound_epoch(peer.inbound_epoch);
  out.set_outbound_epoch(peer.outbound_epoch);
  if (peer.last_in_wall_ns != 0) set_time(*out.mutable_last_in(), peer.last_in_wall_ns);
  for (int i = 0; i < static_cast<int>(peer.paths.size()); ++i) {
    const ipc::PathStatus& path = peer.paths[static_cast<size_t>(i)];
    v1::Path& message = path_at(out, i);
    if (!path.underlay.ip.is_zero()) message.set_underlay(text_of(path.underlay));
    message.set_resolved(path.resolved);
    message.set_up(path.up);
    message.set_active(path.active);
    message.set_rtt_us(path.rtt_us);
    message.set_loss_per_mille(path.loss_per_mille);
    message.set_mtu(path.mtu);
    message.set_failovers(path.failovers);
    if (i != 0 && !path.active) continue;
    out.set_underlay(message.underlay());
    out.set_underlay_resolved(path.resolved);
  }
}

void fill(v1::DenyRecord& out, const trust::AcceptedDeny& denied) {
  out.set_signer(denied.signer.bytes.data(), denied.signer.bytes.size());
  out.set_number(denied.record.number);
  out.mutable_issued()->set_seconds(denied.record.issued_at);
  out.set_target(trust::to_string(denied.record.target));
  out.set_gateway(denied.record.gateway);
  out.set_reason(denied.record.reason);
}

// By way of the YAML of control.yaml, so that there is one set of rules.
Result<PeerConfig> peer_of(const v1::AddPeerRequest& request) {
  if (!is_name(request.name()))
    return Error{ErrorCode::kInvalid, "name: 1-63 letters, digits, '-', '_' and '.'"};
  PeerConfig peer;
  peer.name = request.name();
  peer.behind_nat = request.behind_nat();
  for (const v1::PathSpec& spec : request.paths()) {
    PeerPathConfig& path = peer.paths.emplace_back();
    if (Status read = read_endpoint(spec.underlay(), path.underlay); !read)
      return std::move(read).error();
    if (Status read = read_endpoint(spec.handshake(), path.handshake); !read)
      return std::move(read).error();
    if (!spec.mesh_port().empty() && !is_name(spec.mesh_port()))
      return Error{ErrorCode::kInvalid, "mesh_port: is not a name"};
    path.mesh_port = spec.mesh_port();
  }
  if (peer.behind_nat && peer.paths.empty()) peer.paths.emplace_back();
  for (const std::string& text : request.from()) {
    Result<IpPrefix> prefix = parse_prefix(text);
    if (!prefix) return std::move(prefix).error();
    peer.from.push_back(*prefix);
  }
  return parse_peer(to_yaml(peer), "peer");
}

}  // namespace bulkhead::control
