// SPDX-License-Identifier: Apache-2.0
// The key by which control signs policy images, as the configuration names it.
#pragma once

#include <string>

#include "base/result.h"
#include "image/verifier.h"

namespace bulkhead::dataplane {

// A PEM file with an Ed25519 public key (RFC 8410). Errors: kNotFound, kIo, kInvalid.
Result<image::PublicKey> load_signer(const std::string& path);

}  // namespace bulkhead::dataplane
