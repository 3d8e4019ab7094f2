// SPDX-License-Identifier: Apache-2.0
// From an agreed secret to the keys of a lane, and from the keys of one epoch to those of the next
// (docs/mesh.md, "Key schedule"; ADR 4). One way only: the keys of an epoch say nothing of those
// before.
#pragma once

#include "base/result.h"
#include "esp/lane.h"

namespace bulkhead::esp {

// HKDF-Expand(secret, info, 68): 32 bytes of key, 4 of salt, 32 of chain.
Status derive(std::span<const uint8_t, 32> secret, std::span<const uint8_t> info, KeyMaterial& out);

// Replaces the keys of an epoch by those of the one after it:
// HKDF-Expand(SHA-256, chain, "bulkhead esp epoch v1", 68). On an error nothing is left of either.
Status step(KeyMaterial& keys);

}  // namespace bulkhead::esp
