// SPDX-License-Identifier: Apache-2.0
// Who signed a deny record, and whether the signature is true. Time plays no part: denying must not
// fail because of a clock.
#pragma once

#include <ctime>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "pki/openssl.h"
#include "trust/anchors.h"
#include "trust/deny_record.h"

namespace bulkhead::trust {

struct DenySigner {
  identity::SpkiDigest key;
  pki::ChainPtr chain;  // signer to root
  bool is_anchor = false;
  std::time_t not_before = 0;  // of its certificate
  std::time_t not_after = 0;
};

// The signer's certificate as sent, not verified.
Result<pki::CertificatePtr> claimed_signer(const SignedDenyRecord& record);
// kPermission: no configured root, or no authority. kInvalid: malformed, or the signature is wrong.
Result<DenySigner> verify_signature(const SignedDenyRecord& record, const Anchors& anchors);
// kPermission: this signer may not deny that.
Status check_entitled(const DenySigner& signer, const DenyTarget& target, const Anchors& anchors);

}  // namespace bulkhead::trust
