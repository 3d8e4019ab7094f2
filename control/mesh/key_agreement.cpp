// SPDX-License-Identifier: Apache-2.0
#include "mesh/key_agreement.h"

#include <poll.h>

#include <algorithm>

namespace bulkhead::control {

namespace {

// Half of what a lane may carry: the other half is time for the rekey.
constexpr uint64_t kVolumeLimit = esp::kMaxSequence / 2;

ipc::SetPeers peers_for_dataplane(const ControlConfig& config) {
  ipc::SetPeers set;
  set.own_handshake_port = config.handshake_listen.port;
  for (const PeerConfig& peer : config.peers)
    set.peers.push_back({peer.name, {{peer.underlay, {}}}, peer.handshake.port, false, {}});
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
  watch_ = std::thread([this] { watch_volumes(); });
  return {};
}

void KeyAgreement::stop() {
  mesh_->stop.raise();
  acceptor_->join();
  for (const auto& peer : peers_) peer->join();
  if (watch_.joinable()) watch_.join();
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

void KeyAgreement::watch_volumes() {
  pollfd stop{mesh_->stop.get(), POLLIN, 0};
  while (::poll(&stop, 1, static_cast<int>(mesh_->tuning.watch_ns / kMillisecond)) == 0)
    check_volumes();
}

void KeyAgreement::check_volumes() {
  if (!mesh_->installer.ready()) return;
  const Result<ipc::DataplaneStatus> status = mesh_->installer.status();
  if (!status.ok()) return;
  for (const ipc::PeerStatus& seen : status->peers) {
    if (seen.newest_sequence < kVolumeLimit) continue;
    for (const auto& peer : peers_)
      if (peer->config().name == seen.name) peer->request_rekey(mesh::RekeyReason::kVolume);
  }
}

}  // namespace bulkhead::control
