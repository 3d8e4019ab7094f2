// SPDX-License-Identifier: Apache-2.0
// Certificate paths to our roots, by OpenSSL: signatures, names, path lengths, usage; everything
// but time and denial, which are judged by us.
#pragma once

#include <string>

#include "base/result.h"
#include "pki/openssl.h"
#include "trust/anchors.h"
#include "trust/deny_record.h"

namespace bulkhead::trust {

inline constexpr int kMaxAuthorities = 3;  // the root included

enum class ChainUse : uint8_t { kAny, kTlsServer, kTlsClient };

struct BuiltChain {
  pki::ChainPtr chain;  // leaf to root; nothing on error
  int error = X509_V_OK;

  [[nodiscard]] std::string sentence() const;
  [[nodiscard]] bool foreign() const noexcept;  // it ends at no configured root
};
// `untrusted` may hold the leaf too.
BuiltChain build_chain(const Anchors& anchors, X509* leaf, STACK_OF(X509) * untrusted,
                       ChainUse use);

// A copy that shares the certificates.
pki::ChainPtr share_chain(const STACK_OF(X509) * chain);

// The serial number, big endian. kInvalid: not positive, or longer than RFC 5280 4.1.2.2 allows;
// such a certificate could not be denied by its number.
Result<std::vector<uint8_t>> serial_of(const X509* certificate);

}  // namespace bulkhead::trust
