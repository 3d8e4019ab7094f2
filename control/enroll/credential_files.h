// SPDX-License-Identifier: Apache-2.0
// A gateway's key, chain and roots on disk, replaced without a moment in which key and certificate
// do not belong together for good:
//
//   KEY.next, then CERTIFICATE.next are written and synced; ROOTS is replaced (it only grows);
//   KEY.next -> KEY, CERTIFICATE.next -> CERTIFICATE.
//
// After a crash between the two renames finish_replacement() completes them; before the first it
// forgets the new pair. Call it before credentials are loaded.
#pragma once

#include <string>

#include "base/result.h"
#include "enroll/enroll_client.h"
#include "pki/openssl.h"

namespace bulkhead::enroll {

struct CredentialPaths {
  std::string certificate;
  std::string private_key;  // or a pkcs11: URI: then the key stays where it is
  std::string trust_anchors;

  [[nodiscard]] bool key_in_token() const { return private_key.starts_with("pkcs11:"); }
};

// `key`: written when it is not in a token.
Status write_credentials(const CredentialPaths& paths, const NewCredentials& credentials,
                         EVP_PKEY* key);
// True when something was left to do.
Result<bool> finish_replacement(const CredentialPaths& paths);

}  // namespace bulkhead::enroll
