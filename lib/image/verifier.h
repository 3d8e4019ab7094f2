// SPDX-License-Identifier: Apache-2.0
// Decides whether foreign bytes are an image that ImageView may walk without further checks:
// size, magic, version, signature, every section's place, every offset, index, run, count and
// order. Bounded time: each element is visited once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::image {

using PublicKey = std::array<uint8_t, 32>;  // Ed25519, RFC 8032
using PrivateKey = std::array<uint8_t, 32>;
using Digest = std::array<uint8_t, 32>;  // SHA-256 of the whole image, signature included

struct Expectation {
  PublicKey signer{};
  std::string_view gateway;  // must be whom the image is for
};

// Errors: kInvalid with the first thing that is wrong, and where.
Status verify(std::span<const uint8_t> bytes, const Expectation& expected);

Digest digest_of(std::span<const uint8_t> bytes);

// Writes the signature into the last kSignatureBytes of `image`.
Status sign(std::vector<uint8_t>& image, const PrivateKey& key);

Result<PublicKey> public_key_of(const PrivateKey& key);

}  // namespace bulkhead::image
