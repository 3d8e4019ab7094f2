// SPDX-License-Identifier: Apache-2.0
#include "trust/trust.h"

#include "pki/certificate.h"

namespace bulkhead::trust {

namespace {

// Own certificates count as signed time when their signatures do: the chain is verified.
void observe_own(TrustedClock& clock, const Credentials& own) {
  pki::ChainPtr sent{sk_X509_new_null()};
  for (const pki::CertificatePtr& certificate : own.chain())
    if (X509_up_ref(certificate.get()) == 1) sk_X509_push(sent.get(), certificate.get());
  const BuiltChain built = build_chain(*own.anchors(), own.leaf(), sent.get(), ChainUse::kAny);
  if (built.chain) clock.observe(pki::not_before(own.leaf()), "the own certificate");
}

}  // namespace

Result<std::unique_ptr<Trust>> Trust::open(const TrustSettings& settings, const Clock& clock) {
  std::unique_ptr<Trust> trust{new Trust};
  trust->settings_ = settings;
  Result<CredentialsPtr> own = Credentials::load(settings.files);
  if (!own.ok()) return std::move(own).error();
  trust->credentials_ = std::move(*own);
  Result<std::unique_ptr<TrustStore>> store = TrustStore::open(settings.store);
  if (!store.ok()) return std::move(store).error();
  trust->store_ = std::move(*store);
  auto trusted = TrustedClock::open(clock, *trust->store_, trust->alarms_);
  if (!trusted.ok()) return std::move(trusted).error();
  trust->clock_ = std::move(*trusted);
  const AnchorsPtr& anchors = trust->credentials_->anchors();
  auto list = DenyList::open(*trust->store_, anchors, *trust->clock_, trust->alarms_);
  if (!list.ok()) return std::move(list).error();
  trust->deny_list_ = std::move(*list);
  trust->verifier_ = std::make_unique<PeerVerifier>(
      PeerVerifier::Parts{*trust->store_, *trust->clock_, *trust->deny_list_, trust->alarms_},
      anchors, settings.grace);
  observe_own(*trust->clock_, *trust->credentials_);
  trust->clock_->check();
  return trust;
}

CredentialsPtr Trust::credentials() const {
  const std::lock_guard lock(mutex_);
  return credentials_;
}

Result<CredentialsPtr> Trust::reload() {
  Result<CredentialsPtr> own = Credentials::load(settings_.files);
  if (!own.ok()) return std::move(own).error().within("the credentials stay as they were");
  deny_list_->set_anchors((*own)->anchors());
  verifier_->set_anchors((*own)->anchors());
  observe_own(*clock_, **own);
  const std::lock_guard lock(mutex_);
  credentials_ = *own;
  return own;
}

}  // namespace bulkhead::trust
