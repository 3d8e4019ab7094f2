// SPDX-License-Identifier: Apache-2.0
// HKDF-Expand with SHA-256 (RFC 5869 2.3), by OpenSSL.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace bulkhead::esp {

// Fills `out` (at most 255 * 32 bytes). On an error `out` is wiped; kInternal: OpenSSL refuses.
Status hkdf_expand(std::span<const uint8_t, 32> key, std::span<const uint8_t> info,
                   std::span<uint8_t> out);

}  // namespace bulkhead::esp
