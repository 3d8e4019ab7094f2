// SPDX-License-Identifier: Apache-2.0
// All of a gateway's trust in one object with one lifetime: store, clock, deny list, verifier, own
// credentials. Open it before the first handshake.
#pragma once

#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/result.h"
#include "store/trust_store.h"
#include "trust/alarms.h"
#include "trust/credentials.h"
#include "trust/deny_list.h"
#include "trust/peer_verifier.h"
#include "trust/settings.h"
#include "trust/trusted_clock.h"

namespace bulkhead::trust {

class Trust {
 public:
  // `clock` must outlive it.
  static Result<std::unique_ptr<Trust>> open(const TrustSettings& settings, const Clock& clock);

  [[nodiscard]] Alarms& alarms() noexcept { return alarms_; }
  [[nodiscard]] TrustStore& store() noexcept { return *store_; }
  [[nodiscard]] TrustedClock& clock() noexcept { return *clock_; }
  [[nodiscard]] DenyList& deny_list() noexcept { return *deny_list_; }
  [[nodiscard]] PeerVerifier& verifier() noexcept { return *verifier_; }
  [[nodiscard]] CredentialsPtr credentials() const;

  // Reads the files again. On error everything stays as it was. Afterwards build TLS contexts anew.
  Result<CredentialsPtr> reload();

 private:
  Trust() = default;

  TrustSettings settings_;
  Alarms alarms_;
  std::unique_ptr<TrustStore> store_;
  std::unique_ptr<TrustedClock> clock_;
  std::unique_ptr<DenyList> deny_list_;
  std::unique_ptr<PeerVerifier> verifier_;
  mutable std::mutex mutex_;
  CredentialsPtr credentials_;
};

}  // namespace bulkhead::trust
