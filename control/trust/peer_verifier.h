// SPDX-License-Identifier: Apache-2.0
// Judges the other gateways' certificates, in TLS both ways and again at any later time.
//
// A chain is accepted when it ends at a configured root, has at most three authorities, its leaf is
// fit for its side of TLS and names one gateway, no element is denied, and every element is valid
// at the trusted time (notBefore with kSkew to spare). An expired element is accepted within the
// grace policy when the peer is known: this name and key finished a handshake in which all was
// valid, and no newer certificate of that name was seen since.
//
// Nothing is written before a handshake is complete. Thread-safe; must outlive each SSL_CTX and SSL
// that it is installed in.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "pki/subject.h"
#include "trust/anchors.h"
#include "trust/chain.h"
#include "trust/deny_list.h"
#include "trust/settings.h"
#include "trust/verdict.h"

namespace bulkhead::trust {

class Alarms;
class TrustStore;
class TrustedClock;

class PeerVerifier {
 public:
  struct Parts {
    TrustStore& store;
    TrustedClock& clock;
    DenyList& denied;
    Alarms& alarms;
  };
  PeerVerifier(Parts parts, AnchorsPtr anchors, GracePolicy grace);

  // Both directions of TLS: this verifier decides, and its refusal becomes the right alert
  // (certificate_revoked, certificate_expired, unknown_ca, ...).
  Status install(SSL_CTX* context);

  // What was decided in that connection's handshake; nothing before the peer's certificate came.
  static const Verdict* verdict_of(const SSL* ssl);
  // Call once when the handshake is complete, which proves that the peer has the key: remembers the
  // peer when all was valid, raises the time floor, raises or clears the peer's alarm.
  Status handshake_done(const SSL* ssl);

  // The same decision now, for a peer in session: a record arrived, or Verdict::ends_at has passed.
  // `chain`: leaf first, as in Verdict::chain. `peer_role`: what the peer is in TLS.
  Verdict verdict_now(const STACK_OF(X509) * chain, pki::TlsRole peer_role) const;

  // Whether our own chain (leaf first, the root may be missing) is denied, which peers would
  // refuse. Without the alarms of a peer's verdict.
  [[nodiscard]] std::optional<Denial> own_denial(const STACK_OF(X509) * chain) const;

  void set_anchors(AnchorsPtr anchors);
  void set_grace(GracePolicy grace);

 private:
  static int verify(X509_STORE_CTX* context, void* self);
  void report_accepted(const Verdict& verdict) const;
  Status remember(const std::string& id, const Verdict& verdict, std::time_t now);
  Verdict judge(X509* leaf, STACK_OF(X509) * untrusted, pki::TlsRole peer_role) const;

  Parts parts_;
  mutable std::mutex mutex_;
  AnchorsPtr anchors_;
  GracePolicy grace_;
};

}  // namespace bulkhead::trust
