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

}  // namespace

KeyAgreement::KeyAgreement(ControlConfig config, DataplaneLink& link, const Clock& clock,
                           MeshTuning tuning, MeshParts parts)
    : mesh_(new MeshContext{.config = std::move(config),
                            .clock = clock,
                            .tuning = tuning,
                            .installer = LaneInstaller(link),
                            .tls = {},
                            .stop = {},
                            .trust = parts.trust,
                            .store = parts.store}) {
  for (const PeerConfig& peer : mesh_->config.peers)
    (void)peers_.add(std::make_shared<PeerLink>(peer, *mesh_));
  acceptor_ = std::make_unique<Acceptor>(*mesh_, peers_);
  link.add_listener([this](const ipc::Hello& hello, int) { dataplane_connected(hello); });
}

KeyAgreement::~KeyAgreement() {
  stop();
}

Status KeyAgreement::start() {
  using Step = Status (KeyAgreement::*)();
  constexpr Step kSteps[] = {&KeyAgreement::open_parts, &KeyAgreement::use_credentials,
                             &KeyAgreement::add_stored_peers};
  for (const Step step : kSteps)
    if (Status done = (this->*step)(); !done.ok()) return done;
  recall_chains();
  watch_denials();
  if (Status heard = acceptor_->start(); !heard.ok()) return heard;
  for (const PeerLinkPtr& peer : peers_.all()) peer->start();
  (void)enforce();
  return {};
}

void KeyAgreement::stop() {
  mesh_->stop.raise();
  acceptor_->join();
  for (const PeerLinkPtr& peer : peers_.all()) peer->stop();
  for (const PeerLinkPtr& peer : peers_.all()) peer->join();
}

ipc::SetPeers KeyAgreement::peers_for_dataplane() const {
  const ControlConfig& config = mesh_->config;
  ipc::SetPeers set;
  set.own_handshake_port = config.handshake_listen.front().endpoint.port;
  set.keepalive_ms = config.keepalive_ms;
  set.own_behind_nat = config.behind_nat;
  for (const PeerLinkPtr& peer : peers_.all()) set.peers.push_back(for_dataplane(peer->config()));
  return set;
}

Status KeyAgreement::tell_peers() {
  for (;;) {
    const uint64_t version = peers_.version();
    Status told = mesh_->installer.set_peers(peers_for_dataplane());
    if (!told.ok() || version == peers_.version()) return told;
  }
}

void KeyAgreement::dataplane_connected(const ipc::Hello& hello) {
  const uint64_t version = peers_.version();
  Status told = mesh_->installer.connected(hello, peers_for_dataplane());
  if (told.ok() && version != peers_.version()) told = tell_peers();
  for (const PeerLinkPtr& peer : peers_.all()) {
    if (!told.ok())
      peer->note_failure("the dataplane did not take the peers: " + told.error().sentence);
    peer->wake();
  }
  // Lanes of denied peers may have outlived an earlier connection.
  (void)enforce();
}

std::vector<PeerState> KeyAgreement::peers() const {
  std::vector<PeerState> states;
  for (const PeerLinkPtr& peer : peers_.all()) states.push_back(peer->state());
  return states;
}

Status KeyAgreement::rekey(std::string_view name) {
  const PeerLinkPtr peer = peers_.find(name);
  if (!peer) return Error{ErrorCode::kNotFound, "no peer named " + std::string(name)};
  if (!mesh_->installer.ready())
    return Error{ErrorCode::kUnavailable, "the dataplane is not connected"};
  if (!peer->initiator() && peer->state().phase != PeerPhase::kUp)
    return Error{ErrorCode::kUnavailable,
                 std::string(name) + " is the initiator and its control is not connected"};
  peer->request_rekey(mesh::RekeyReason::kRequested);
  return {};
}

Endpoint KeyAgreement::listening(size_t n) const {
  return acceptor_->listening().at(n);
}

AcceptorCounters KeyAgreement::acceptor_counters() const {
  return acceptor_->counters();
}

}  // namespace bulkhead::control
