// SPDX-License-Identifier: Apache-2.0
#include "trust/signer.h"

#include "pki/certificate.h"
#include "trust/chain.h"
#include "trust/deny_list.h"
#include "trust/signature.h"

namespace bulkhead::trust {

namespace {

Error refused(std::string sentence) {
  return Error{ErrorCode::kPermission, std::move(sentence)};
}

// Its own key, or that of an authority above it.
bool in_own_chain(const DenySigner& signer, const identity::SpkiDigest& key) {
  for (int i = 0; i < sk_X509_num(signer.chain.get()); ++i)
    if (pki::spki_digest_of(sk_X509_value(signer.chain.get(), i)) == key) return true;
  return false;
}

}  // namespace

Result<pki::CertificatePtr> claimed_signer(const SignedDenyRecord& record) {
  return pki::from_der(record.signer_chain.front());
}

Result<DenySigner> verify_signature(const SignedDenyRecord& record, const Anchors& anchors) {
  pki::ChainPtr sent{sk_X509_new_null()};
  for (const std::vector<uint8_t>& der : record.signer_chain) {
    Result<pki::CertificatePtr> certificate = pki::from_der(der);
    if (!certificate.ok()) return std::move(certificate).error().within("signer of a deny record");
    sk_X509_push(sent.get(), certificate->release());
  }
  X509* const leaf = sk_X509_value(sent.get(), 0);
  BuiltChain built = build_chain(anchors, leaf, sent.get(), ChainUse::kAny);
  if (!built.chain)
    return refused("the signer of a deny record, \"" + pki::name_of(leaf) +
                   "\", does not belong to a configured root: " + built.sentence());
  if (X509_check_ca(leaf) == 0 || (X509_get_key_usage(leaf) & KU_KEY_CERT_SIGN) == 0)
    return refused("the signer of a deny record, \"" + pki::name_of(leaf) + "\", is no authority");
  DenySigner signer;
  signer.key = pki::spki_digest_of(leaf);
  signer.chain = std::move(built.chain);
  signer.is_anchor = anchors.is_anchor(signer.key);
  signer.not_before = pki::not_before(leaf);
  signer.not_after = pki::not_after(leaf);
  Status good = check_signature(X509_get0_pubkey(leaf), signed_message(signer.key, record.record),
                                record.signature);
  if (!good.ok()) return std::move(good).error().within("deny record");
  return signer;
}

Status check_entitled(const DenySigner& signer, const DenyTarget& target, const Anchors& anchors) {
  if (signer.is_anchor) return {};
  if (const auto* one = std::get_if<IssuerSerial>(&target)) {
    if (one->issuer_key == signer.key) return {};
    return refused("a certificate is denied only by its issuer or by a root");
  }
  const identity::SpkiDigest& key = std::get<SubjectKey>(target).key;
  if (anchors.is_anchor(key)) return refused("the key of a root is denied only by a root");
  if (in_own_chain(signer, key))
    return refused("the key of an authority is denied only by one above it that is a root");
  return {};
}

Result<std::vector<uint8_t>> make_deny_record(EVP_PKEY* key, const std::vector<X509*>& chain,
                                              const DenyRecord& record) {
  if (chain.empty() || X509_check_private_key(chain.front(), key) != 1)
    return pki::openssl_error("sign a deny record: the key is not that of the signer's certificate",
                              ErrorCode::kInvalid);
  SignedDenyRecord out;
  out.record = encode(record);
  if (out.record.empty())
    return Error{
        ErrorCode::kInvalid,
        "sign a deny record: a field is out of bounds (gateway of at most 63 and reason of "
        "at most 255 printable ASCII characters, number from 1, serial of 1 to 20 bytes)"};
  for (const X509* certificate : chain) out.signer_chain.push_back(pki::to_der(certificate));
  const identity::SpkiDigest signer = pki::spki_digest_of(chain.front());
  Result<std::vector<uint8_t>> signature = sign(key, signed_message(signer, out.record));
  if (!signature.ok()) return std::move(signature).error().within("deny record");
  out.signature = std::move(*signature);
  std::vector<uint8_t> bytes = encode(out);
  if (bytes.empty())
    return Error{ErrorCode::kInvalid,
                 "sign a deny record: the signer's chain is of 1 to 3 certificates of at most 2048 "
                 "bytes each"};
  return bytes;
}

}  // namespace bulkhead::trust
