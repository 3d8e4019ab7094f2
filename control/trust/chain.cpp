// SPDX-License-Identifier: Apache-2.0
#include "trust/chain.h"

#include <openssl/err.h>

#include "pki/certificate.h"
#include "trust/deny_list.h"

namespace bulkhead::trust {

namespace {

constexpr int kSecurityLevel = 2;  // 112 bits, as in TLS (tls_context.cpp)

using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, pki::FreeWith<X509_STORE_CTX_free>>;

constexpr int purpose_of(ChainUse use) {
  if (use == ChainUse::kTlsServer) return X509_PURPOSE_SSL_SERVER;
  return use == ChainUse::kTlsClient ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_ANY;
}

bool prepare(X509_STORE_CTX* context, ChainUse use) {
  X509_VERIFY_PARAM* const limits = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_depth(limits, kMaxAuthorities - 1);  // OpenSSL does not count the root
  X509_VERIFY_PARAM_set_auth_level(limits, kSecurityLevel);
  return X509_VERIFY_PARAM_set_flags(limits, X509_V_FLAG_NO_CHECK_TIME) == 1 &&
         X509_VERIFY_PARAM_set_purpose(limits, purpose_of(use)) == 1;
}

}  // namespace

std::string BuiltChain::sentence() const {
  return X509_verify_cert_error_string(error);
}

bool BuiltChain::foreign() const noexcept {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return true;
    default:
      return false;
  }
}

BuiltChain build_chain(const Anchors& anchors, X509* leaf, STACK_OF(X509) * untrusted,
                       ChainUse use) {
  BuiltChain built;
  built.error = X509_V_ERR_UNSPECIFIED;
  const StoreContextPtr context{X509_STORE_CTX_new()};
  if (!context || X509_STORE_CTX_init(context.get(), anchors.store(), leaf, untrusted) != 1 ||
      !prepare(context.get(), use))
    return built;
  const bool good = X509_verify_cert(context.get()) == 1;
  built.error = X509_STORE_CTX_get_error(context.get());
  if (good) built.chain.reset(X509_STORE_CTX_get1_chain(context.get()));
  ERR_clear_error();
  return built;
}

pki::ChainPtr share_chain(const STACK_OF(X509) * chain) {
  if (chain == nullptr) return nullptr;
  return pki::ChainPtr{X509_chain_up_ref(const_cast<STACK_OF(X509)*>(chain))};
}

Result<std::vector<uint8_t>> serial_of(const X509* certificate) {
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  const unsigned char* data = ASN1_STRING_get0_data(number);
  const auto size = static_cast<size_t>(ASN1_STRING_length(number));
  const bool positive = ASN1_STRING_type(number) == V_ASN1_INTEGER && size > 0 && data[0] != 0;
  if (!positive || size > kMaxSerial)
    return Error{ErrorCode::kInvalid, "the serial number of \"" + pki::name_of(certificate) +
                                          "\" is not positive or longer than 20 bytes (RFC 5280 "
                                          "4.1.2.2)"};
  return std::vector<uint8_t>(data, data + size);
}

Result<IssuerSerial> issuer_serial_of(X509* certificate, X509* issuer) {
  Result<std::vector<uint8_t>> serial = serial_of(certificate);
  if (!serial.ok()) return std::move(serial).error();
  return IssuerSerial{pki::spki_digest_of(issuer), std::move(*serial)};
}

SubjectKey subject_key_of(X509* certificate) {
  return SubjectKey{pki::spki_digest_of(certificate)};
}

}  // namespace bulkhead::trust
