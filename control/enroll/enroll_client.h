// SPDX-License-Identifier: Apache-2.0
// The gateway's side: asks the issuer once, and believes an answer only after it has checked it.
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/result.h"
#include "enroll/enroll_tls.h"
#include "identity/spiffe_id.h"
#include "mesh/enroll_message.h"

namespace bulkhead::enroll {

inline constexpr uint64_t kEnrollDeadline = 15'000'000'000;  // ns, for the whole exchange

// Leaf first; anchors to be written.
struct NewCredentials {
  std::vector<pki::CertificatePtr> chain;
  std::vector<pki::CertificatePtr> anchors;
};

struct Connection {
  Endpoint issuer;
  const Clock& clock;
  int stop_fd = -1;  // ends every wait when readable; -1: none
};

// By a join token: verifies the server by the token's root, proves the token, and checks what comes
// back: own key, own name, chain to that root. Errors: kPermission with the refusal's sentence,
// kUnavailable when the issuer cannot be reached.
Result<NewCredentials> join(const Connection& connection, const JoinToken& token,
                            const identity::SpiffeId& subject, EVP_PKEY* key);

struct CurrentCredentials {
  const std::vector<pki::CertificatePtr>& chain;
  EVP_PKEY* key;
  const std::vector<pki::CertificatePtr>& anchors;
  identity::SpiffeId subject;
  std::time_t now = 0;  // by which the server's certificate is judged
  std::function<std::optional<std::string>(const STACK_OF(X509)*)> denied;  // may be empty
};
// With the current certificate, for `key`. The new chain must end at an anchor that we trust
// already; a further anchor is taken only when one of those has endorsed it.
Result<NewCredentials> renew(const Connection& connection, const CurrentCredentials& current,
                             EVP_PKEY* key);

// The check of both, and of offline responses. `trusted`: roots believed already (the token's, the
// current ones, or the one the operator named).
Result<NewCredentials> check_issued(const mesh::Issued& issued,
                                    const std::vector<identity::SpkiDigest>& trusted,
                                    const identity::SpiffeId& subject, EVP_PKEY* key,
                                    std::time_t now);

}  // namespace bulkhead::enroll
