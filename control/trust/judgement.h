// SPDX-License-Identifier: Apache-2.0
// The steps of judging a chain, in order. Each fills the verdict; false: it is final.
#pragma once

#include "pki/subject.h"
#include "trust/anchors.h"
#include "trust/chain.h"
#include "trust/settings.h"
#include "trust/verdict.h"

namespace bulkhead::trust {

class DenyList;
class TrustStore;
class TrustedClock;

// Path to a root, usage, name, serial numbers.
bool check_leaf(Verdict& verdict, X509* leaf, STACK_OF(X509) * untrusted, const Anchors& anchors,
                ChainUse use, pki::TlsRole peer_role);
bool check_denied(Verdict& verdict, const DenyList& denied);
// notBefore and notAfter of every element, and the grace of known peers. Always final.
void check_times(Verdict& verdict, const TrustedClock& clock, TrustStore& store,
                 const GracePolicy& grace);

}  // namespace bulkhead::trust
