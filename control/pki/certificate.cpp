// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/file.h"

namespace bulkhead::pki {

namespace {

constexpr size_t kMaxChainFile = 64u << 10;

struct ExtensionText {
  int nid;
  std::string value;
};

// RFC 5280 4.2 and the X.509-SVID standard, section 4.
std::vector<ExtensionText> extensions_of(const CertificateSpec& spec) {
  std::vector<ExtensionText> list;
  if (spec.use == CertificateUse::kAuthority) {
    list.push_back(
        {NID_basic_constraints, "critical,CA:TRUE,pathlen:" + std::to_string(spec.path_length)});
    list.push_back({NID_key_usage, "critical,keyCertSign,cRLSign"});
  } else {
    const char* const purpose = spec.use == CertificateUse::kGateway  ? "serverAuth,clientAuth"
                                : spec.use == CertificateUse::kIssuer ? "serverAuth"
                                                                      : "clientAuth";
    list.push_back({NID_basic_constraints, "critical,CA:FALSE"});
    list.push_back({NID_key_usage, "critical,digitalSignature"});
    list.push_back({NID_ext_key_usage, purpose});
  }
  if (spec.spiffe)
    list.push_back({NID_subject_alt_name, "URI:" + identity::to_string(*spec.spiffe)});
  list.push_back({NID_subject_key_identifier, "hash"});
  return list;
}

bool add_extension(X509* certificate, X509* issuer, const ExtensionText& text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, text.nid, text.value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  std::array<uint8_t, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<uint8_t>((bytes[0] & 0x7f) | 0x40);  // positive and of full length
  std::unique_ptr<BIGNUM, FreeWith<BN_free>> number{
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_subject(X509* certificate, const std::string& common_name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                                    -1, 0) == 1;
}

bool set_times(X509* certificate, const CertificateSpec& spec) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), spec.not_before) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), spec.not_after) != nullptr;
}

std::optional<std::time_t> seconds_of(const ASN1_TIME* time) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return {};
  return timegm(&broken_down);
}

bool fill(X509* certificate, const CertificateSpec& spec, EVP_PKEY* key, X509* issuer) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         set_subject(certificate, spec.common_name) && set_times(certificate, spec) &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1;
}

}  // namespace

Result<CertificatePtr> issue(const CertificateSpec& spec, EVP_PKEY* subject_key,
                             std::optional<Issuer> issuer) {
  const std::string what = "issue the certificate of " + spec.common_name;
  CertificatePtr certificate{X509_new()};
  if (!certificate) return openssl_error(what);
  X509* const signer = issuer ? issuer->certificate : certificate.get();
  if (!fill(certificate.get(), spec, subject_key, signer)) return openssl_error(what);
  std::vector<ExtensionText> extensions = extensions_of(spec);
  if (issuer) extensions.push_back({NID_authority_key_identifier, "keyid:always"});
  for (const ExtensionText& extension : extensions)
    if (!add_extension(certificate.get(), signer, extension)) return openssl_error(what);
  if (X509_sign(certificate.get(), issuer ? issuer->key : subject_key, EVP_sha256()) == 0)
    return openssl_error(what);
  return certificate;
}

Result<std::vector<CertificatePtr>> read_certificates(const std::string& path) {
  Result<std::string> text = read_file(path, kMaxChainFile);
  if (!text.ok()) return std::move(text).error();
  BioPtr bio{BIO_new_mem_buf(text->data(), static_cast<int>(text->size()))};
  std::vector<CertificatePtr> chain;
  while (chain.size() < kMaxChain) {
    CertificatePtr next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    if (!next) break;
    chain.push_back(std::move(next));
  }
  if (chain.empty()) return openssl_error(path + ": no certificate in PEM", ErrorCode::kInvalid);
  ERR_clear_error();  // the end of the file is an error to OpenSSL
  return chain;
}

Status write_certificates(const std::string& path, const std::vector<X509*>& chain) {
  BioPtr bio{BIO_new(BIO_s_mem())};
  for (X509* certificate : chain)
    if (PEM_write_bio_X509(bio.get(), certificate) != 1) return openssl_error("encode " + path);
  return write_file_atomically(path, contents(bio.get()), 0644);
}

identity::CertificateDigest digest_of(X509* certificate) {
  identity::CertificateDigest digest;
  unsigned int bytes = 0;
  X509_digest(certificate, EVP_sha256(), digest.bytes.data(), &bytes);
  return digest;
}

identity::SpkiDigest spki_digest_of(const X509* certificate) {
  identity::SpkiDigest digest;
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size > 0)
    EVP_Digest(der, static_cast<size_t>(size), digest.bytes.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  return digest;
}

std::time_t not_before(const X509* certificate) {
  return seconds_of(X509_get0_notBefore(certificate))
      .value_or(std::numeric_limits<std::time_t>::max());
}

std::time_t not_after(const X509* certificate) {
  return seconds_of(X509_get0_notAfter(certificate)).value_or(0);
}

std::string name_of(const X509* certificate) {
  std::array<char, 65> text{};  // a common name has 64 characters (X.520)
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             text.data(), static_cast<int>(text.size()));
  if (size <= 0) return "(no name)";
  std::string name(text.data());
  std::ranges::replace_if(
      name, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return name;
}

std::vector<uint8_t> to_der(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  std::vector<uint8_t> bytes;
  if (size > 0) bytes.assign(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

Result<CertificatePtr> from_der(std::span<const uint8_t> bytes) {
  const unsigned char* at = bytes.data();
  CertificatePtr certificate{d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))};
  if (!certificate) return openssl_error("decode a certificate", ErrorCode::kInvalid);
  if (at != bytes.data() + bytes.size())
    return Error{ErrorCode::kInvalid, "decode a certificate: bytes behind its end"};
  return certificate;
}

}  // namespace bulkhead::pki
