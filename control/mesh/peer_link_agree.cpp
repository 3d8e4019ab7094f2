// SPDX-License-Identifier: Apache-2.0
// The part of PeerLink that reaches the peer and agrees on keys with it.
#include <algorithm>
#include <utility>

#include "mesh/peer_link.h"
#include "mesh/sockets.h"

namespace bulkhead::control {

void PeerLink::connect_if_due() {
  const uint64_t now = mesh_.steady_ns();
  if (!initiator_ || mesh_.own_denied.load() || !mesh_.installer.ready() || !connect_wanted(now) ||
      now < backoff_.not_before_ns())
    return;
  Result<Offered> offered = call();
  const bool reached = offered.ok();
  Status done = reached ? agree(std::move(*offered)) : Status(offered.error());
  if (done.ok() || stopping()) return;
  if (reached) path_ = (path_ + 1) % peer_.paths.size();
  const bool refused = done.error().code == ErrorCode::kPermission;
  backoff_.failed(mesh_.steady_ns(),
                  refused ? mesh_.tuning.retry_refused_ns : mesh_.tuning.retry_away_ns);
  note_failure(done.error().sentence);
}

// Every path once, beginning with the one that worked last. The error names each.
Result<PeerLink::Offered> PeerLink::call() {
  Error all{ErrorCode::kUnavailable, ""};
  for (size_t i = 0; i < peer_.paths.size(); ++i) {
    const size_t at = (path_ + i) % peer_.paths.size();
    Result<Offered> offered = call_over(peer_.paths[at]);
    if (offered.ok()) {
      path_ = at;
      return offered;
    }
    if (stopping()) return offered;
    Error error = std::move(offered).error();
    if (error.code == ErrorCode::kPermission) all.code = error.code;
    if (peer_.paths.size() > 1)
      error.sentence = "path " + std::to_string(at + 1) + ": " + error.sentence;
    all.sentence += (all.sentence.empty() ? "" : "; ") + error.sentence;
  }
  return all;
}

Result<PeerLink::Offered> PeerLink::call_over(const PeerPathConfig& path) {
  const uint64_t now = mesh_.steady_ns();
  const bool only = peer_.paths.size() == 1;
  const uint64_t patience = std::min(only ? mesh_.tuning.handshake_ns : mesh_.tuning.connect_ns,
                                     mesh_.tuning.handshake_ns);
  const Result<IpAddress> source = source_for(mesh_.config, path);
  if (!source.ok()) return source.error();
  Result<UniqueFd> fd =
      connect_to(*source, path.handshake, mesh_.clock, now + patience, interrupt_.get());
  if (!fd.ok()) return std::move(fd).error();
  return shake_hands(std::move(*fd), now + mesh_.tuning.handshake_ns);
}

Result<PeerLink::Offered> PeerLink::shake_hands(UniqueFd fd, uint64_t deadline_ns) {
  Result<SslPtr> ssl = mesh_.tls.get()->connection(fd.get(), pki::TlsRole::kClient);
  if (!ssl.ok()) return std::move(ssl).error();
  TlsStream stream(std::move(fd), std::move(*ssl), mesh_.clock, interrupt_.get());
  if (Status shaken = stream.handshake(deadline_ns); !shaken.ok()) return std::move(shaken).error();
  Result<PeerLeaf> leaf =
      verified_peer(stream.ssl(), pki::TlsRole::kServer, mesh_.trust->verifier());
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

// From here on cut() waits for us; while it works there is no exchange.
Status PeerLink::begin_exchange(const PeerLeaf& leaf) {
  const std::scoped_lock lock(mutex_);
  if (cutting_ != 0 || cut_) return Error{ErrorCode::kUnavailable, "the peer is being cut off"};
  candidate_ = leaf;
  agreeing_ = true;
  return {};
}

void PeerLink::end_exchange() {
  {
    const std::scoped_lock lock(mutex_);
    agreeing_ = false;
    candidate_.reset();
  }
  idle_.notify_all();
}

// Judged again after it became a candidate: a deny record that came before is seen here, one that
// comes later sees the candidate.
Status PeerLink::agree(Offered offered) {
  if (Status begun = begin_exchange(offered.leaf); !begun.ok()) return begun;
  Result<Agreement> agreement = Error{ErrorCode::kPermission, ""};
  const trust::Verdict now =
      mesh_.trust->verifier().verdict_now(offered.leaf.chain.get(), offered.leaf.role);
  if (now.accepted())
    agreement = exchange(offered);
  else
    agreement = Error{ErrorCode::kPermission, "the peer's certificate is refused: " + now.sentence};
  if (agreement.ok()) adopt(std::move(offered.stream), *agreement, offered.leaf);
  end_exchange();
  return agreement.ok() ? Status{} : Status(agreement.error());
}

Result<Agreement> PeerLink::exchange(Offered& offered) {
  ExchangeInput input;
  input.initiator = initiator_;
  input.gateway = mesh_.config.gateway;
  input.peer = peer_.name;
  input.own_id = mesh_.tls.get()->subject();
  input.own_leaf = own_leaf(offered.stream.ssl());
  input.peer_leaf = offered.leaf;
  input.session = next_session_++;
  input.sending_spi = sending_spi_;
  input.drain_ns = mesh_.config.drain_s * kSecond;
  input.deadline_ns = mesh_.steady_ns() + mesh_.tuning.handshake_ns;
  Exchange exchange(std::move(input), offered.stream, mesh_.installer, inbound_, mesh_.clock);
  Result<Agreement> agreement = exchange.run();
  sending_spi_ = exchange.switched_to().value_or(sending_spi_);
  return agreement;
}

void PeerLink::adopt(TlsStream stream, const Agreement& agreement, const PeerLeaf& leaf) {
  const uint64_t now = mesh_.steady_ns();
  session_.emplace(std::move(stream), agreement, mesh_.tuning, mesh_.trust->deny_list(), now);
  // The initiator is a tenth early, the responder asks a tenth late: normally one of them acts.
  const uint64_t interval = mesh_.config.rekey_interval_s * kSecond;
  rekey_at_ns_ = now + jitter_.around(initiator_ ? interval / 20 * 19 : interval / 20 * 22, 0.05);
  peer_wish_.reset();
  backoff_.reset();
  if (sweep_at_ns_ == 0) sweep_at_ns_ = now + mesh_.config.drain_s * kSecond + kMillisecond;
  keep_chain(leaf);
  const std::scoped_lock lock(mutex_);
  leaf_ = leaf;
  dropped_ = false;
  local_wish_.reset();
  state_.session = agreement.session;
  state_.sessions += 1;
  state_.agreed_wall_ns = mesh_.clock.now().wall_ns;
  state_.outbound_lanes = agreement.outbound_lanes;
  state_.certificate_id = to_string(leaf.subject);
  state_.certificate = leaf.digest;
  state_.certificate_not_after = leaf.not_after;
  state_.certificate_in_grace = leaf.in_grace;
  if (initiator_) state_.handshake = peer_.paths[path_].handshake;
  state_.cut_off.clear();
  state_.last_error.clear();
}

}  // namespace bulkhead::control
