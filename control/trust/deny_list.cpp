// SPDX-License-Identifier: Apache-2.0
#include "trust/deny_list.h"

#include <algorithm>
#include <mutex>

#include "pki/certificate.h"
#include "store/trust_store.h"
#include "trust/alarms.h"
#include "trust/chain.h"
#include "trust/signer.h"
#include "trust/trusted_clock.h"

namespace bulkhead::trust {

namespace {

std::string number_text(const identity::SpkiDigest& signer, uint64_t number) {
  return "deny record " + std::to_string(number) + " of signer key " + identity::to_string(signer);
}

AlarmKind alarm_for(ErrorCode code) {
  if (code == ErrorCode::kConflict) return AlarmKind::kDenyConflict;
  if (code == ErrorCode::kExhausted) return AlarmKind::kDenyFull;
  return code == ErrorCode::kIo ? AlarmKind::kStore : AlarmKind::kDenyRefused;
}

// A signed time counts only within the life of the certificate that signed it.
void observe_issue(TrustedClock& clock, const DenySigner& signer, const DenyRecord& record) {
  const std::string what = number_text(signer.key, record.number);
  if (record.issued_at >= signer.not_before && record.issued_at <= signer.not_after)
    clock.observe(record.issued_at, what);
}

Error malformed(const wire::Fault& fault) {
  return {ErrorCode::kInvalid,
          "the deny record is malformed: " + std::string(wire::to_string(fault.kind)) +
              " at byte " + std::to_string(fault.offset)};
}

}  // namespace

DenyList::DenyList(TrustStore& store, AnchorsPtr anchors, TrustedClock& clock, Alarms& alarms)
    : store_(store), clock_(clock), alarms_(alarms), anchors_(std::move(anchors)) {}

Result<std::unique_ptr<DenyList>> DenyList::open(TrustStore& store, AnchorsPtr anchors,
                                                 TrustedClock& clock, Alarms& alarms) {
  std::unique_ptr<DenyList> list{new DenyList(store, std::move(anchors), clock, alarms)};
  if (Status loaded = list->load(); !loaded) return std::move(loaded).error();
  return list;
}

// Records were verified before they came into the store; they count even if their root is gone.
Status DenyList::load() {
  Result<std::vector<StoredDeny>> stored = store_.deny_records();
  if (!stored) return std::move(stored).error();
  for (StoredDeny& row : *stored) {
    const auto outer = decode_signed_deny_record(row.bytes);
    if (!outer.ok())
      return Error{ErrorCode::kIo, "the store's " + number_text(row.signer, row.number) +
                                       " is damaged; restore the store from a backup"};
    insert(row.signer, *decode_deny_record(outer->record), std::move(row.bytes));
  }
  return {};
}

Result<AcceptedDeny> DenyList::accept(std::span<const uint8_t> bytes) {
  Result<AcceptedDeny> accepted = accept_checked(bytes);
  if (!accepted.ok()) {
    alarms_.raise(alarm_for(accepted.error().code), "deny list", accepted.error().sentence,
                  clock_.now());
    return accepted;
  }
  if (!accepted->fresh) return accepted;
  std::vector<AcceptListener> listeners;
  {
    const std::shared_lock lock(mutex_);
    listeners = listeners_;
  }
  for (const AcceptListener& listener : listeners) listener(*accepted, bytes);
  return accepted;
}

Result<AcceptedDeny> DenyList::accept_checked(std::span<const uint8_t> bytes) {
  const auto outer = decode_signed_deny_record(bytes);
  if (!outer.ok()) return malformed(outer.fault());
  DenyRecord record = *decode_deny_record(outer->record);
  Result<pki::CertificatePtr> claimed = claimed_signer(*outer);
  if (!claimed.ok()) return std::move(claimed).error();
  const Key claimed_key = pki::spki_digest_of(claimed->get());
  // What is known is not verified again: relaying in circles costs nothing.
  if (const auto before = known(claimed_key, record); before.ok() && before->has_value())
    return **before;
  const AnchorsPtr roots = anchors();
  Result<DenySigner> signer = verify_signature(*outer, *roots);
  if (!signer.ok()) return std::move(signer).error();
  if (Status may = check_entitled(*signer, record.target, *roots); !may.ok())
    return std::move(may).error();
  if (const auto denial = denied(signer->chain.get()))
    return Error{ErrorCode::kPermission,
                 "the signer of a deny record is denied itself: " + denial->sentence};
  return keep(*signer, std::move(record), bytes);
}

Result<AcceptedDeny> DenyList::keep(const DenySigner& signer, DenyRecord record,
                                    std::span<const uint8_t> bytes) {
  // One at a time: between the look and the insertion nobody may take the number or the room.
  const std::lock_guard accepting(accepting_);
  Result<std::optional<AcceptedDeny>> before = known(signer.key, record);
  if (!before.ok()) return std::move(before).error();
  if (before->has_value()) return **before;
  if (Status room = room_for(signer.key); !room.ok()) return std::move(room).error();
  std::vector<uint8_t> copy{bytes.begin(), bytes.end()};
  if (Status kept = store_.add_deny_record({signer.key, record.number, copy}); !kept.ok())
    return std::move(kept).error().within("the deny record is not in force: it was not stored");
  AcceptedDeny accepted{true, signer.key, record};
  observe_issue(clock_, signer, record);
  const std::unique_lock lock(mutex_);
  insert(signer.key, std::move(record), std::move(copy));
  return accepted;
}

Result<std::optional<AcceptedDeny>> DenyList::known(const Key& signer,
                                                    const DenyRecord& record) const {
  const std::shared_lock lock(mutex_);
  const auto numbered = signers_.find(signer);
  if (numbered == signers_.end()) return std::optional<AcceptedDeny>{};
  const auto there = numbered->second.find(record.number);
  if (there == numbered->second.end()) return std::optional<AcceptedDeny>{};
  if (there->second.record == record)
    return std::optional<AcceptedDeny>{AcceptedDeny{false, signer, record}};
  return Error{ErrorCode::kConflict,
               number_text(signer, record.number) + " came with other content: ours denies " +
                   to_string(there->second.record.target) + ", the new one " +
                   to_string(record.target) +
                   "; an authority used a number twice: sign it again with a fresh number"};
}

Status DenyList::room_for(const Key& signer) const {
  const std::shared_lock lock(mutex_);
  const auto numbered = signers_.find(signer);
  if (numbered == signers_.end() && signers_.size() >= kMaxDenySigners)
    return Error{ErrorCode::kExhausted, "the deny list is full: it holds records of " +
                                            std::to_string(kMaxDenySigners) +
                                            " signers; the record is not in force"};
  if (numbered != signers_.end() && numbered->second.size() >= kMaxDenyRecordsPerSigner)
    return Error{ErrorCode::kExhausted,
                 "the deny list is full: it holds " + std::to_string(kMaxDenyRecordsPerSigner) +
                     " records of signer key " + identity::to_string(signer) +
                     "; the record is not in force: deny the authority's key by its root and "
                     "issue from a new one"};
  return {};
}

void DenyList::insert(const Key& signer, DenyRecord record, std::vector<uint8_t> bytes) {
  const uint64_t number = record.number;
  const auto [at, fresh] =
      signers_[signer].emplace(number, Signed{signer, std::move(record), std::move(bytes)});
  if (!fresh) return;
  const Signed* entry = &at->second;
  if (const auto* key = std::get_if<SubjectKey>(&entry->record.target)) {
    by_key_.emplace(key->key, entry);
  } else {
    const auto& one = std::get<IssuerSerial>(entry->record.target);
    by_serial_.emplace(std::pair{one.issuer_key, one.serial}, entry);
  }
}

std::optional<Denial> DenyList::denied(const STACK_OF(X509) * chain) const {
  const std::shared_lock lock(mutex_);
  const int count = sk_X509_num(chain);
  for (int i = 0; i < count; ++i) {
    const X509* certificate = sk_X509_value(chain, i);
    const X509* issuer = sk_X509_value(chain, i + 1 < count ? i + 1 : i);
    const Signed* entry = entry_for(certificate, issuer);
    if (entry == nullptr) continue;
    const DenyRecord& record = entry->record;
    return Denial{entry->signer, record, static_cast<size_t>(i),
                  "the certificate of \"" + pki::name_of(certificate) + "\" is denied by record " +
                      std::to_string(record.number) + " of " + time_text(record.issued_at) +
                      " (signer key " + identity::to_string(entry->signer).substr(0, 16) + ")" +
                      (record.reason.empty() ? "" : ": " + record.reason)};
  }
  return {};
}

const DenyList::Signed* DenyList::entry_for(const X509* certificate, const X509* issuer) const {
  if (const auto key = by_key_.find(pki::spki_digest_of(certificate)); key != by_key_.end())
    return key->second;
  if (by_serial_.empty()) return nullptr;
  Result<std::vector<uint8_t>> serial = serial_of(certificate);
  if (!serial.ok()) return nullptr;  // the verifier refuses such a certificate
  const auto one = by_serial_.find({pki::spki_digest_of(issuer), std::move(*serial)});
  return one != by_serial_.end() ? one->second : nullptr;
}

std::vector<DenyHave> DenyList::have() const {
  const std::shared_lock lock(mutex_);
  std::vector<DenyHave> list;
  for (const auto& [signer, numbered] : signers_) {
    uint64_t complete_to = 0;
    for (const auto& [number, entry] : numbered) {
      if (number != complete_to + 1) break;
      complete_to = number;
    }
    list.push_back({signer, complete_to});
  }
  return list;
}

std::vector<std::vector<uint8_t>> DenyList::records_after(const identity::SpkiDigest& signer,
                                                          uint64_t number, size_t max) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::vector<uint8_t>> list;
  const auto numbered = signers_.find(signer);
  if (numbered == signers_.end()) return list;
  for (auto at = numbered->second.upper_bound(number);
       at != numbered->second.end() && list.size() < max; ++at)
    list.push_back(at->second.bytes);
  return list;
}

uint64_t DenyList::next_number(const identity::SpkiDigest& signer) const {
  const std::shared_lock lock(mutex_);
  const auto numbered = signers_.find(signer);
  return numbered == signers_.end() ? 1 : numbered->second.rbegin()->first + 1;
}

size_t DenyList::size() const {
  const std::shared_lock lock(mutex_);
  size_t records = 0;
  for (const auto& [signer, numbered] : signers_) records += numbered.size();
  return records;
}

void DenyList::on_accept(AcceptListener listener) {
  const std::unique_lock lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void DenyList::set_anchors(AnchorsPtr anchors) {
  const std::unique_lock lock(mutex_);
  anchors_ = std::move(anchors);
}

AnchorsPtr DenyList::anchors() const {
  const std::shared_lock lock(mutex_);
  return anchors_;
}

}  // namespace bulkhead::trust
