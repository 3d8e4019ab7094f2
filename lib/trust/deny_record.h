// SPDX-License-Identifier: Apache-2.0
// A deny record: "whatever chain holds this certificate or this key is no longer believed", signed
// by an authority. Codec only: who may sign what is control/trust's business.
//
//   record:  version(1)=1 kind(1) number(be64) issued_at(be64) digest(32)
//            [kind 1: serial length(1) serial]  gateway length(1) gateway  reason length(1) reason
//   signed:  version(1)=1 record length(be16) record
//            certificates(1) { length(be16) DER }  signature length(be16) signature
//
// Canonical: one value has one encoding, and every accepted input is one. A signed record fits one
// frame of lib/mesh.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "identity/digest.h"
#include "wire/fault.h"

namespace bulkhead::trust {

inline constexpr uint8_t kDenyVersion = 1;
inline constexpr uint64_t kMaxDenyNumber = (uint64_t{1} << 63) - 1;
inline constexpr int64_t kMaxTime = 253'402'300'799;  // 9999-12-31T23:59:59Z (RFC 5280 4.1.2.5)
inline constexpr size_t kMaxSerial = 20;              // RFC 5280 4.1.2.2
inline constexpr size_t kMaxGatewayName = 63;
inline constexpr size_t kMaxReason = 255;
inline constexpr size_t kMaxSignerChain = 3;
inline constexpr size_t kMaxCertificateDer = 2048;
inline constexpr size_t kMaxSignature = 144;  // ECDSA P-521 in DER, rounded up
inline constexpr size_t kMaxSignedDenyRecord = 8000;

// One certificate, by the key that signed it and its number.
struct IssuerSerial {
  identity::SpkiDigest issuer_key;
  std::vector<uint8_t> serial;  // big endian, 1..kMaxSerial, first byte not 0
  bool operator==(const IssuerSerial&) const = default;
};
// Every certificate of a key.
struct SubjectKey {
  identity::SpkiDigest key;
  bool operator==(const SubjectKey&) const = default;
};
using DenyTarget = std::variant<IssuerSerial, SubjectKey>;

struct DenyRecord {
  uint64_t number = 1;    // counted from 1 by each signing key; never used twice
  int64_t issued_at = 0;  // seconds since 1970, by the signer's clock
  DenyTarget target;
  std::string gateway;  // whom it is about, for people; may be empty
  std::string reason;   // printable ASCII; may be empty
  bool operator==(const DenyRecord&) const = default;
};

struct SignedDenyRecord {
  std::vector<uint8_t> record;                     // an encoded DenyRecord
  std::vector<std::vector<uint8_t>> signer_chain;  // DER: the signer, then its issuers
  std::vector<uint8_t> signature;                  // over signed_message()
  bool operator==(const SignedDenyRecord&) const = default;
};

// Empty when a field breaks a bound above: then there is no such record.
std::vector<uint8_t> encode(const DenyRecord& record);
std::vector<uint8_t> encode(const SignedDenyRecord& record);

// The whole input is one record; never NeedMore.
wire::Parsed<DenyRecord> decode_deny_record(std::span<const uint8_t> bytes);
// The record inside is decoded too: accepted means well formed throughout.
wire::Parsed<SignedDenyRecord> decode_signed_deny_record(std::span<const uint8_t> bytes);

// What the signature covers: a context, so that it can mean nothing else, the signer's key and the
// record.
std::vector<uint8_t> signed_message(const identity::SpkiDigest& signer,
                                    std::span<const uint8_t> record);

// "certificate 0af3... of issuer key 12ab..." or "key 12ab...", for people.
std::string to_string(const DenyTarget& target);

}  // namespace bulkhead::trust
