// SPDX-License-Identifier: Apache-2.0
// What was decided about a peer's certificate chain, and why.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"

namespace bulkhead::trust {

using pki::ChainPtr;

enum class VerdictKind : uint8_t {
  kAccepted,
  kInGrace,   // accepted though expired: known peer, grace policy; `sentence` says what to do
  kForeign,   // no configured root
  kBadChain,  // signature, usage, name, length
  kNotYetValid,
  kExpired,  // and unknown, superseded, or beyond grace
  kDenied,
};
std::string_view to_string(VerdictKind kind) noexcept;

struct Verdict {
  VerdictKind kind = VerdictKind::kBadChain;
  int error = X509_V_ERR_UNSPECIFIED;  // X509_V_*, from which TLS makes its alert
  std::string sentence;                // empty when accepted; else certificate, reason, what to do
  std::optional<identity::SpiffeId> subject;
  identity::SpkiDigest leaf_key;
  std::time_t leaf_not_before = 0;
  std::time_t leaf_not_after = 0;
  std::time_t latest_not_before = 0;  // of any element
  std::time_t ends_at = 0;  // accepted: when it turns (notAfter, or the grace's end); 0: never
  ChainPtr chain;           // leaf to root, when one could be built

  [[nodiscard]] bool accepted() const noexcept {
    return kind == VerdictKind::kAccepted || kind == VerdictKind::kInGrace;
  }
};

}  // namespace bulkhead::trust
