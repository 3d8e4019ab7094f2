// SPDX-License-Identifier: Apache-2.0
// Private keys: made, read and written. Files are PKCS#8 PEM without a passphrase, mode 0600.
#pragma once

#include <string>

#include "base/result.h"
#include "pki/openssl.h"

namespace bulkhead::pki {

Result<KeyPtr> generate_p256();
Result<KeyPtr> generate_ed25519();

// Errors: kPermission when group or others can read or write the file, kIo.
Status only_owner_may_read(const std::string& path);
// The same errors, and kInvalid.
Result<KeyPtr> read_private_key(const std::string& path);
// The same, or a key that never leaves its token when `place` is a pkcs11: URI (pki/pkcs11.h).
Result<KeyPtr> load_private_key(const std::string& place);
Status write_private_key(const std::string& path, EVP_PKEY* key);
// SubjectPublicKeyInfo PEM, mode 0644.
Status write_public_key(const std::string& path, EVP_PKEY* key);

}  // namespace bulkhead::pki
