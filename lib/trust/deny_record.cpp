// SPDX-License-Identifier: Apache-2.0
#include "trust/deny_record.h"

#include <algorithm>
#include <array>

#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::trust {

namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr std::string_view kContext = "bulkhead deny record v1";
constexpr size_t kMaxRecord = 512;  // the largest is 391 bytes

enum Kind : uint8_t { kIssuerSerial = 1, kSubjectKey = 2 };

bool valid_serial(std::span<const uint8_t> serial) {
  return !serial.empty() && serial.size() <= kMaxSerial && serial.front() != 0;
}
// What a log or a terminal shows as it is.
bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}
bool valid_text(std::string_view text, size_t limit) {
  return text.size() <= limit && printable(text);
}
bool valid(const DenyRecord& record) {
  const auto* one = std::get_if<IssuerSerial>(&record.target);
  return record.number >= 1 && record.number <= kMaxDenyNumber && record.issued_at >= 0 &&
         record.issued_at <= kMaxTime && (one == nullptr || valid_serial(one->serial)) &&
         valid_text(record.gateway, kMaxGatewayName) && valid_text(record.reason, kMaxReason);
}
bool valid_shape(const SignedDenyRecord& record) {
  const auto fits = [](const std::vector<uint8_t>& der) {
    return !der.empty() && der.size() <= kMaxCertificateDer;
  };
  return !record.signer_chain.empty() && record.signer_chain.size() <= kMaxSignerChain &&
         std::ranges::all_of(record.signer_chain, fits) && !record.signature.empty() &&
         record.signature.size() <= kMaxSignature;
}

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
void put_short(Writer& out, std::span<const uint8_t> bytes) {
  out.u8(static_cast<uint8_t>(bytes.size())).bytes(bytes);
}
void put_long(Writer& out, std::span<const uint8_t> bytes) {
  out.be16(static_cast<uint16_t>(bytes.size())).bytes(bytes);
}
std::vector<uint8_t> copy(const Writer& out) {
  const auto written = out.written();
  return {written.begin(), written.end()};
}

std::string take_text(Cursor& in) {
  const auto view = in.bytes(in.u8());
  return {view.begin(), view.end()};
}
std::vector<uint8_t> take_short(Cursor& in) {
  const auto view = in.bytes(in.u8());
  return {view.begin(), view.end()};
}
std::vector<uint8_t> take_long(Cursor& in) {
  const auto view = in.bytes(in.be16());
  return {view.begin(), view.end()};
}

Fault fault_at(const Cursor& in, FaultKind kind) {
  return {in.ok() ? kind : FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
}

}  // namespace

std::vector<uint8_t> encode(const DenyRecord& record) {
  if (!valid(record)) return {};
  std::array<uint8_t, kMaxRecord> buffer{};
  Writer out{buffer};
  const auto* one = std::get_if<IssuerSerial>(&record.target);
  out.u8(kDenyVersion).u8(one != nullptr ? kIssuerSerial : kSubjectKey);
  out.be64(record.number).be64(static_cast<uint64_t>(record.issued_at));
  out.bytes(one != nullptr ? one->issuer_key.bytes : std::get<SubjectKey>(record.target).key.bytes);
  if (one != nullptr) put_short(out, one->serial);
  put_short(out, bytes_of(record.gateway));
  put_short(out, bytes_of(record.reason));
  return copy(out);
}

wire::Parsed<DenyRecord> decode_deny_record(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  if (in.u8() != kDenyVersion) return fault_at(in, FaultKind::kBadVersion);
  const uint8_t kind = in.u8();
  DenyRecord record;
  record.number = in.be64();
  record.issued_at = static_cast<int64_t>(in.be64());
  identity::SpkiDigest digest;
  std::ranges::copy(in.bytes(digest.bytes.size()), digest.bytes.begin());
  if (kind == kIssuerSerial)
    record.target = IssuerSerial{digest, take_short(in)};
  else if (kind == kSubjectKey)
    record.target = SubjectKey{digest};
  else
    return fault_at(in, FaultKind::kBadFunction);
  record.gateway = take_text(in);
  record.reason = take_text(in);
  if (!in.ok()) return fault_at(in, FaultKind::kTruncated);
  if (in.left() != 0) return fault_at(in, FaultKind::kBadLength);
  if (!valid(record)) return fault_at(in, FaultKind::kBadValue);
  return record;
}

std::vector<uint8_t> encode(const SignedDenyRecord& record) {
  if (!valid_shape(record) || !decode_deny_record(record.record).ok()) return {};
  std::array<uint8_t, kMaxSignedDenyRecord> buffer{};
  Writer out{buffer};
  out.u8(kDenyVersion);
  put_long(out, record.record);
  out.u8(static_cast<uint8_t>(record.signer_chain.size()));
  for (const std::vector<uint8_t>& der : record.signer_chain) put_long(out, der);
  put_long(out, record.signature);
  return out.ok() ? copy(out) : std::vector<uint8_t>{};
}

wire::Parsed<SignedDenyRecord> decode_signed_deny_record(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  if (bytes.size() > kMaxSignedDenyRecord) return fault_at(in, FaultKind::kBadTotalLength);
  if (in.u8() != kDenyVersion) return fault_at(in, FaultKind::kBadVersion);
  SignedDenyRecord record;
  record.record = take_long(in);
  const size_t count = in.u8();
  if (count < 1 || count > kMaxSignerChain) return fault_at(in, FaultKind::kBadCount);
  for (size_t i = 0; i < count; ++i) record.signer_chain.push_back(take_long(in));
  record.signature = take_long(in);
  if (!in.ok()) return fault_at(in, FaultKind::kTruncated);
  if (in.left() != 0 || !valid_shape(record)) return fault_at(in, FaultKind::kBadLength);
  if (!decode_deny_record(record.record).ok()) return fault_at(in, FaultKind::kBadValue);
  return record;
}

std::vector<uint8_t> signed_message(const identity::SpkiDigest& signer,
                                    std::span<const uint8_t> record) {
  std::vector<uint8_t> message;
  message.reserve(kContext.size() + 1 + signer.bytes.size() + record.size());
  std::ranges::copy(kContext, std::back_inserter(message));
  message.push_back(0);
  std::ranges::copy(signer.bytes, std::back_inserter(message));
  std::ranges::copy(record, std::back_inserter(message));
  return message;
}

std::string to_string(const DenyTarget& target) {
  if (const auto* key = std::get_if<SubjectKey>(&target))
    return "key " + identity::to_string(key->key);
  static constexpr std::string_view kHex = "0123456789abcdef";
  const auto& one = std::get<IssuerSerial>(target);
  std::string serial;
  for (const uint8_t byte : one.serial) {
    serial += kHex[byte >> 4];
    serial += kHex[byte & 15];
  }
  return "certificate " + serial + " of issuer key " + identity::to_string(one.issuer_key);
}

}  // namespace bulkhead::trust
