// SPDX-License-Identifier: Apache-2.0
// Private keys that never leave a hardware token, through OpenSSL's pkcs11 engine (Debian:
// libengine-pkcs11-openssl). The only file pair that uses the ENGINE interface, which OpenSSL 3
// deprecates and still supports.
#pragma once

#include <string>

#include "base/result.h"
#include "pki/openssl.h"
#include "pki/pkcs11_uri.h"

namespace bulkhead::pki {

// A handle: each signature is made in the token. One module serves the whole process; a URI with
// another one is refused. Thread-safe. Errors: kUnavailable (engine, module, token), kPermission
// (pin), kNotFound (key), kInvalid; they name the URI without its query.
Result<KeyPtr> load_token_key(const std::string& uri);

}  // namespace bulkhead::pki
