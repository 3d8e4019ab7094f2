// SPDX-License-Identifier: Apache-2.0
#include "enroll/issuing_authority.h"

#include <algorithm>

#include "enroll/signing_request.h"
#include "pki/key.h"

namespace bulkhead::enroll {

namespace {

constexpr std::time_t kHour = 60 * 60;
constexpr std::time_t kServerLife = 30 * 24 * kHour;

using pki::CertificatePtr;

Status append_der(std::vector<mesh::Der>& out, X509* certificate) {
  Result<std::vector<uint8_t>> der = der_of(certificate);
  if (!der) return std::move(der).error();
  out.push_back(std::move(*der));
  return {};
}

CertificatePtr share(X509* certificate) {
  X509_up_ref(certificate);
  return CertificatePtr{certificate};
}

// The place of the root that signed `certificate`.
Result<size_t> signer_among(const std::vector<CertificatePtr>& roots, X509* certificate,
                            const IssuingFiles& files) {
  for (size_t i = 0; i < roots.size(); ++i)
    if (X509_check_issued(roots[i].get(), certificate) == X509_V_OK &&
        X509_verify(certificate, X509_get0_pubkey(roots[i].get())) == 1)
      return i;
  return pki::openssl_error(files.certificate + ": no root in " + files.anchors + " signed it",
                            ErrorCode::kInvalid);
}

std::time_t not_before(X509* certificate) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &broken_down) != 1) return 0;
  return timegm(&broken_down);
}

}  // namespace

Result<IssuingAuthority> IssuingAuthority::load(const IssuingFiles& files) {
  IssuingAuthority authority;
  Result<std::vector<CertificatePtr>> chain = pki::read_certificates(files.certificate);
  if (!chain) return std::move(chain).error();
  Result<std::vector<CertificatePtr>> anchors = pki::read_certificates(files.anchors);
  if (!anchors) return std::move(anchors).error();
  Result<pki::KeyPtr> key = pki::load_private_key(files.private_key);
  if (!key) return std::move(key).error();
  if (X509_check_ca(chain->front().get()) != 1)
    return Error{ErrorCode::kInvalid, files.certificate + ": not an authority's certificate"};
  if (X509_check_private_key(chain->front().get(), key->get()) != 1)
    return pki::openssl_error(files.private_key + ": not the key of " + files.certificate,
                              ErrorCode::kInvalid);
  Result<size_t> root = signer_among(*anchors, chain->back().get(), files);
  if (!root) return std::move(root).error();
  if (!files.endorsements.empty()) {
    Result<std::vector<CertificatePtr>> endorsed = pki::read_certificates(files.endorsements);
    if (!endorsed) return std::move(endorsed).error();
    authority.endorsements_ = std::move(*endorsed);
  }
  authority.chain_ = std::move(*chain);
  authority.anchors_ = std::move(*anchors);
  authority.key_ = std::move(*key);
  authority.root_ = *root;
  return authority;
}

identity::SpkiDigest IssuingAuthority::root_digest() const {
  return key_digest(root());
}

pki::ChainPtr IssuingAuthority::chain_of(X509* leaf) const {
  pki::ChainPtr chain{sk_X509_new_null()};
  const auto add = [&](X509* certificate) {
    X509_up_ref(certificate);
    sk_X509_push(chain.get(), certificate);
  };
  add(leaf);
  for (const CertificatePtr& element : chain_) add(element.get());
  add(root());
  return chain;
}

Result<IssuedLeaf> IssuingAuthority::issue(EVP_PKEY* subject_key, const identity::SpiffeId& subject,
                                           std::time_t now, std::time_t life_s) const {
  pki::CertificateSpec spec;
  spec.use = pki::CertificateUse::kGateway;
  spec.common_name = subject.name;
  spec.spiffe = subject;
  // Clocks in plants differ: backdated by an hour, or a quarter of a shorter life.
  spec.not_before = now - std::min(kHour, life_s / 4);
  spec.not_after = std::min(now + life_s, pki::not_after(certificate()));
  if (spec.not_after <= now)
    return Error{ErrorCode::kPermission,
                 "the issuing CA has expired: `bulkhead pki status` shows it"};
  Result<CertificatePtr> leaf =
      pki::issue(spec, subject_key, pki::Issuer{certificate(), key_.get()});
  if (!leaf) return std::move(leaf).error();
  IssuedLeaf issued;
  Status done = append_der(issued.message.chain, leaf->get());
  for (const CertificatePtr& element : chain_)
    if (done) done = append_der(issued.message.chain, element.get());
  for (const CertificatePtr& anchor : anchors_)
    if (done) done = append_der(issued.message.anchors, anchor.get());
  for (const CertificatePtr& endorsement : endorsements_)
    if (done) done = append_der(issued.message.endorsements, endorsement.get());
  if (!done) return std::move(done).error();
  issued.chain = chain_of(leaf->get());
  issued.serial = serial_text(leaf->get());
  issued.key = key_digest(leaf->get());
  issued.not_after = spec.not_after;
  return issued;
}

Result<ServerCredentials> IssuingAuthority::server_credentials(const std::string& trust_domain,
                                                               const std::string& gateway,
                                                               std::time_t now) const {
  const auto id = identity::role_id(trust_domain, kIssuerRole, gateway);
  if (!id) return id.error();
  Result<pki::KeyPtr> key = pki::generate_p256();
  if (!key) return std::move(key).error();
  pki::CertificateSpec spec;
  spec.use = pki::CertificateUse::kIssuer;
  spec.common_name = gateway + " issuer";
  spec.spiffe = *id;
  // A new gateway's clock may be far behind; only the issuing CA's own beginning is certain.
  spec.not_before = not_before(certificate());
  spec.not_after = std::min(now + kServerLife, pki::not_after(certificate()));
  Result<CertificatePtr> leaf =
      pki::issue(spec, key->get(), pki::Issuer{certificate(), key_.get()});
  if (!leaf) return std::move(leaf).error();
  ServerCredentials credentials;
  credentials.key = std::move(*key);
  credentials.chain.push_back(std::move(*leaf));
  for (const CertificatePtr& element : chain_) credentials.chain.push_back(share(element.get()));
  credentials.chain.push_back(share(root()));
  return credentials;
}

std::string serial_text(X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  const std::unique_ptr<BIGNUM, pki::FreeWith<BN_free>> number{ASN1_INTEGER_to_BN(serial, nullptr)};
  char* hex = number ? BN_bn2hex(number.get()) : nullptr;
  std::string text = hex != nullptr ? hex : "";
  OPENSSL_free(hex);
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace bulkhead::enroll
