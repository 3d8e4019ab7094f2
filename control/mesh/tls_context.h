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

namespace bulkhead::control {

using SslPtr = std::unique_ptr<SSL, pki::FreeWith<SSL_free>>;

// Files in PEM, as in ControlConfig.
struct TlsFiles {
  std::string certificate;
  std::string private_key;
  std::string trust_anchors;
};

class TlsContext {
 public:
  // Errors name the file. The leaf must be a gateway's, its key the given one.
  static Result<TlsContext> load(const TlsFiles& files);

  // Over a connected, non-blocking socket, which stays the caller's.
  [[nodiscard]] Result<SslPtr> connection(int fd, pki::TlsRole role) const;
  [[nodiscard]] const identity::SpiffeId& subject() const noexcept { return subject_; }

 private:
  std::unique_ptr<SSL_CTX, pki::FreeWith<SSL_CTX_free>> context_;
  identity::SpiffeId subject_;
};

// The leaf that signed the peer's CertificateVerify, after a finished handshake.
struct PeerLeaf {
  identity::SpiffeId subject;
  identity::CertificateDigest digest;
  int64_t not_after = 0;  // seconds since 1970
};
// Chain, usage, ALPN and name; `peer_role` is what the peer is in TLS.
Result<PeerLeaf> verified_peer(SSL* ssl, pki::TlsRole peer_role);

// The certificate that we showed on this connection: a renewal does not change it.
identity::CertificateDigest own_leaf(const SSL* ssl);

// Why a handshake or read failed, for a person: our refusal of the peer's certificate, the peer's
// refusal of ours, or what OpenSSL says. Empties the error queue.
std::string tls_failure(SSL* ssl);

}  // namespace bulkhead::control
