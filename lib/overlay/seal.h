// SPDX-License-Identifier: Apache-2.0
// An overlay under the policy's signing key, for the way to the dataplane and for its disk:
// the encoding, then an Ed25519 signature (RFC 8032) over a context and the encoding. The context
// keeps a signed overlay from being anything else, as an image, and the other way round.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/verifier.h"
#include "overlay/model.h"

namespace bulkhead::overlay {

// Errors: those of encode(), kInternal.
Result<std::vector<uint8_t>> seal(const Overlay& overlay, const image::PrivateKey& key);

// Errors: kInvalid with what is wrong: size, signature, form, whom it is for.
Result<Overlay> unseal(std::span<const uint8_t> bytes, const image::Expectation& expected);

}  // namespace bulkhead::overlay
