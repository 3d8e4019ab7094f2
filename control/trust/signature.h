// SPDX-License-Identifier: Apache-2.0
// Signatures by the keys of certificates: ECDSA with SHA-256, or Ed25519 (RFC 8032); nothing else.
// The key may be in a token.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "pki/openssl.h"

namespace bulkhead::trust {

// Errors: kUnsupported, a key of another kind; kIo, the token does not sign.
Result<std::vector<uint8_t>> sign(EVP_PKEY* key, std::span<const uint8_t> message);
// Errors: kInvalid, it is not that key's; kUnsupported.
Status check_signature(EVP_PKEY* key, std::span<const uint8_t> message,
                       std::span<const uint8_t> signature);

}  // namespace bulkhead::trust
