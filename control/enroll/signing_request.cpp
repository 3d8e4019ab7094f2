// SPDX-License-Identifier: Apache-2.0
#include "enroll/signing_request.h"

#include <openssl/sha.h>

#include <string>

namespace bulkhead::enroll {

namespace {

using ExtensionsPtr =
    std::unique_ptr<STACK_OF(X509_EXTENSION), decltype([](STACK_OF(X509_EXTENSION) * all) {
                      sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
                    })>;

Error invalid(const std::string& what) {
  Error error = pki::openssl_error("the signing request " + what, ErrorCode::kInvalid);
  return error;
}

template <typename T>
Result<std::vector<uint8_t>> to_der(T* object, int (*encode)(const T*, unsigned char**)) {
  unsigned char* data = nullptr;
  const int size = encode(object, &data);
  if (size <= 0) return pki::openssl_error("encode DER");
  std::vector<uint8_t> der(data, data + size);
  OPENSSL_free(data);
  return der;
}

bool add_names(X509_REQ* request, const identity::SpiffeId& subject) {
  X509_NAME* const name = X509_REQ_get_subject_name(request);
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(subject.name.c_str()), -1,
                                 -1, 0) != 1)
    return false;
  const ExtensionsPtr extensions{sk_X509_EXTENSION_new_null()};
  pki::ExtensionPtr uri{X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                            ("URI:" + identity::to_string(subject)).c_str())};
  if (!extensions || !uri || sk_X509_EXTENSION_push(extensions.get(), uri.get()) <= 0) return false;
  (void)uri.release();
  return X509_REQ_add_extensions(request, extensions.get()) == 1;
}

// The only URI name of the request.
Result<identity::SpiffeId> subject_of(X509_REQ* request) {
  const ExtensionsPtr extensions{X509_REQ_get_extensions(request)};
  const pki::GeneralNamesPtr names{static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr))};
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1)
    return invalid("must hold exactly one alternative name");
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), 0);
  if (name->type != GEN_URI) return invalid("holds an alternative name that is no URI");
  const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
  const std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<size_t>(ASN1_STRING_length(text)));
  Result<identity::SpiffeId> subject = identity::parse_spiffe_id(uri);
  if (!subject) return Error(std::move(subject).error()).within("the signing request's name");
  return subject;
}

// Those that every gateway of the mesh verifies; explicit curves are not named ones.
bool acceptable_key(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "EC") != 1) return false;
  char group[32] = {};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1) return false;
  const std::string_view name(group, size);
  return name == "prime256v1" || name == "P-256" || name == "secp384r1" || name == "P-384";
}

}  // namespace

Result<std::vector<uint8_t>> make_request(EVP_PKEY* key, const identity::SpiffeId& subject) {
  const RequestPtr request{X509_REQ_new()};
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key) != 1 || !add_names(request.get(), subject) ||
      X509_REQ_sign(request.get(), key, EVP_sha256()) == 0)
    return pki::openssl_error("make a signing request");
  return to_der(request.get(), i2d_X509_REQ);
}

Result<OpenedRequest> open_request(std::span<const uint8_t> der) {
  const unsigned char* at = der.data();
  const RequestPtr request{d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size()))};
  if (!request || at != der.data() + der.size()) return invalid("is not one PKCS#10 request");
  OpenedRequest opened;
  opened.key.reset(X509_REQ_get_pubkey(request.get()));
  if (!opened.key || !acceptable_key(opened.key.get()))
    return invalid("must be for a P-256 or P-384 key");
  if (X509_REQ_verify(request.get(), opened.key.get()) != 1)
    return invalid("is not signed by its own key");
  Result<identity::SpiffeId> subject = subject_of(request.get());
  if (!subject) return std::move(subject).error();
  opened.subject = std::move(*subject);
  opened.key_digest = key_digest(opened.key.get());
  return opened;
}

identity::SpkiDigest key_digest(EVP_PKEY* key) {
  identity::SpkiDigest digest;
  const Result<std::vector<uint8_t>> der = to_der(key, i2d_PUBKEY);
  if (der) SHA256(der->data(), der->size(), digest.bytes.data());
  return digest;
}

identity::SpkiDigest key_digest(X509* certificate) {
  identity::SpkiDigest digest;
  const auto der = to_der(X509_get_X509_PUBKEY(certificate), i2d_X509_PUBKEY);
  if (der) SHA256(der->data(), der->size(), digest.bytes.data());
  return digest;
}

Result<std::vector<uint8_t>> der_of(X509* certificate) {
  return to_der(certificate, i2d_X509);
}

Result<pki::CertificatePtr> certificate_of(std::span<const uint8_t> der) {
  const unsigned char* at = der.data();
  pki::CertificatePtr certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  if (!certificate || at != der.data() + der.size())
    return pki::openssl_error("not one certificate in DER", ErrorCode::kInvalid);
  return certificate;
}

}  // namespace bulkhead::enroll
