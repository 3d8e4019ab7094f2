// SPDX-License-Identifier: Apache-2.0
// Ed25519 over bytes, by OpenSSL; the rest of lib/image sees no EVP types.
#pragma once

#include <span>

#include "image/verifier.h"

namespace bulkhead::image {

bool signature_ok(std::span<const uint8_t> message, std::span<const uint8_t> signature,
                  const PublicKey& signer) noexcept;

Result<std::array<uint8_t, 64>> sign_message(std::span<const uint8_t> message,
                                             const PrivateKey& key);

}  // namespace bulkhead::image
