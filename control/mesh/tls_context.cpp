// SPDX-License-Identifier: Apache-2.0
#include "mesh/tls_context.h"

#include <openssl/err.h>

#include <cstring>

#include "pki/certificate.h"

namespace bulkhead::control {

namespace {

constexpr unsigned char kAlpn[] =
    "\x0f"
    "bulkhead-mesh/1";
constexpr unsigned int kAlpnBytes = sizeof kAlpn - 1;
constexpr long kMaxCertificateList = 32 << 10;

int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned int in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, kAlpnBytes, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

bool alpn_agreed(SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return size == kAlpnBytes - 1 && std::memcmp(name, kAlpn + 1, size) == 0;
}

bool restrict_protocol(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateList);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1 &&
         SSL_CTX_set_alpn_protos(context, kAlpn, kAlpnBytes) == 0;
}

struct AlertText {
  int reason;
  const char* text;
};
// What the peer's fatal alert says about us.
constexpr AlertText kAlerts[] = {
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA,
     "the peer refused our certificate: it does not know the authority"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the peer refused our certificate: expired"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "the peer refused our certificate: revoked"},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "the peer refused our certificate: not valid"},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
     "the peer refused our certificate: not for this use"},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "the peer wants a certificate"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the peer does not speak TLS 1.3"},
    {SSL_R_UNSUPPORTED_PROTOCOL, "the peer does not speak TLS 1.3"},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "the peer sent no certificate"},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING, "the peer closed the connection"},
};

}  // namespace

Result<TlsContext> TlsContext::make(const trust::Credentials& own, trust::PeerVerifier& verifier) {
  TlsContext tls;
  tls.context_.reset(SSL_CTX_new(TLS_method()));
  if (!tls.context_ || !restrict_protocol(tls.context_.get()))
    return pki::openssl_error("prepare TLS");
  if (Status installed = verifier.install(tls.context_.get()); !installed.ok())
    return std::move(installed).error();
  if (Status used = own.use_in(tls.context_.get()); !used.ok()) return std::move(used).error();
  tls.subject_ = own.subject();
  return tls;
}

Result<SslPtr> TlsContext::connection(int fd, pki::TlsRole role) const {
  SslPtr ssl{SSL_new(context_.get())};
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return pki::openssl_error("prepare a TLS connection");
  if (role == pki::TlsRole::kClient)
    SSL_set_connect_state(ssl.get());
  else
    SSL_set_accept_state(ssl.get());
  return ssl;
}

Result<PeerLeaf> verified_peer(SSL* ssl, pki::TlsRole peer_role, trust::PeerVerifier& verifier) {
  X509* const leaf = SSL_get0_peer_certificate(ssl);
  const trust::Verdict* const verdict = trust::PeerVerifier::verdict_of(ssl);
  if (leaf == nullptr || verdict == nullptr || !verdict->accepted() || !verdict->subject ||
      SSL_get_verify_result(ssl) != X509_V_OK)
    return Error{ErrorCode::kPermission, "the peer's certificate is not verified"};
  if (!alpn_agreed(ssl)) return Error{ErrorCode::kPermission, "the peer speaks another protocol"};
  // A store that fails is alarmed by the verifier, and no reason to stop traffic.
  (void)verifier.handshake_done(ssl);
  return PeerLeaf{*verdict->subject,
                  pki::digest_of(leaf),
                  verdict->leaf_not_after,
                  verdict->ends_at,
                  verdict->kind == trust::VerdictKind::kInGrace,
                  peer_role,
                  SharedChain(trust::share_chain(verdict->chain.get()))};
}

identity::CertificateDigest own_leaf(const SSL* ssl) {
  return pki::digest_of(SSL_get_certificate(ssl));
}

std::string tls_failure(SSL* ssl) {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  const trust::Verdict* const verdict = trust::PeerVerifier::verdict_of(ssl);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != nullptr) {
    ERR_clear_error();
    return "the peer's certificate is refused: " + verdict->sentence;
  }
  for (const AlertText& alert : kAlerts) {
    if (alert.reason != reason) continue;
    ERR_clear_error();
    return alert.text;
  }
  return pki::openssl_error("TLS").sentence;
}

}  // namespace bulkhead::control
