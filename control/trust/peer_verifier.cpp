// SPDX-License-Identifier: Apache-2.0
#include "trust/peer_verifier.h"

#include <algorithm>

#include "pki/certificate.h"
#include "store/trust_store.h"
#include "trust/alarms.h"
#include "trust/deny_list.h"
#include "trust/judgement.h"
#include "trust/trusted_clock.h"

namespace bulkhead::trust {

namespace {

constexpr std::time_t kRememberAgain = 60 * 60;  // how stale last_verified may be

void free_verdict(void*, void* verdict, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<Verdict*>(verdict);
}

// Where a connection keeps its Verdict.
int verdict_index() {
  static const int index =
      CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL, 0, nullptr, nullptr, nullptr, free_verdict);
  return index;
}

void keep_verdict(SSL* ssl, std::unique_ptr<Verdict> verdict) {
  delete static_cast<Verdict*>(SSL_get_ex_data(ssl, verdict_index()));
  (void)SSL_set_ex_data(ssl, verdict_index(), verdict.release());
}

ChainUse use_of(pki::TlsRole peer_role) {
  return peer_role == pki::TlsRole::kServer ? ChainUse::kTlsServer : ChainUse::kTlsClient;
}

}  // namespace

std::string_view to_string(VerdictKind kind) noexcept {
  static constexpr std::string_view kNames[] = {"accepted",      "in_grace", "foreign", "bad_chain",
                                                "not_yet_valid", "expired",  "denied"};
  return kNames[static_cast<size_t>(kind)];
}

PeerVerifier::PeerVerifier(Parts parts, AnchorsPtr anchors, GracePolicy grace)
    : parts_(parts), anchors_(std::move(anchors)), grace_(grace) {}

Status PeerVerifier::install(SSL_CTX* context) {
  if (verdict_index() < 0) return pki::openssl_error("prepare the verification of peers");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &PeerVerifier::verify, this);
  return {};
}

// Called by OpenSSL within the handshake, before the peer has proven to hold the key.
int PeerVerifier::verify(X509_STORE_CTX* context, void* self) {
  const auto& verifier = *static_cast<const PeerVerifier*>(self);
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const pki::TlsRole role = SSL_is_server(ssl) == 1 ? pki::TlsRole::kClient : pki::TlsRole::kServer;
  auto verdict = std::make_unique<Verdict>(verifier.judge(
      X509_STORE_CTX_get0_cert(context), X509_STORE_CTX_get0_untrusted(context), role));
  const bool accepted = verdict->accepted();
  X509_STORE_CTX_set_error(context, verdict->error);
  if (ChainPtr chain = share_chain(verdict->chain.get()))
    X509_STORE_CTX_set0_verified_chain(context, chain.release());
  keep_verdict(ssl, std::move(verdict));
  return accepted ? 1 : 0;
}

Verdict PeerVerifier::judge(X509* leaf, STACK_OF(X509) * untrusted, pki::TlsRole peer_role) const {
  AnchorsPtr anchors;
  GracePolicy grace;
  {
    const std::lock_guard lock(mutex_);
    anchors = anchors_;
    grace = grace_;
  }
  Verdict verdict;
  if (check_leaf(verdict, leaf, untrusted, *anchors, use_of(peer_role), peer_role) &&
      check_denied(verdict, parts_.denied))
    check_times(verdict, parts_.clock, parts_.store, grace);
  // Only for names that an authority vouches for: strangers cannot fill the list.
  if (!verdict.accepted() && verdict.chain && verdict.subject)
    parts_.alarms.raise(AlarmKind::kPeerRefused, identity::to_string(*verdict.subject),
                        verdict.sentence, parts_.clock.now());
  return verdict;
}

const Verdict* PeerVerifier::verdict_of(const SSL* ssl) {
  return static_cast<const Verdict*>(SSL_get_ex_data(ssl, verdict_index()));
}

Status PeerVerifier::handshake_done(const SSL* ssl) {
  const Verdict* verdict = verdict_of(ssl);
  if (verdict == nullptr || !verdict->accepted() || SSL_is_init_finished(ssl) != 1)
    return Error{ErrorCode::kInternal, "the peer is not verified"};
  const std::string id = identity::to_string(*verdict->subject);
  const std::time_t now = parts_.clock.now();
  parts_.clock.observe(verdict->latest_not_before, "the certificate chain of " + id);
  report_accepted(*verdict);
  if (verdict->kind == VerdictKind::kInGrace) return {};
  return remember(id, *verdict, now);
}

void PeerVerifier::report_accepted(const Verdict& verdict) const {
  const std::string id = identity::to_string(*verdict.subject);
  parts_.alarms.clear(AlarmKind::kPeerRefused, id);
  if (verdict.kind == VerdictKind::kInGrace)
    parts_.alarms.raise(AlarmKind::kPeerInGrace, id, verdict.sentence, parts_.clock.now());
  else
    parts_.alarms.clear(AlarmKind::kPeerInGrace, id);
}

Status PeerVerifier::remember(const std::string& id, const Verdict& verdict, std::time_t now) {
  Result<std::vector<KnownPeer>> known = parts_.store.known_peers(id);
  if (!known.ok()) return std::move(known).error();
  const auto same = std::ranges::find_if(*known, [&](const KnownPeer& peer) {
    return peer.key == verdict.leaf_key && peer.not_before >= verdict.leaf_not_before;
  });
  const bool recent = same != known->end() && now - same->last_verified < kRememberAgain &&
                      now >= same->last_verified;
  if (recent) return {};
  Status kept =
      parts_.store.remember_peer({id, verdict.leaf_key, verdict.leaf_not_before, now, now});
  if (!kept.ok()) parts_.alarms.raise(AlarmKind::kStore, id, kept.error().sentence, now);
  return kept;
}

Verdict PeerVerifier::verdict_now(const STACK_OF(X509) * chain, pki::TlsRole peer_role) const {
  const ChainPtr own = share_chain(chain);
  if (!own || sk_X509_num(own.get()) == 0) {
    Verdict verdict;
    verdict.sentence = "there is no certificate";
    return verdict;
  }
  Verdict verdict = judge(sk_X509_value(own.get(), 0), own.get(), peer_role);
  if (verdict.accepted()) report_accepted(verdict);
  return verdict;
}

std::optional<Denial> PeerVerifier::own_denial(const STACK_OF(X509) * chain) const {
  const ChainPtr own = share_chain(chain);
  if (!own || sk_X509_num(own.get()) == 0) return {};
  AnchorsPtr anchors;
  {
    const std::lock_guard lock(mutex_);
    anchors = anchors_;
  }
  const BuiltChain built =
      build_chain(*anchors, sk_X509_value(own.get(), 0), own.get(), ChainUse::kAny);
  return parts_.denied.denied(built.chain ? built.chain.get() : own.get());
}

void PeerVerifier::set_anchors(AnchorsPtr anchors) {
  const std::lock_guard lock(mutex_);
  anchors_ = std::move(anchors);
}

void PeerVerifier::set_grace(GracePolicy grace) {
  const std::lock_guard lock(mutex_);
  grace_ = grace;
}

}  // namespace bulkhead::trust
