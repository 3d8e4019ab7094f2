// SPDX-License-Identifier: Apache-2.0
// How we speak TLS to another gateway: 1.3 only, both sides authenticated, every handshake a full
// one (no tickets, no resumption, no early data), ALPN so that no other service is mistaken for us.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "identity/digest.h"
#include "identity/spiffe_id.h"
#include "pki/openssl.h"
#include "pki/subject.h"
#include "trust/credentials.h"
#include "trust/peer_verifier.h"

namespace bulkhead::control {

using SslPtr = std::unique_ptr<SSL, pki::FreeWith<SSL_free>>;

class TlsContext {
 public:
  // With our chain and key; the verifier decides about peers and outlives all connections.
  static Result<TlsContext> make(const trust::Credentials& own, trust::PeerVerifier& verifier);

  // Over a connected, non-blocking socket, which stays the caller's.
  [[nodiscard]] Result<SslPtr> connection(int fd, pki::TlsRole role) const;
  [[nodiscard]] const identity::SpiffeId& subject() const noexcept { return subject_; }

 private:
  std::unique_ptr<SSL_CTX, pki::FreeWith<SSL_CTX_free>> context_;
  identity::SpiffeId subject_;
};

using SharedChain = std::shared_ptr<const STACK_OF(X509)>;

// The leaf that signed the peer's CertificateVerify, after a finished handshake.
struct PeerLeaf {
  identity::SpiffeId subject;
  identity::CertificateDigest digest;
  int64_t not_after = 0;                      // seconds since 1970
  int64_t ends_at = 0;                        // when it is to be judged again; 0: never
  bool in_grace = false;                      // expired, and accepted by the grace policy
  pki::TlsRole role = pki::TlsRole::kServer;  // what the peer is in TLS
  SharedChain chain;                          // leaf to root
};
// Chain, usage, deny list, ALPN and name; `peer_role` is what the peer is in TLS. Tells the
// verifier that the peer has proven to hold its key.
Result<PeerLeaf> verified_peer(SSL* ssl, pki::TlsRole peer_role, trust::PeerVerifier& verifier);

// The certificate that we showed on this connection: a renewal does not change it.
identity::CertificateDigest own_leaf(const SSL* ssl);

// Why a handshake or read failed, for a person: our refusal of the peer's certificate, the peer's
// refusal of ours, or what OpenSSL says. Empties the error queue.
std::string tls_failure(SSL* ssl);

}  // namespace bulkhead::control
