// SPDX-License-Identifier: Apache-2.0
#include "mesh/tls_context.h"

#include <openssl/err.h>

#include <cstring>

#include "pki/certificate.h"
#include "pki/key.h"

namespace bulkhead::control {

namespace {

constexpr unsigned char kAlpn[] =
    "\x0f"
    "bulkhead-mesh/1";
constexpr unsigned int kAlpnBytes = sizeof kAlpn - 1;
constexpr int kChainDepth = 3;  // authorities between leaf and root, and one to spare
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
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, kChainDepth);
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

Status use_credentials(SSL_CTX* context, const TlsFiles& files) {
  Result<pki::KeyPtr> key = pki::read_private_key(files.private_key);
  if (!key.ok()) return std::move(key).error();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return pki::openssl_error(files.certificate, ErrorCode::kInvalid);
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return pki::openssl_error(files.private_key + ": not the key of " + files.certificate,
                              ErrorCode::kInvalid);
  if (SSL_CTX_load_verify_file(context, files.trust_anchors.c_str()) != 1)
    return pki::openssl_error(files.trust_anchors, ErrorCode::kInvalid);
  return {};
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

Result<TlsContext> TlsContext::load(const TlsFiles& files) {
  TlsContext tls;
  tls.context_.reset(SSL_CTX_new(TLS_method()));
  if (!tls.context_ || !restrict_protocol(tls.context_.get()))
    return pki::openssl_error("prepare TLS");
  if (Status used = use_credentials(tls.context_.get(), files); !used.ok())
    return std::move(used).error();
  X509* const leaf = SSL_CTX_get0_certificate(tls.context_.get());
  Result<identity::SpiffeId> subject = pki::subject_of(leaf);
  if (!subject.ok()) return std::move(subject).error().within(files.certificate);
  tls.subject_ = std::move(*subject);
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

Result<PeerLeaf> verified_peer(SSL* ssl, pki::TlsRole peer_role) {
  X509* const leaf = SSL_get0_peer_certificate(ssl);
  if (leaf == nullptr || SSL_get_verify_result(ssl) != X509_V_OK)
    return Error{ErrorCode::kPermission, "the peer's certificate is not verified"};
  if (!alpn_agreed(ssl)) return Error{ErrorCode::kPermission, "the peer speaks another protocol"};
  if (Status usage = pki::check_usage(leaf, peer_role); !usage.ok())
    return std::move(usage).error();
  Result<identity::SpiffeId> subject = pki::subject_of(leaf);
  if (!subject.ok()) return std::move(subject).error();
  return PeerLeaf{std::move(*subject), pki::digest_of(leaf), pki::not_after(leaf)};
}

identity::CertificateDigest own_leaf(const SSL* ssl) {
  return pki::digest_of(SSL_get_certificate(ssl));
}

std::string tls_failure(SSL* ssl) {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  const long verified = SSL_get_verify_result(ssl);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
    ERR_clear_error();
    return std::string("the peer's certificate is refused: ") +
           X509_verify_cert_error_string(verified);
  }
  for (const AlertText& alert : kAlerts) {
    if (alert.reason != reason) continue;
    ERR_clear_error();
    return alert.text;
  }
  return pki::openssl_error("TLS").sentence;
}

}  // namespace bulkhead::control
