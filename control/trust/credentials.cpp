// SPDX-License-Identifier: Apache-2.0
#include "trust/credentials.h"

#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/pkcs11_uri.h"
#include "pki/subject.h"
#include "trust/chain.h"

namespace bulkhead::trust {

namespace {

// For sentences: a URI without its query, which names the pin's file.
std::string place_of(const std::string& key) {
  return key.substr(0, pki::is_pkcs11_uri(key) ? key.find('?') : std::string::npos);
}

Status check_leaf_use(X509* leaf) {
  if (Status server = pki::check_usage(leaf, pki::TlsRole::kServer); !server.ok()) return server;
  return pki::check_usage(leaf, pki::TlsRole::kClient);
}

}  // namespace

Result<std::shared_ptr<const Credentials>> Credentials::load(const CredentialFiles& files) {
  std::shared_ptr<Credentials> own{new Credentials};
  Result<std::vector<pki::CertificatePtr>> chain = pki::read_certificates(files.certificate);
  if (!chain.ok()) return std::move(chain).error();
  own->chain_ = std::move(*chain);
  if (Status fit = check_leaf_use(own->leaf()); !fit.ok())
    return std::move(fit).error().within(files.certificate);
  Result<identity::SpiffeId> subject = pki::subject_of(own->leaf());
  if (!subject.ok()) return std::move(subject).error().within(files.certificate);
  own->subject_ = std::move(*subject);
  own->digest_ = pki::digest_of(own->leaf());
  Result<pki::KeyPtr> key = pki::load_private_key(files.private_key);
  if (!key.ok()) return std::move(key).error();
  own->key_ = std::move(*key);
  own->key_in_token_ = pki::is_pkcs11_uri(files.private_key);
  if (X509_check_private_key(own->leaf(), own->key()) != 1)
    return pki::openssl_error(place_of(files.private_key) + ": not the key of " + files.certificate,
                              ErrorCode::kInvalid);
  Result<AnchorsPtr> anchors = Anchors::load(files.trust_anchors);
  if (!anchors.ok()) return std::move(anchors).error();
  own->anchors_ = std::move(*anchors);
  return std::shared_ptr<const Credentials>{std::move(own)};
}

Status Credentials::use_in(SSL_CTX* context) const {
  if (SSL_CTX_use_certificate(context, leaf()) != 1 || SSL_CTX_clear_chain_certs(context) != 1)
    return pki::openssl_error("use the certificate of " + identity::to_string(subject_));
  for (size_t i = 1; i < chain_.size(); ++i)
    if (SSL_CTX_add1_chain_cert(context, chain_[i].get()) != 1)
      return pki::openssl_error("use the chain of " + identity::to_string(subject_));
  if (SSL_CTX_use_PrivateKey(context, key()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return pki::openssl_error("use the key of " + identity::to_string(subject_));
  return {};
}

}  // namespace bulkhead::trust
