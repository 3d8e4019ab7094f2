// SPDX-License-Identifier: Apache-2.0
// Who we are: own chain and private key, and the roots. An immutable snapshot; a renewal loads a
// new one, from which TLS contexts are built again, while running connections keep the old.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"
#include "trust/anchors.h"
#include "trust/settings.h"

namespace bulkhead::trust {

class Credentials {
 public:
  // The key is a PEM file or a pkcs11: URI. Errors name the file or the URI without its pin, and
  // say what is wrong: missing module, token or pin, key and certificate that do not belong
  // together.
  static Result<std::shared_ptr<const Credentials>> load(const CredentialFiles& files);

  // Chain and key, for either side of TLS. Does not touch verification.
  Status use_in(SSL_CTX* context) const;

  [[nodiscard]] X509* leaf() const noexcept { return chain_.front().get(); }
  [[nodiscard]] const std::vector<pki::CertificatePtr>& chain() const noexcept { return chain_; }
  [[nodiscard]] EVP_PKEY* key() const noexcept { return key_.get(); }
  [[nodiscard]] const AnchorsPtr& anchors() const noexcept { return anchors_; }
  [[nodiscard]] const identity::SpiffeId& subject() const noexcept { return subject_; }
  [[nodiscard]] const identity::CertificateDigest& digest() const noexcept { return digest_; }
  [[nodiscard]] bool key_in_token() const noexcept { return key_in_token_; }

 private:
  Credentials() = default;

  std::vector<pki::CertificatePtr> chain_;
  pki::KeyPtr key_;
  AnchorsPtr anchors_;
  identity::SpiffeId subject_;
  identity::CertificateDigest digest_;
  bool key_in_token_ = false;
};

using CredentialsPtr = std::shared_ptr<const Credentials>;

}  // namespace bulkhead::trust
