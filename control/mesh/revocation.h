// SPDX-License-Identifier: Apache-2.0
// Revoking: makes or takes signed deny records, has them obeyed here, and on their way to others,
// before it returns. Thread-safe; one revocation at a time.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "mesh/key_agreement.h"

namespace bulkhead::control {

struct Revocation {
  std::vector<trust::AcceptedDeny> records;
  std::vector<NotDropped> not_dropped;  // lanes that the dataplane may have still
};

class Revoker {
 public:
  explicit Revoker(KeyAgreement& keys, const ControlConfig& config)
      : keys_(keys), config_(config) {}

  // Denies the certificate and the key with which that peer last agreed, signed with the issuing
  // key of `pki.issuing`. Errors: kNotFound, no such peer or none of its certificates is known;
  // kUnsupported, no issuing key here; those of the deny list.
  Result<Revocation> revoke(const std::string& gateway, const std::string& reason);
  // A record signed elsewhere. Errors: those of the deny list. Known already: fine.
  Result<Revocation> apply(std::span<const uint8_t> record);
  // All that is denied, by signer and number.
  [[nodiscard]] std::vector<trust::AcceptedDeny> denied();

 private:
  Result<std::vector<std::vector<uint8_t>>> sign(const PeerLeaf& leaf, const std::string& gateway,
                                                 const std::string& reason);
  Revocation settle(std::vector<trust::AcceptedDeny> records);

  KeyAgreement& keys_;
  const ControlConfig& config_;
  std::mutex mutex_;
};

}  // namespace bulkhead::control
