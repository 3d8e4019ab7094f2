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

Acceptor::Acceptor(MeshContext& mesh, const PeerSet& peers)
    : mesh_(mesh), peers_(peers), gate_(mesh.tuning, mesh.steady_ns()) {}

Status Acceptor::listen(Endpoint wanted) {
  if (wanted.port == 0 && !listening_.empty()) wanted.port = listening_.front().port;
  Result<UniqueFd> listener = listen_on(wanted);
  if (!listener.ok()) return std::move(listener).error();
  Result<Endpoint> bound = bound_to(listener->get());
  if (!bound.ok()) return std::move(bound).error();
  listeners_.push_back(std::move(*listener));
  listening_.push_back(*bound);
  return {};
}

Status Acceptor::start() {
  for (const ListenConfig& own : mesh_.config.handshake_listen)
    if (Status heard = listen(own.endpoint); !heard.ok()) return heard;
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
    notice_peers();
    for (const UniqueFd& listener : listeners_) take_connections(listener.get());
    drive_handshakes();
  }
  handshakes_.clear();
  links_.clear();
}

void Acceptor::wait() {
  std::vector<pollfd> waits = {pollfd{mesh_.stop.get(), POLLIN, 0}};
  for (const UniqueFd& listener : listeners_) waits.push_back({listener.get(), POLLIN, 0});
  for (const Handshake& handshake : handshakes_)
    waits.push_back({handshake.stream.fd(), handshake.events, 0});
  const int timeout = handshakes_.empty() ? -1 : static_cast<int>(kListenerPause / kMillisecond);
  (void)::poll(waits.data(), waits.size(), timeout);
}

void Acceptor::notice_peers() {
  const uint64_t version = peers_.version();
  if (version == peers_version_) return;
  peers_version_ = version;
  links_ = peers_.all();
  Sources sources;
  for (const PeerLinkPtr& peer : links_) {
    const PeerConfig& config = peer->config();
    for (const PeerPathConfig& path : config.paths)
      if (!path.handshake.ip.is_zero()) sources.addresses.push_back(path.handshake.ip);
    sources.prefixes.insert(sources.prefixes.end(), config.from.begin(), config.from.end());
  }
  gate_.set_sources(sources, mesh_.steady_ns());
}

void Acceptor::take_connections(int listener) {
  // Bounded per round, so that a flood does not starve the handshakes under way.
  for (int i = 0; i < 64; ++i) {
    std::optional<Accepted> accepted = accept_from(listener);
    if (!accepted) return;
    judge(std::move(*accepted));
  }
}

void Acceptor::judge(Accepted accepted) {
  if (mesh_.own_denied.load(kRelaxed)) return abort_connection(std::move(accepted.fd));
  const SourceGate::Kind kind = gate_.kind_of(accepted.source);
  if (kind == SourceGate::Kind::kStranger) {
    bump(strangers_);
  } else if (room_for(accepted.source, kind) &&
             gate_.take(accepted.source, kind, mesh_.steady_ns())) {
    return begin(std::move(accepted), kind);
  } else {
    bump(limited_);
  }
  abort_connection(std::move(accepted.fd));
}

bool Acceptor::room_for(const IpAddress& source, SourceGate::Kind kind) const {
  size_t same = 0, roaming = 0;
  for (const Handshake& handshake : handshakes_) {
    if (handshake.source == source) ++same;
    if (handshake.kind == SourceGate::Kind::kRoaming) ++roaming;
  }
  if (handshakes_.size() >= mesh_.tuning.handshakes || same >= mesh_.tuning.handshakes_per_source)
    return false;
  return kind != SourceGate::Kind::kRoaming || roaming < mesh_.tuning.handshakes / 2;
}

void Acceptor::begin(Accepted accepted, SourceGate::Kind kind) {
  Result<SslPtr> ssl = mesh_.tls.get()->connection(accepted.fd.get(), pki::TlsRole::kServer);
  if (!ssl.ok()) return;
  handshakes_.push_back(
      {TlsStream(std::move(accepted.fd), std::move(*ssl), mesh_.clock, mesh_.stop.get()),
       accepted.source, kind, mesh_.steady_ns() + mesh_.tuning.handshake_ns, POLLIN});
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
  for (const PeerLinkPtr& peer : links_)
    if (peer->may_come_from(handshake.source))
      peer->note_failure("a connection from its address failed: " + sentence);
}

Result<PeerLinkPtr> Acceptor::rightful_peer(const PeerLeaf& leaf, const IpAddress& source) const {
  const Error refused{ErrorCode::kPermission, "the certificate is for " + to_string(leaf.subject) +
                                                  ", not for a peer with this address"};
  if (leaf.subject.kind != identity::SubjectKind::kGateway) return refused;
  if (leaf.subject.trust_domain != mesh_.config.trust_domain) return refused;
  for (const PeerLinkPtr& peer : links_)
    if (peer->config().name == leaf.subject.name && peer->may_come_from(source)) return peer;
  return refused;
}

void Acceptor::finish(Handshake& handshake) {
  // A refusal is a few bytes into an empty socket buffer: it never waits.
  const auto refuse = [&](mesh::RefusalCode code, const std::string& text) {
    (void)handshake.stream.send(mesh::Refusal{code, text}, 0);
    fail(handshake, text);
  };
  Result<PeerLeaf> leaf =
      verified_peer(handshake.stream.ssl(), pki::TlsRole::kClient, mesh_.trust->verifier());
  if (!leaf.ok()) return refuse(mesh::RefusalCode::kWrongPeer, leaf.error().sentence);
  Result<PeerLinkPtr> peer = rightful_peer(*leaf, handshake.source);
  if (!peer.ok()) return refuse(mesh::RefusalCode::kWrongPeer, peer.error().sentence);
  if ((*peer)->initiator()) return refuse(mesh::RefusalCode::kWrongRole, (*peer)->wrong_role());
  (*peer)->offer(std::move(handshake.stream), std::move(*leaf));
}

}  // namespace bulkhead::control
