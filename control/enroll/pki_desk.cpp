// SPDX-License-Identifier: Apache-2.0
#include "enroll/pki_desk.h"

#include <spdlog/spdlog.h>

#include "enroll/signing_request.h"
#include "pki/certificate.h"
#include "pki/subject.h"

namespace bulkhead::enroll {

namespace {

std::string subject_text(X509* certificate) {
  if (const auto id = pki::subject_of(certificate); id) return to_string(*id);
  char name[128] = {};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             name, sizeof name);
  return size > 0 ? std::string(name, static_cast<size_t>(size)) : std::string("?");
}

std::time_t seconds_of(const ASN1_TIME* time) {
  std::tm broken_down{};
  return ASN1_TIME_to_tm(time, &broken_down) == 1 ? timegm(&broken_down) : 0;
}

void audit(const Asker& asker, const Outcome& outcome) {
  if (outcome.issued)
    spdlog::info("enrolment: {} from {} by {}: issued, {}", outcome.gateway, asker.source,
                 outcome.how, outcome.detail);
  else
    spdlog::warn("enrolment: {} from {} by {}: refused ({}): {}", outcome.gateway, asker.source,
                 outcome.how, to_string(outcome.refusal), outcome.detail);
}

std::function<std::optional<std::string>(const STACK_OF(X509) *)> denial_by(trust::Trust& trust) {
  return [&trust](const STACK_OF(X509) * chain) -> std::optional<std::string> {
    auto denial = trust.deny_list().denied(chain);
    if (!denial) return {};
    return denial->sentence;
  };
}

}  // namespace

CredentialPaths paths_of(const control::ControlConfig& config) {
  return {config.certificate, config.private_key, config.trust_anchors};
}

CertificateFact fact_of(X509* certificate, std::string role, std::time_t now) {
  CertificateFact fact;
  fact.role = std::move(role);
  fact.subject = subject_text(certificate);
  fact.serial = serial_text(certificate);
  fact.key = key_digest(certificate);
  fact.validity = {seconds_of(X509_get0_notBefore(certificate)),
                   seconds_of(X509_get0_notAfter(certificate))};
  fact.percent_left = percent_left(fact.validity, now);
  fact.alarm = alarm_of(fact.validity, now);
  return fact;
}

Result<std::unique_ptr<PkiDesk>> PkiDesk::open(const control::ControlConfig& config,
                                               trust::Trust& trust, const Clock& clock,
                                               std::function<Status()> reload) {
  std::unique_ptr<PkiDesk> desk{new PkiDesk(config, trust)};
  if (config.pki.issuing)
    if (Status opened = desk->open_issuer(clock); !opened)
      return std::move(opened).error().within("pki.issuing");
  desk->open_renewer(clock, std::move(reload));
  return desk;
}

Status PkiDesk::open_issuer(const Clock& clock) {
  const control::IssuingConfig& issuing = *config_.pki.issuing;
  auto authority = IssuingAuthority::load(
      {issuing.certificate, issuing.private_key, config_.trust_anchors, issuing.endorsements});
  if (!authority) return std::move(authority).error();
  auto tokens = JoinTokens::open(config_.store);
  if (!tokens) return std::move(tokens).error();
  tokens_ = std::move(*tokens);
  Issuer::Rules rules;
  rules.trust_domain = config_.trust_domain;
  rules.gateway = config_.gateway;
  rules.leaf_life_s = static_cast<std::time_t>(issuing.leaf_life_s);
  rules.grace = config_.pki.grace;
  rules.now = [this] { return trust_.clock().now(); };
  rules.denied = denial_by(trust_);
  rules.audit = audit;
  issuer_ = std::make_unique<Issuer>(std::move(*authority), *tokens_, std::move(rules));
  listener_ = std::make_unique<EnrollListener>(*issuer_, clock);
  return {};
}

void PkiDesk::open_renewer(const Clock& clock, std::function<Status()> reload) {
  Renewer::Plan plan;
  plan.paths = paths_of(config_);
  plan.subject = trust_.credentials()->subject();
  if (config_.pki.renews()) plan.issuer = config_.pki.issuer;
  plan.now = [this] { return trust_.clock().now(); };
  plan.denied = denial_by(trust_);
  plan.take_up = std::move(reload);
  plan.alarm = [](LifeAlarm alarm, const std::string& sentence) {
    if (alarm >= LifeAlarm::kQuarter)
      spdlog::error("certificate: {}", sentence);
    else
      spdlog::warn("certificate: {}", sentence);
  };
  plan.note = [](const std::string& sentence) { spdlog::info("certificate: {}", sentence); };
  renewer_ = std::make_unique<Renewer>(std::move(plan), clock);
}

Status PkiDesk::start() {
  if (listener_) {
    if (Status listening = listener_->start(config_.pki.issuing->listen); !listening)
      return listening;
    spdlog::info("issuer: enrolment at {}", to_string(listener_->listening()));
  }
  renewer_->start();
  return {};
}

void PkiDesk::stop() {
  renewer_->stop();
  if (listener_) listener_->stop();
}

PkiFacts PkiDesk::facts() const {
  PkiFacts facts;
  facts.now = trust_.clock().now();
  facts.floor = trust_.clock().floor();
  const trust::CredentialsPtr own = trust_.credentials();
  for (size_t i = 0; i < own->chain().size(); ++i)
    facts.certificates.push_back(
        fact_of(own->chain()[i].get(), i == 0 ? "leaf" : "issuing", facts.now));
  for (const auto& root : own->anchors()->roots())
    facts.certificates.push_back(fact_of(root.get(), "root", facts.now));
  facts.renewal = renewer_->state();
  if (config_.pki.issuer) facts.renewal_from = to_string(*config_.pki.issuer);
  facts.grace =
      config_.pki.grace.forever ? "forever" : std::to_string(config_.pki.grace.days) + " days";
  trust_.clock().check();
  facts.alarms = trust_.alarms().standing();
  for (const trust::DenyHave& have : trust_.deny_list().have())
    facts.signers.push_back(
        {have.signer, have.complete_to,
         trust_.deny_list().records_after(have.signer, 0, trust::kMaxDenyRecordsPerSigner).size()});
  if (listener_)
    facts.issuer = IssuerFact{to_string(listener_->listening()), listener_->counters(),
                              issuer_->authority().root_digest()};
  return facts;
}

}  // namespace bulkhead::enroll
