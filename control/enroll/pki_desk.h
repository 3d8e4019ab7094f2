// SPDX-License-Identifier: Apache-2.0
// Everything of the PKI that runs in bulkhead-control, in one object: the renewal of the own
// certificate, the issuer and its listener when `pki.issuing` is there, and what `bulkhead pki
// status` says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/control_config.h"
#include "enroll/enroll_listener.h"
#include "enroll/issuer.h"
#include "enroll/renewer.h"
#include "trust/alarms.h"
#include "trust/trust.h"

namespace bulkhead::enroll {

struct CertificateFact {
  std::string role;  // "leaf", "issuing", "root"
  std::string subject;
  std::string serial;
  identity::SpkiDigest key;
  Validity validity;
  int percent_left = 0;
  LifeAlarm alarm = LifeAlarm::kNone;
};
CertificateFact fact_of(X509* certificate, std::string role, std::time_t now);

struct SignerFact {
  identity::SpkiDigest key;
  uint64_t complete_to = 0;
  uint64_t records = 0;
};
struct IssuerFact {
  std::string listen;
  ListenerCounters counters;
  identity::SpkiDigest root;
};
struct PkiFacts {
  std::vector<CertificateFact> certificates;
  RenewalState renewal;
  std::string renewal_from;  // empty: nobody
  std::string grace;
  std::time_t now = 0;
  std::time_t floor = 0;
  std::vector<trust::Alarm> alarms;
  std::vector<SignerFact> signers;
  std::optional<IssuerFact> issuer;
};

// Files as the configuration names them.
CredentialPaths paths_of(const control::ControlConfig& config);

class PkiDesk {
 public:
  // `reload` takes new files up. `trust` and `clock` outlive it.
  static Result<std::unique_ptr<PkiDesk>> open(const control::ControlConfig& config,
                                               trust::Trust& trust, const Clock& clock,
                                               std::function<Status()> reload);
  // Listens and renews.
  Status start();
  void stop();

  [[nodiscard]] PkiFacts facts() const;
  Status renew_soon() { return renewer_->renew_soon(); }
  // nullptr: this control is no issuer.
  [[nodiscard]] Issuer* issuer() noexcept { return issuer_.get(); }

 private:
  PkiDesk(const control::ControlConfig& config, trust::Trust& trust)
      : config_(config), trust_(trust) {}
  Status open_issuer(const Clock& clock);
  void open_renewer(const Clock& clock, std::function<Status()> reload);

  const control::ControlConfig& config_;
  trust::Trust& trust_;
  std::unique_ptr<JoinTokens> tokens_;
  std::unique_ptr<Issuer> issuer_;
  std::unique_ptr<EnrollListener> listener_;
  std::unique_ptr<Renewer> renewer_;
};

}  // namespace bulkhead::enroll
