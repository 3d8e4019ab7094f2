// SPDX-License-Identifier: Apache-2.0
// TLS of enrolment: 1.3 only, ALPN `bulkhead-enroll/1`, no tickets. The server always shows the
// issuer's certificate; the client shows its own when it renews.
#pragma once

#include <openssl/ssl.h>

#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "enroll/issuing_authority.h"
#include "enroll/join_token.h"

namespace bulkhead::enroll {

using SslContextPtr = std::unique_ptr<SSL_CTX, pki::FreeWith<SSL_CTX_free>>;

// A client may show a certificate; its chain must end at an anchor, its time is not judged here.
Result<SslContextPtr> server_context(const ServerCredentials& credentials,
                                     const std::vector<pki::CertificatePtr>& anchors);

// Whom a client takes for the issuer. Exactly one of `pin` and `anchors`.
struct ServerRules {
  std::string trust_domain;
  std::optional<identity::SpkiDigest> pin;                    // the key of the root, from the token
  const std::vector<pki::CertificatePtr>* anchors = nullptr;  // what we trust already
  std::time_t now = 0;
  std::function<std::optional<std::string>(const STACK_OF(X509)*)> denied;  // may be empty
};

// Own credentials for a renewal; nullptr: none.
struct ClientCredentials {
  const std::vector<pki::CertificatePtr>* chain = nullptr;
  EVP_PKEY* key = nullptr;
};

// `rules` outlives the connections. After a refusal `why` holds the sentence.
class ServerJudge {
 public:
  explicit ServerJudge(ServerRules rules) : rules_(std::move(rules)) {}
  // The leaf and what came with it.
  Status judge(X509* leaf, STACK_OF(X509) * others) const;

  std::string why;

 private:
  ServerRules rules_;
};
Result<SslContextPtr> client_context(const ClientCredentials& credentials, ServerJudge& judge);

// RFC 8446 7.5; after the handshake, the same on both sides.
Result<ChannelBinding> channel_binding(SSL* ssl);
// Both sides chose our protocol.
bool alpn_agreed(const SSL* ssl);

// Signatures, usage, path and times at `now` of leaf..anchor. Errors: kPermission with the reason.
Status verify_chain(X509* leaf, STACK_OF(X509) * others, const std::vector<X509*>& anchors,
                    int purpose, std::time_t now);

}  // namespace bulkhead::enroll
