// SPDX-License-Identifier: Apache-2.0
// The issuing CA at work: leaves for gateways from their public keys, and the server certificate of
// the enrolment listener. Immutable.
//
// The listener's certificate says `spiffe://DOMAIN/role/issuer/GATEWAY` and is for TLS servers
// only. No gateway can have one, so no gateway can pose as the issuer to another.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "mesh/enroll_message.h"
#include "pki/certificate.h"
#include "pki/openssl.h"

namespace bulkhead::enroll {

inline constexpr std::string_view kIssuerRole = "issuer";

struct IssuingFiles {
  std::string certificate;   // PEM: the issuing CA, then authorities above it without the root
  std::string private_key;   // PEM, 0600, or pkcs11: URI
  std::string anchors;       // PEM: what gateways are to trust; the issuing CA's root is among them
  std::string endorsements;  // PEM; empty: none
};

// What was issued, and what the record needs of it.
struct IssuedLeaf {
  mesh::Issued message;
  pki::ChainPtr chain;  // leaf to root
  std::string serial;   // hexadecimal
  identity::SpkiDigest key;
  std::time_t not_after = 0;
};

struct ServerCredentials {
  pki::KeyPtr key;
  std::vector<pki::CertificatePtr> chain;  // leaf to root: who enrols does not have the root yet
};

class IssuingAuthority {
 public:
  // Errors name the file; the key must be the certificate's, its root among the anchors.
  static Result<IssuingAuthority> load(const IssuingFiles& files);

  // From `now` (less a part of its life for slow clocks) for `life_s`, cut to the authority's end.
  // kPermission: the authority itself is expired, or the trust domain is not one.
  [[nodiscard]] Result<IssuedLeaf> issue(EVP_PKEY* subject_key, const identity::SpiffeId& subject,
                                         std::time_t now, std::time_t life_s) const;
  [[nodiscard]] Result<ServerCredentials> server_credentials(const std::string& trust_domain,
                                                             const std::string& gateway,
                                                             std::time_t now) const;

  [[nodiscard]] X509* certificate() const noexcept { return chain_.front().get(); }
  [[nodiscard]] X509* root() const noexcept { return anchors_[root_].get(); }
  [[nodiscard]] const std::vector<pki::CertificatePtr>& anchors() const noexcept {
    return anchors_;
  }
  [[nodiscard]] EVP_PKEY* key() const noexcept { return key_.get(); }
  [[nodiscard]] identity::SpkiDigest root_digest() const;

 private:
  [[nodiscard]] pki::ChainPtr chain_of(X509* leaf) const;

  std::vector<pki::CertificatePtr> chain_;  // issuing CA first
  std::vector<pki::CertificatePtr> anchors_;
  std::vector<pki::CertificatePtr> endorsements_;
  pki::KeyPtr key_;
  size_t root_ = 0;
};

// A PEM file's certificates; errors as pki::read_certificates().
std::string serial_text(X509* certificate);

}  // namespace bulkhead::enroll
