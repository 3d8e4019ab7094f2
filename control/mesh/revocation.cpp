// SPDX-License-Identifier: Apache-2.0
#include "mesh/revocation.h"

#include "pki/certificate.h"
#include "pki/key.h"
#include "trust/deny_record.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kRelayPatience = 300 * kMillisecond;

Error no_certificate(const std::string& gateway) {
  return {ErrorCode::kNotFound,
          "no certificate of " + gateway +
              " was ever seen here: sign a record for it with `bulkhead pki deny`, then "
              "`bulkhead revoke --record FILE`"};
}

}  // namespace

Result<std::vector<std::vector<uint8_t>>> Revoker::sign(const PeerLeaf& leaf,
                                                        const std::string& gateway,
                                                        const std::string& reason) {
  if (!config_.pki.issuing)
    return Error{
        ErrorCode::kUnsupported,
        "this control holds no issuing key (pki.issuing): revoke at the issuer, or apply a "
        "record signed with `bulkhead pki deny`"};
  Result<pki::KeyPtr> key = pki::load_private_key(config_.pki.issuing->private_key);
  if (!key.ok()) return std::move(key).error();
  Result<std::vector<pki::CertificatePtr>> signers =
      pki::read_certificates(config_.pki.issuing->certificate);
  if (!signers.ok()) return std::move(signers).error();
  std::vector<X509*> chain;
  for (const pki::CertificatePtr& signer : *signers)
    if (chain.size() < trust::kMaxSignerChain) chain.push_back(signer.get());
  X509* const certificate = sk_X509_value(leaf.chain.get(), 0);
  X509* const issuer = sk_X509_value(leaf.chain.get(), 1);
  Result<trust::IssuerSerial> serial = trust::issuer_serial_of(certificate, issuer);
  if (!serial.ok()) return std::move(serial).error();
  trust::DenyRecord record;
  record.number = keys_.trust().deny_list().next_number(trust::subject_key_of(chain.front()).key);
  record.issued_at = keys_.trust().clock().now();
  record.gateway = gateway;
  record.reason = reason;
  std::vector<std::vector<uint8_t>> records;
  // The key first: it covers other certificates of the same key too.
  for (const trust::DenyTarget& target :
       {trust::DenyTarget{trust::subject_key_of(certificate)}, trust::DenyTarget{*serial}}) {
    record.target = target;
    Result<std::vector<uint8_t>> made = trust::make_deny_record(key->get(), chain, record);
    if (!made.ok()) return std::move(made).error();
    records.push_back(std::move(*made));
    ++record.number;
  }
  return records;
}

// The deny list's listener has relayed and enforced already; what failed is tried once more.
Revocation Revoker::settle(std::vector<trust::AcceptedDeny> records) {
  Revocation done{std::move(records), keys_.enforce()};
  keys_.await_relays(kRelayPatience);
  return done;
}

Result<Revocation> Revoker::revoke(const std::string& gateway, const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  const std::optional<PeerLeaf> leaf = keys_.leaf_of(gateway);
  if (!leaf || !leaf->chain || sk_X509_num(leaf->chain.get()) < 2) return no_certificate(gateway);
  Result<std::vector<std::vector<uint8_t>>> signed_records = sign(*leaf, gateway, reason);
  if (!signed_records.ok()) return std::move(signed_records).error();
  std::vector<trust::AcceptedDeny> records;
  for (const std::vector<uint8_t>& bytes : *signed_records) {
    Result<trust::AcceptedDeny> accepted = keys_.trust().deny_list().accept(bytes);
    // An authority other than the certificate's own may deny its key, but not its number.
    const bool enough =
        !records.empty() && !accepted.ok() && accepted.error().code == ErrorCode::kPermission;
    if (enough) break;
    if (!accepted.ok()) return std::move(accepted).error();
    records.push_back(std::move(*accepted));
  }
  return settle(std::move(records));
}

Result<Revocation> Revoker::apply(std::span<const uint8_t> record) {
  const std::scoped_lock lock(mutex_);
  Result<trust::AcceptedDeny> accepted = keys_.trust().deny_list().accept(record);
  if (!accepted.ok()) return std::move(accepted).error();
  return settle({std::move(*accepted)});
}

std::vector<trust::AcceptedDeny> Revoker::denied() {
  const trust::DenyList& list = keys_.trust().deny_list();
  std::vector<trust::AcceptedDeny> all;
  for (const trust::DenyHave& held : list.have())
    for (const auto& bytes : list.records_after(held.signer, 0, trust::kMaxDenyRecordsPerSigner)) {
      const auto outer = trust::decode_signed_deny_record(bytes);
      if (!outer.ok()) continue;
      const auto record = trust::decode_deny_record(outer->record);
      if (record.ok()) all.push_back({false, held.signer, *record});
    }
  return all;
}

}  // namespace bulkhead::control
