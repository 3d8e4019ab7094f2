// SPDX-License-Identifier: Apache-2.0
// Whom a verified leaf certificate speaks for. Does not verify the chain: TLS did.
#pragma once

#include "base/result.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"

namespace bulkhead::pki {

enum class TlsRole : uint8_t { kServer, kClient };

// The one URI in the subject alternative name (X.509-SVID 2: exactly one), as a SPIFFE ID.
Result<identity::SpiffeId> subject_of(X509* leaf);

// A leaf fit for `role`: extended key usage is present and allows it, and it is not an authority.
Status check_usage(X509* leaf, TlsRole role);

}  // namespace bulkhead::pki
