// SPDX-License-Identifier: Apache-2.0
// Own credentials, and what happens when a certificate is no longer believed.
#include <poll.h>

#include <algorithm>

#include "mesh/key_agreement.h"

namespace bulkhead::control {

namespace {

trust::TrustSettings settings_of(const ControlConfig& config) {
  return {{config.certificate, config.private_key, {config.trust_anchors}},
          config.pki.grace,
          config.store};
}

}  // namespace

Status KeyAgreement::open_parts() {
  const ControlConfig& config = mesh_->config;
  if (mesh_->trust == nullptr) {
    Result<std::unique_ptr<trust::Trust>> opened =
        trust::Trust::open(settings_of(config), mesh_->clock);
    if (!opened.ok()) return std::move(opened).error();
    own_trust_ = std::move(*opened);
    mesh_->trust = own_trust_.get();
  }
  if (mesh_->store != nullptr) return {};
  Result<std::unique_ptr<PeerStore>> store = PeerStore::open(config.store);
  if (!store.ok()) return std::move(store).error();
  own_store_ = std::move(*store);
  mesh_->store = own_store_.get();
  return {};
}

Status KeyAgreement::use_credentials() {
  const ControlConfig& config = mesh_->config;
  const trust::CredentialsPtr own = mesh_->trust->credentials();
  const Result<identity::SpiffeId> expected =
      identity::gateway_id(config.trust_domain, config.gateway);
  if (!expected.ok()) return expected.error();
  if (own->subject() != *expected)
    return Error{ErrorCode::kInvalid, config.certificate + ": it is for " +
                                          to_string(own->subject()) + ", but this gateway is " +
                                          to_string(*expected)};
  Result<TlsContext> tls = TlsContext::make(*own, mesh_->trust->verifier());
  if (!tls.ok()) return std::move(tls).error();
  mesh_->tls.set(std::make_shared<const TlsContext>(std::move(*tls)));
  judge_ourselves();
  return {};
}

Status KeyAgreement::reload_credentials() {
  Result<trust::CredentialsPtr> own = mesh_->trust->reload();
  if (!own.ok()) return std::move(own).error();
  if (Status used = use_credentials(); !used.ok()) return used;
  for (const PeerLinkPtr& peer : peers_.all())
    peer->request_rekey_within(mesh::RekeyReason::kCertificate, mesh_->tuning.reload_spread_ns);
  return {};
}

// A peer would refuse us for it; so say it here, and agree with nobody.
void KeyAgreement::judge_ourselves() {
  const trust::CredentialsPtr own = mesh_->trust->credentials();
  pki::ChainPtr chain{sk_X509_new_null()};
  for (const pki::CertificatePtr& element : own->chain())
    if (X509_up_ref(element.get()) == 1) sk_X509_push(chain.get(), element.get());
  const std::optional<trust::Denial> denial = mesh_->trust->verifier().own_denial(chain.get());
  mesh_->own_denied.store(denial.has_value());
  const std::scoped_lock lock(mutex_);
  own_denial_ = denial ? denial->sentence : "";
}

std::string KeyAgreement::own_denial() const {
  const std::scoped_lock lock(mutex_);
  return own_denial_;
}

void KeyAgreement::watch_denials() {
  mesh_->trust->deny_list().on_accept([this](const trust::AcceptedDeny&,
                                             std::span<const uint8_t> bytes) {
    // First on its way to others, who cut by themselves, then here.
    const auto record = std::make_shared<const std::vector<uint8_t>>(bytes.begin(), bytes.end());
    for (const PeerLinkPtr& peer : peers_.all()) peer->relay(record);
    judge_ourselves();
    (void)enforce();
  });
}

std::vector<NotDropped> KeyAgreement::enforce() {
  std::vector<NotDropped> failed;
  for (const PeerLinkPtr& peer : peers_.all())
    if (Status judged = peer->rejudge(); !judged.ok())
      failed.push_back({peer->config().name, std::move(judged).error()});
  return failed;
}

void KeyAgreement::await_relays(uint64_t patience_ns) const {
  const uint64_t deadline = mesh_->steady_ns() + patience_ns;
  const auto relaying = [](const PeerLinkPtr& peer) { return peer->relaying(); };
  while (std::ranges::any_of(peers_.all(), relaying) && mesh_->steady_ns() < deadline)
    (void)::poll(nullptr, 0, 1);
}

std::optional<PeerLeaf> KeyAgreement::leaf_of(std::string_view name) const {
  const PeerLinkPtr peer = peers_.find(name);
  return peer ? peer->leaf() : std::nullopt;
}

}  // namespace bulkhead::control
