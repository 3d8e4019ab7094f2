// SPDX-License-Identifier: Apache-2.0
// The deny records that this gateway has accepted. Thread-safe.
//
// Who may deny what (an authority is a certificate with keyCertSign below or at a configured root):
//   one certificate (issuer + serial)   the issuer itself, or a root
//   a key                               any authority; but the key of a root, or of an authority
//                                       above the signer, only a root
// A signer that is denied itself is refused. Time never refuses a record: an expired signer is
// still believed. A record counts only after it is in the store. What was accepted stays, even if
// its signer is denied or its root removed later.
#pragma once

#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "pki/openssl.h"
#include "trust/anchors.h"
#include "trust/deny_record.h"

namespace bulkhead::trust {

class Alarms;
class TrustStore;
class TrustedClock;
struct DenySigner;

inline constexpr size_t kMaxDenySigners = 32;
inline constexpr size_t kMaxDenyRecordsPerSigner = 4096;

struct AcceptedDeny {
  bool fresh = false;  // false: known already, nothing changed
  identity::SpkiDigest signer;
  DenyRecord record;
};

// Why a chain is not believed.
struct Denial {
  identity::SpkiDigest signer;
  DenyRecord record;
  size_t element = 0;    // of the chain: 0 is the leaf
  std::string sentence;  // names certificate, record and reason
};

// What we hold of a signer, for relaying.
struct DenyHave {
  identity::SpkiDigest signer;
  uint64_t complete_to = 0;  // the highest number below and at which none is missing; 0: none
  bool operator==(const DenyHave&) const = default;
};

class DenyList {
 public:
  using AcceptListener =
      std::function<void(const AcceptedDeny& accepted, std::span<const uint8_t> bytes)>;

  // Loads all records. The references must outlive the list.
  static Result<std::unique_ptr<DenyList>> open(TrustStore& store, AnchorsPtr anchors,
                                                TrustedClock& clock, Alarms& alarms);

  // An encoded SignedDenyRecord from anywhere. Errors: kInvalid (malformed, signature wrong),
  // kPermission (signer foreign, denied, or not entitled), kConflict (number used twice),
  // kExhausted (a bound), kIo (not stored: does not count).
  Result<AcceptedDeny> accept(std::span<const uint8_t> bytes);

  // The first element of a verified chain (leaf first, root last) that is denied, by both ways.
  [[nodiscard]] std::optional<Denial> denied(const STACK_OF(X509) * chain) const;

  [[nodiscard]] std::vector<DenyHave> have() const;
  // Encoded, ascending by number, those above `number`, at most `max`.
  [[nodiscard]] std::vector<std::vector<uint8_t>> records_after(const identity::SpkiDigest& signer,
                                                                uint64_t number, size_t max) const;
  // One above the highest known of that signer.
  [[nodiscard]] uint64_t next_number(const identity::SpkiDigest& signer) const;
  [[nodiscard]] size_t size() const;

  // After each fresh record, outside of locks, on the accepting thread: to relay it and to cut live
  // peers. Add listeners before records can arrive.
  void on_accept(AcceptListener listener);
  void set_anchors(AnchorsPtr anchors);

 private:
  using Key = identity::SpkiDigest;
  struct Signed {
    Key signer;
    DenyRecord record;
    std::vector<uint8_t> bytes;
  };
  using Numbered = std::map<uint64_t, Signed>;

  DenyList(TrustStore& store, AnchorsPtr anchors, TrustedClock& clock, Alarms& alarms);
  Status load();
  Result<AcceptedDeny> accept_checked(std::span<const uint8_t> bytes);
  Result<AcceptedDeny> keep(const DenySigner& signer, DenyRecord record,
                            std::span<const uint8_t> bytes);
  [[nodiscard]] AnchorsPtr anchors() const;
  [[nodiscard]] const Signed* entry_for(const X509* certificate, const X509* issuer) const;
  // Nothing: not known. kConflict: the number is taken by another record.
  Result<std::optional<AcceptedDeny>> known(const Key& signer, const DenyRecord& record) const;
  Status room_for(const Key& signer) const;
  void insert(const Key& signer, DenyRecord record, std::vector<uint8_t> bytes);

  TrustStore& store_;
  TrustedClock& clock_;
  Alarms& alarms_;
  std::mutex accepting_;  // taken before mutex_
  mutable std::shared_mutex mutex_;
  AnchorsPtr anchors_;
  std::map<Key, Numbered> signers_;  // nodes stay where they are: pointed to below
  std::map<Key, const Signed*> by_key_;
  std::map<std::pair<Key, std::vector<uint8_t>>, const Signed*> by_serial_;
  std::vector<AcceptListener> listeners_;
};

// A record signed by an authority's key (also one in a token). `chain`: the signer's certificate,
// then its issuers, 1..3. Errors: kInvalid when a field breaks a bound or the key is not the
// signer's.
Result<std::vector<uint8_t>> make_deny_record(EVP_PKEY* key, const std::vector<X509*>& chain,
                                              const DenyRecord& record);

// The targets of a certificate. kInvalid: its serial number is not one of RFC 5280.
Result<IssuerSerial> issuer_serial_of(X509* certificate, X509* issuer);
SubjectKey subject_key_of(X509* certificate);

}  // namespace bulkhead::trust
