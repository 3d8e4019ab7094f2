// SPDX-License-Identifier: Apache-2.0
#include "mesh/peer_link.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "mesh/sockets.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kIdleWait = 60 * kSecond;

uint64_t drain_ns(const ControlConfig& config) {
  return config.drain_s * kSecond;
}

}  // namespace

PeerLink::PeerLink(const PeerConfig& peer, MeshContext& mesh)
    : peer_(peer),
      mesh_(mesh),
      initiator_(initiates(peer, mesh.config.gateway, mesh.config.behind_nat)),
      backoff_(mesh.tuning.retry_min_ns) {
  state_.name = peer.name;
  state_.underlay = peer.paths.front().underlay;
  state_.handshake = peer.paths.front().handshake;
  state_.initiator = initiator_;
}

PeerLink::~PeerLink() {
  join();
}

void PeerLink::start() {
  thread_ = std::thread([this] { run(); });
}

void PeerLink::join() {
  if (thread_.joinable()) thread_.join();
}

void PeerLink::run() {
  block_sigpipe();
  while (!stopping()) {
    step();
    publish();
    wait();
    wake_.clear();
  }
  session_.reset();
}

void PeerLink::step() {
  notice_dataplane();
  take_offered();
  connect_if_due();
  serve_session();
  retire_lanes();
}

// Another boot nonce: the lanes went with the old process.
void PeerLink::notice_dataplane() {
  const std::optional<ReadyDataplane> now = mesh_.installer.ready();
  const bool changed = now && (!dataplane_ || now->boot_nonce != dataplane_->boot_nonce);
  if (!changed) return;
  if (dataplane_) {
    inbound_.clear();
    sending_spi_ = 0;
    swept_ = true;
  }
  dataplane_ = now;
  backoff_.reset();
}

void PeerLink::take_offered() {
  std::optional<Offered> offered;
  {
    const std::scoped_lock lock(mutex_);
    offered.swap(offered_);
  }
  if (!offered) return;
  if (Status agreed = agree(std::move(*offered)); !agreed.ok())
    note_failure(agreed.error().sentence);
}

std::optional<mesh::RekeyReason> PeerLink::own_wish(uint64_t now_ns) const {
  if (dataplane_ && session_ && session_->agreement().own_nonce != dataplane_->boot_nonce)
    return mesh::RekeyReason::kDataplaneRestart;
  if (now_ns >= rekey_at_ns_) return mesh::RekeyReason::kTime;
  const std::scoped_lock lock(mutex_);
  return local_wish_;
}

bool PeerLink::connect_wanted(uint64_t now_ns) const {
  return !session_ || peer_wish_ || own_wish(now_ns);
}

void PeerLink::connect_if_due() {
  const uint64_t now = mesh_.steady_ns();
  if (!initiator_ || !mesh_.installer.ready() || !connect_wanted(now) ||
      now < backoff_.not_before_ns())
    return;
  Result<Offered> offered = connect(now + mesh_.tuning.handshake_ns);
  Status done = offered.ok() ? agree(std::move(*offered)) : Status(offered.error());
  if (done.ok() || stopping()) return;
  const bool refused = done.error().code == ErrorCode::kPermission;
  backoff_.failed(mesh_.steady_ns(),
                  refused ? mesh_.tuning.retry_refused_ns : mesh_.tuning.retry_away_ns);
  note_failure(done.error().sentence);
}

Result<PeerLink::Offered> PeerLink::connect(uint64_t deadline_ns) {
  Result<UniqueFd> fd =
      connect_to(mesh_.config.handshake_listen.front().endpoint.ip, peer_.paths.front().handshake,
                 mesh_.clock, deadline_ns, mesh_.stop.get());
  if (!fd.ok()) return std::move(fd).error();
  Result<SslPtr> ssl = mesh_.tls.connection(fd->get(), pki::TlsRole::kClient);
  if (!ssl.ok()) return std::move(ssl).error();
  TlsStream stream(std::move(*fd), std::move(*ssl), mesh_.clock, mesh_.stop.get());
  if (Status shaken = stream.handshake(deadline_ns); !shaken.ok()) return std::move(shaken).error();
  Result<PeerLeaf> leaf = verified_peer(stream.ssl(), pki::TlsRole::kServer);
  if (!leaf.ok()) return std::move(leaf).error();
  const Result<identity::SpiffeId> expected =
      identity::gateway_id(mesh_.config.trust_domain, peer_.name);
  if (!expected.ok()) return expected.error();
  if (leaf->subject != *expected)
    return Error{ErrorCode::kPermission, "the peer's certificate is for " +
                                             to_string(leaf->subject) + ", not " +
                                             to_string(*expected)};
  return Offered{std::move(stream), std::move(*leaf)};
}

Status PeerLink::agree(Offered offered) {
  ExchangeInput input;
  input.initiator = initiator_;
  input.gateway = mesh_.config.gateway;
  input.peer = peer_.name;
  input.own_id = mesh_.tls.subject();
  input.own_leaf = mesh_.tls.leaf();
  input.peer_leaf = offered.leaf;
  input.session = next_session_++;
  input.sending_spi = sending_spi_;
  input.drain_ns = drain_ns(mesh_.config);
  input.deadline_ns = mesh_.steady_ns() + mesh_.tuning.handshake_ns;
  Exchange exchange(std::move(input), offered.stream, mesh_.installer, inbound_, mesh_.clock);
  Result<Agreement> agreement = exchange.run();
  sending_spi_ = exchange.switched_to().value_or(sending_spi_);
  if (!agreement.ok()) return std::move(agreement).error();
  adopt(std::move(offered.stream), *agreement, offered.leaf);
  return {};
}

void PeerLink::adopt(TlsStream stream, const Agreement& agreement, const PeerLeaf& leaf) {
  const uint64_t now = mesh_.steady_ns();
  session_.emplace(std::move(stream), agreement, mesh_.tuning, now);
  // The initiator is a tenth early, the responder asks a tenth late: normally one of them acts.
  const uint64_t interval = mesh_.config.rekey_interval_s * kSecond;
  rekey_at_ns_ = now + jitter_.around(initiator_ ? interval / 20 * 19 : interval / 20 * 22, 0.05);
  peer_wish_.reset();
  backoff_.reset();
  if (sweep_at_ns_ == 0) sweep_at_ns_ = now + drain_ns(mesh_.config) + kMillisecond;
  const std::scoped_lock lock(mutex_);
  local_wish_.reset();
  state_.session = agreement.session;
  state_.sessions += 1;
  state_.agreed_wall_ns = mesh_.clock.now().wall_ns;
  state_.outbound_lanes = agreement.outbound_lanes;
  state_.certificate_id = to_string(leaf.subject);
  state_.certificate = leaf.digest;
  state_.certificate_not_after = leaf.not_after;
  state_.last_error.clear();
}

void PeerLink::serve_session() {
  if (!session_) return;
  const uint64_t now = mesh_.steady_ns();
  const std::optional<ReadyDataplane> ready = mesh_.installer.ready();
  Status served = session_->serve(now, ready ? ready->boot_nonce : mesh::BootNonce{});
  if (const auto wish = session_->take_wish(); served.ok() && wish) {
    peer_wish_ = wish;
    backoff_.reset();
  }
  if (const auto wish = own_wish(now); served.ok() && wish && !initiator_)
    served = session_->ask_for_rekey(*wish, now);
  if (served.ok()) return;
  session_.reset();
  note_failure("the control connection ended: " + served.error().sentence);
  if (initiator_) backoff_.failed(now, mesh_.tuning.retry_min_ns);
}

void PeerLink::retire_lanes() {
  std::vector<uint32_t> due = inbound_.take_due(mesh_.steady_ns());
  if (!due.empty()) (void)mesh_.installer.remove(peer_.name, std::move(due));
  sweep_orphans(mesh_.steady_ns());
}

// Only while the newest set is the only one: RemoveInbound without SPIs spares no other.
void PeerLink::sweep_orphans(uint64_t now_ns) {
  if (swept_ || sweep_at_ns_ == 0 || now_ns < sweep_at_ns_ || inbound_.sets() != 1) return;
  swept_ = mesh_.installer.remove(peer_.name, {}).ok();
  if (!swept_) sweep_at_ns_ = now_ns + drain_ns(mesh_.config) + kSecond;
}

bool PeerLink::stopping() const {
  pollfd stop{mesh_.stop.get(), POLLIN, 0};
  return ::poll(&stop, 1, 0) == 1;
}

uint64_t PeerLink::next_due_ns() const {
  const uint64_t now = mesh_.steady_ns();
  uint64_t next = now + kIdleWait;
  const auto sooner = [&next](uint64_t at) { next = std::min(next, at); };
  if (session_) sooner(session_->next_due_ns());
  if (session_ && rekey_at_ns_ > now) sooner(rekey_at_ns_);
  if (session_ && !initiator_ && own_wish(now)) sooner(session_->ask_again_ns());
  if (initiator_ && connect_wanted(now) && mesh_.installer.ready())
    sooner(backoff_.not_before_ns());
  if (!swept_ && sweep_at_ns_ > now) sooner(sweep_at_ns_);
  return std::min(next, inbound_.next_due().value_or(next));
}

void PeerLink::wait() const {
  const uint64_t now = mesh_.steady_ns();
  const uint64_t due = next_due_ns();
  // At least a millisecond: what is due but cannot be done yet must not spin.
  const int timeout = due > now ? static_cast<int>((due - now) / kMillisecond) + 1 : 1;
  std::array<pollfd, 3> waits = {pollfd{mesh_.stop.get(), POLLIN, 0},
                                 pollfd{wake_.get(), POLLIN, 0},
                                 pollfd{session_ ? session_->fd() : -1, POLLIN, 0}};
  (void)::poll(waits.data(), waits.size(), timeout);
}

}  // namespace bulkhead::control
