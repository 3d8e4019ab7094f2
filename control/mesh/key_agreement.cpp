// SPDX-License-Identifier: Apache-2.0
#include "mesh/key_agreement.h"

#include <algorithm>

namespace bulkhead::control {

namespace {

ipc::Peer for_dataplane(const PeerConfig& peer) {
  ipc::Peer out{peer.name, {}, peer.handshake_port(), peer.behind_nat, peer.from};
  for (const PeerPathConfig& path : peer.paths)
    out.paths.push_back({path.underlay, path.mesh_port});
  return out;
}

ipc::SetPeers peers_for_dataplane(const ControlConfig& config) {
  ipc::SetPeers set;
  set.own_handshake_port = config.handshake_listen.front().endpoint.port;
  set.keepalive_ms = config.keepalive_ms;
  set.own_behind_nat = config.behind_nat;
  for (const PeerConfig& peer : config.peers) set.peers.push_back(for_dataplane(peer));
  return set;
}

}  // namespace

KeyAgreement::KeyAgreement(ControlConfig config, DataplaneLink& link, const Clock& clock,
                           MeshTuning tuning)
    : mesh_(new MeshContext{std::move(config), clock, tuning, LaneInstaller(link), {}, {}}) {
  for (const PeerConfig& peer : mesh_->config.peers)
    peers_.push_back(std::make_unique<PeerLink>(peer, *mesh_));
  acceptor_ = std::make_unique<Acceptor>(*mesh_, peers_);
  link.add_listener([this](const ipc::Hello& hello, int) { dataplane_connected(hello); });
}

KeyAgreement::~KeyAgreement() {
  stop();
}

Status KeyAgreement::start() {
  const ControlConfig& config = mesh_->config;
  Result<TlsContext> tls =
      TlsContext::load({config.certificate, config.private_key, config.trust_anchors});
  if (!tls.ok()) return std::move(tls).error();
  const Result<identity::SpiffeId> own = identity::gateway_id(config.trust_domain, config.gateway);
  if (!own.ok()) return own.error();
  if (tls->subject() != *own)
    return Error{ErrorCode::kInvalid, config.certificate + ": it is for " +
                                          to_string(tls->subject()) + ", but this gateway is " +
                                          to_string(*own)};
  mesh_->tls = std::move(*tls);
  if (Status heard = acceptor_->start(); !heard.ok()) return heard;
  for (const auto& peer : peers_) peer->start();
  return {};
}

void KeyAgreement::stop() {
  mesh_->stop.raise();
  acceptor_->join();
  for (const auto& peer : peers_) peer->join();
}

void KeyAgreement::dataplane_connected(const ipc::Hello& hello) {
  const Status told = mesh_->installer.connected(hello, peers_for_dataplane(mesh_->config));
  for (const auto& peer : peers_) {
    if (!told.ok())
      peer->note_failure("the dataplane did not take the peers: " + told.error().sentence);
    peer->wake();
  }
}

std::vector<PeerState> KeyAgreement::peers() const {
  std::vector<PeerState> states;
  for (const auto& peer : peers_) states.push_back(peer->state());
  return states;
}

Status KeyAgreement::rekey(std::string_view name) {
  const auto peer =
      std::ranges::find_if(peers_, [name](const auto& p) { return p->config().name == name; });
  if (peer == peers_.end())
    return Error{ErrorCode::kNotFound, "no peer named " + std::string(name)};
  if (!mesh_->installer.ready())
    return Error{ErrorCode::kUnavailable, "the dataplane is not connected"};
  if (!(*peer)->initiator() && (*peer)->state().phase != PeerPhase::kUp)
    return Error{ErrorCode::kUnavailable,
                 std::string(name) + " is the initiator and its control is not connected"};
  (*peer)->request_rekey(mesh::RekeyReason::kRequested);
  return {};
}

Endpoint KeyAgreement::listening() const {
  return acceptor_->listening();
}

AcceptorCounters KeyAgreement::acceptor_counters() const {
  return acceptor_->counters();
}

}  // namespace bulkhead::control
