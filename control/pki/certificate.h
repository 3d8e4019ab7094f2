// SPDX-License-Identifier: Apache-2.0
// X.509 certificates: issued from a specification, read and written as PEM.
#pragma once

#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"

namespace bulkhead::pki {

enum class CertificateUse : uint8_t {
  kAuthority,  // signs certificates
  kGateway,    // TLS server and client
  kOperator,   // TLS client of the API
  kIssuer,     // TLS server that takes enrolments
};

struct CertificateSpec {
  CertificateUse use = CertificateUse::kGateway;
  std::string common_name;
  int path_length = 0;                       // kAuthority: authorities allowed below it
  std::optional<identity::SpiffeId> spiffe;  // the only subject alternative name
  std::time_t not_before = 0;
  std::time_t not_after = 0;
};

struct Issuer {
  X509* certificate;
  EVP_PKEY* key;
};

// Random 127-bit serial. Without an issuer the certificate is self-signed.
Result<CertificatePtr> issue(const CertificateSpec& spec, EVP_PKEY* subject_key,
                             std::optional<Issuer> issuer);

// The certificates of a PEM file in order; at least one, at most kMaxChain.
inline constexpr size_t kMaxChain = 8;
Result<std::vector<CertificatePtr>> read_certificates(const std::string& path);
Status write_certificates(const std::string& path, const std::vector<X509*>& chain);

identity::CertificateDigest digest_of(X509* certificate);
identity::SpkiDigest spki_digest_of(const X509* certificate);
// Seconds since 1970. A time that cannot be read makes the certificate valid at no time.
std::time_t not_before(const X509* certificate);
std::time_t not_after(const X509* certificate);
// The common name, cut and made printable: for sentences only.
std::string name_of(const X509* certificate);

// DER, both ways; exactly one certificate and nothing behind it.
std::vector<uint8_t> to_der(const X509* certificate);
Result<CertificatePtr> from_der(std::span<const uint8_t> bytes);

}  // namespace bulkhead::pki
