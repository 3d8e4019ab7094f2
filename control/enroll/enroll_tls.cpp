// SPDX-License-Identifier: Apache-2.0
#include "enroll/enroll_tls.h"

#include <openssl/err.h>

#include <cstring>

#include "enroll/signing_request.h"
#include "pki/subject.h"

namespace bulkhead::enroll {

namespace {

constexpr unsigned char kAlpn[] =
    "\x11"
    "bulkhead-enroll/1";
constexpr unsigned int kAlpnBytes = sizeof kAlpn - 1;
constexpr const char kExporter[] = "EXPORTER-bulkhead-enroll v1";
constexpr int kChainDepth = 3;
constexpr long kMaxCertificateList = 32 << 10;

using StorePtr = std::unique_ptr<X509_STORE, pki::FreeWith<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, pki::FreeWith<X509_STORE_CTX_free>>;

int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned int in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, kAlpnBytes, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

bool restrict_protocol(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
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

bool use_credentials(SSL_CTX* context, const std::vector<pki::CertificatePtr>& chain,
                     EVP_PKEY* key) {
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key) != 1 || SSL_CTX_check_private_key(context) != 1)
    return false;
  for (size_t i = 1; i < chain.size(); ++i)
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  return true;
}

StorePtr store_of(const std::vector<X509*>& anchors) {
  StorePtr store{X509_STORE_new()};
  for (X509* anchor : anchors) X509_STORE_add_cert(store.get(), anchor);
  return store;
}

Error refused(std::string sentence) {
  return Error{ErrorCode::kPermission, std::move(sentence)};
}

// The self-signed certificate of that key among what the server sent.
X509* pinned(STACK_OF(X509) * others, const identity::SpkiDigest& pin) {
  for (int i = 0; i < sk_X509_num(others); ++i) {
    X509* const element = sk_X509_value(others, i);
    if (key_digest(element) == pin && X509_self_signed(element, 1) == 1) return element;
  }
  return nullptr;
}

int verify_server(X509_STORE_CTX* context, void* judge) {
  auto& self = *static_cast<ServerJudge*>(judge);
  const Status good =
      self.judge(X509_STORE_CTX_get0_cert(context), X509_STORE_CTX_get0_untrusted(context));
  if (good) return 1;
  self.why = good.error().sentence;
  X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_REJECTED);
  return 0;
}

}  // namespace

Status verify_chain(X509* leaf, STACK_OF(X509) * others, const std::vector<X509*>& anchors,
                    int purpose, std::time_t now) {
  const StorePtr store = store_of(anchors);
  const StoreContextPtr context{X509_STORE_CTX_new()};
  if (!store || !context || X509_STORE_CTX_init(context.get(), store.get(), leaf, others) != 1)
    return pki::openssl_error("verify a certificate");
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, now);
  X509_VERIFY_PARAM_set_purpose(parameters, purpose);
  X509_VERIFY_PARAM_set_depth(parameters, kChainDepth);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  if (X509_verify_cert(context.get()) == 1) return {};
  const int reason = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  return refused(X509_verify_cert_error_string(reason));
}

Status ServerJudge::judge(X509* leaf, STACK_OF(X509) * others) const {
  std::vector<X509*> anchors;
  if (rules_.pin) {
    X509* const root = pinned(others, *rules_.pin);
    if (root == nullptr)
      return refused(
          "the server does not show the root that the join token names: it is not the "
          "issuer of this token");
    anchors.push_back(root);
  } else if (rules_.anchors != nullptr) {
    for (const auto& anchor : *rules_.anchors) anchors.push_back(anchor.get());
  }
  if (Status good = verify_chain(leaf, others, anchors, X509_PURPOSE_SSL_SERVER, rules_.now); !good)
    return std::move(good).error().within("the server's certificate is refused");
  const auto subject = pki::subject_of(leaf);
  if (!subject) return refused("the server is no issuer: " + subject.error().sentence);
  if (subject->kind != identity::SubjectKind::kRole || subject->role != kIssuerRole ||
      subject->trust_domain != rules_.trust_domain)
    return refused("the server is " + to_string(*subject) + ", no issuer of trust domain " +
                   rules_.trust_domain);
  if (Status usage = pki::check_usage(leaf, pki::TlsRole::kServer); !usage) return usage;
  if (rules_.denied)
    if (auto denial = rules_.denied(others)) return refused("the issuer is denied: " + *denial);
  return {};
}

Result<SslContextPtr> server_context(const ServerCredentials& credentials,
                                     const std::vector<pki::CertificatePtr>& anchors) {
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  if (!context || !restrict_protocol(context.get()) ||
      !use_credentials(context.get(), credentials.chain, credentials.key.get()))
    return pki::openssl_error("prepare TLS of the enrolment listener");
  for (const auto& anchor : anchors)
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), anchor.get());
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()),
                              X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

Result<SslContextPtr> client_context(const ClientCredentials& credentials, ServerJudge& judge) {
  SslContextPtr context{SSL_CTX_new(TLS_client_method())};
  if (!context || !restrict_protocol(context.get())) return pki::openssl_error("prepare TLS");
  if (credentials.chain != nullptr &&
      !use_credentials(context.get(), *credentials.chain, credentials.key))
    return pki::openssl_error("the own certificate and key cannot be used", ErrorCode::kInvalid);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), verify_server, &judge);
  return context;
}

Result<ChannelBinding> channel_binding(SSL* ssl) {
  ChannelBinding binding{};
  if (SSL_export_keying_material(ssl, binding.data(), binding.size(), kExporter,
                                 sizeof kExporter - 1, nullptr, 0, 0) != 1)
    return pki::openssl_error("bind to the TLS connection");
  return binding;
}

bool alpn_agreed(const SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return size == kAlpnBytes - 1 && std::memcmp(name, kAlpn + 1, size) == 0;
}

}  // namespace bulkhead::enroll
