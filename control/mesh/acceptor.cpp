// SPDX-License-Identifier: Apache-2.0
#include "mesh/acceptor.h"

#include <poll.h>

#include <algorithm>

namespace bulkhead::control {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr uint64_t kListenerPause = 50 * kMillisecond;  // between looks at the deadlines

void bump(std::atomic<uint64_t>& counter) {
  counter.fetch_add(1, kRelaxed);
}

}  // namespace

Acceptor::Acceptor(MeshContext& mesh, const std::vector<std::unique_ptr<PeerLink>>& peers)
    : mesh_(mesh), peers_(peers) {
  for (const auto& peer : peers_)
    buckets_.try_emplace(peer->config().paths.front().handshake.ip, mesh.tuning.bucket_burst,
                         mesh.tuning.bucket_per_second, mesh.steady_ns());
}

Status Acceptor::start() {
  Result<UniqueFd> listener = listen_on(mesh_.config.handshake_listen.front().endpoint);
  if (!listener.ok()) return std::move(listener).error();
  Result<Endpoint> bound = bound_to(listener->get());
  if (!bound.ok()) return std::move(bound).error();
  listener_ = std::move(*listener);
  listening_ = *bound;
  thread_ = std::thread([this] { run(); });
  return {};
}

void Acceptor::join() {
  if (thread_.joinable()) thread_.join();
}

AcceptorCounters Acceptor::counters() const {
  return {strangers_.load(kRelaxed), limited_.load(kRelaxed), begun_.load(kRelaxed),
          failed_.load(kRelaxed), most_.load(kRelaxed)};
}

void Acceptor::run() {
  block_sigpipe();
  pollfd stop{mesh_.stop.get(), POLLIN, 0};
  while (::poll(&stop, 1, 0) == 0) {
    wait();
    take_connections();
    drive_handshakes();
  }
  handshakes_.clear();
}

void Acceptor::wait() {
  std::vector<pollfd> waits = {pollfd{mesh_.stop.get(), POLLIN, 0},
                               pollfd{listener_.get(), POLLIN, 0}};
  for (const Handshake& handshake : handshakes_)
    waits.push_back({handshake.stream.fd(), handshake.events, 0});
  const int timeout = handshakes_.empty() ? -1 : static_cast<int>(kListenerPause / kMillisecond);
  (void)::poll(waits.data(), waits.size(), timeout);
}

void Acceptor::take_connections() {
  // Bounded per round, so that a flood does not starve the handshakes under way.
  for (int i = 0; i < 64; ++i) {
    std::optional<Accepted> accepted = accept_from(listener_.get());
    if (!accepted) return;
    if (admitted(accepted->source))
      begin(std::move(*accepted));
    else
      abort_connection(std::move(accepted->fd));
  }
}

bool Acceptor::admitted(const IpAddress& source) {
  const auto bucket = buckets_.find(source);
  if (bucket == buckets_.end()) {
    bump(strangers_);
    return false;
  }
  const auto same = static_cast<size_t>(
      std::ranges::count_if(handshakes_, [&](const Handshake& h) { return h.source == source; }));
  const bool room =
      handshakes_.size() < mesh_.tuning.handshakes && same < mesh_.tuning.handshakes_per_source;
  if (room && bucket->second.take(mesh_.steady_ns())) return true;
  bump(limited_);
  return false;
}

void Acceptor::begin(Accepted accepted) {
  Result<SslPtr> ssl = mesh_.tls.connection(accepted.fd.get(), pki::TlsRole::kServer);
  if (!ssl.ok()) return;
  handshakes_.push_back(
      {TlsStream(std::move(accepted.fd), std::move(*ssl), mesh_.clock, mesh_.stop.get()),
       accepted.source, mesh_.steady_ns() + mesh_.tuning.handshake_ns, POLLIN});
  bump(begun_);
  most_.store(std::max<uint64_t>(most_.load(kRelaxed), handshakes_.size()), kRelaxed);
}

void Acceptor::drive_handshakes() {
  std::erase_if(handshakes_, [this](Handshake& handshake) { return drive(handshake); });
}

bool Acceptor::drive(Handshake& handshake) {
  Result<TlsStream::Progress> step = handshake.stream.handshake_step();
  if (!step.ok()) {
    fail(handshake, step.error().sentence);
    return true;
  }
  if (*step == TlsStream::Progress::kDone) {
    finish(handshake);
    return true;
  }
  handshake.events = *step == TlsStream::Progress::kWantRead ? POLLIN : POLLOUT;
  if (mesh_.steady_ns() < handshake.deadline_ns) return false;
  fail(handshake, "the handshake was not finished in time");
  return true;
}

void Acceptor::fail(const Handshake& handshake, const std::string& sentence) {
  bump(failed_);
  for (const auto& peer : peers_)
    if (peer->config().paths.front().handshake.ip == handshake.source)
      peer->note_failure("a connection from its address failed: " + sentence);
}

Result<PeerLink*> Acceptor::rightful_peer(const PeerLeaf& leaf, const IpAddress& source) const {
  const Error refused{ErrorCode::kPermission, "the certificate is for " + to_string(leaf.subject) +
                                                  ", not for a peer with this address"};
  if (leaf.subject.kind != identity::SubjectKind::kGateway) return refused;
  if (leaf.subject.trust_domain != mesh_.config.trust_domain) return refused;
  for (const auto& peer : peers_)
    if (peer->config().name == leaf.subject.name &&
        peer->config().paths.front().handshake.ip == source)
      return peer.get();
  return refused;
}

void Acceptor::finish(Handshake& handshake) {
  // A refusal is a few bytes into an empty socket buffer: it never waits.
  const auto refuse = [&](mesh::RefusalCode code, const std::string& text) {
    (void)handshake.stream.send(mesh::Refusal{code, text}, 0);
    fail(handshake, text);
  };
  Result<PeerLeaf> leaf = verified_peer(handshake.stream.ssl(), pki::TlsRole::kClient);
  if (!leaf.ok()) return refuse(mesh::RefusalCode::kWrongPeer, leaf.error().sentence);
  Result<PeerLink*> peer = rightful_peer(*leaf, handshake.source);
  if (!peer.ok()) return refuse(mesh::RefusalCode::kWrongPeer, peer.error().sentence);
  if ((*peer)->initiator())
    return refuse(mesh::RefusalCode::kWrongRole,
                  "the initiator is the gateway with the smaller name");
  (*peer)->offer(std::move(handshake.stream), std::move(*leaf));
}

}  // namespace bulkhead::control
