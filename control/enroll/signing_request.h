// SPDX-License-Identifier: Apache-2.0
// PKCS#10 signing requests (RFC 2986). The issuer takes only the key from one; the name in it must
// be the one that is issued, so that a mistake is found before a certificate exists.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"

namespace bulkhead::enroll {

using RequestPtr = std::unique_ptr<X509_REQ, pki::FreeWith<X509_REQ_free>>;

// Common name and URI name say `subject`; signed by the key itself: the proof of possession.
Result<std::vector<uint8_t>> make_request(EVP_PKEY* key, const identity::SpiffeId& subject);

struct OpenedRequest {
  identity::SpiffeId subject;  // what it asks for
  pki::KeyPtr key;             // public
  identity::SpkiDigest key_digest;
};
// One request, nothing behind it. Errors: kInvalid: not well formed, a key that is not P-256 (or
// P-384), a signature that is not the key's, or not exactly one URI name.
Result<OpenedRequest> open_request(std::span<const uint8_t> der);

// SHA-256 over SubjectPublicKeyInfo.
identity::SpkiDigest key_digest(EVP_PKEY* key);
identity::SpkiDigest key_digest(X509* certificate);

Result<std::vector<uint8_t>> der_of(X509* certificate);
// Exactly one certificate. Errors: kInvalid.
Result<pki::CertificatePtr> certificate_of(std::span<const uint8_t> der);

}  // namespace bulkhead::enroll
