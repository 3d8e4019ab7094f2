// SPDX-License-Identifier: Apache-2.0
#include "fleet/codec.h"

#include <algorithm>

#include "fleet/fields.h"

namespace bulkhead::fleet {
namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr uint64_t kVersionMagic = 0x42'4c'48'4b'46'4c'56'31;  // "BLHKFLV1"
constexpr uint64_t kSignedMagic = 0x42'4c'48'4b'46'4c'53'31;   // "BLHKFLS1"

enum class Phase : uint8_t { kPlain = 0, kTrial = 1, kConfirmed = 2 };

void put_grant(Writer& out, const Grant& grant) {
  put(out, grant.name);
  put(out, grant.yaml);
  put(out, grant.author);
  put(out, grant.added_wall_ns);
  put(out, grant.until_wall_ns);
}

void put_phase(Writer& out, const Version& version) {
  const Phase phase = version.trial       ? Phase::kTrial
                      : version.confirmed ? Phase::kConfirmed
                                          : Phase::kPlain;
  out.u8(static_cast<uint8_t>(phase));
  if (!version.trial) return;
  out.be64(version.trial->former);
  out.be64(version.trial->window_ns);
  put(out, version.trial->deadline_wall_ns);
}

Grant grant(Cursor& in) {
  Grant out;
  out.name = text(in);
  out.yaml = text(in);
  out.author = text(in);
  out.added_wall_ns = time(in);
  out.until_wall_ns = time(in);
  return out;
}

// False: no phase.
bool take_phase(Cursor& in, Version& version) {
  const auto phase = static_cast<Phase>(in.u8());
  if (phase == Phase::kTrial) {
    Trial& trial = version.trial.emplace();
    trial.former = in.be64();
    trial.window_ns = in.be64();
    trial.deadline_wall_ns = time(in);
  }
  version.confirmed = phase == Phase::kConfirmed;
  return phase <= Phase::kConfirmed;
}

std::vector<uint8_t> taken(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

Fault fault_at(const Cursor& in, FaultKind kind) {
  return {in.ok() ? kind : FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
}

bool in_bounds(const SignedStatement& version) {
  return version.statement.size() <= kMaxStatement && !version.chain.empty() &&
         version.chain.size() <= kMaxChain && !version.signature.empty() &&
         version.signature.size() <= kMaxSignature &&
         std::ranges::all_of(version.chain, [](const auto& certificate) {
           return !certificate.empty() && certificate.size() <= kMaxCertificate;
         });
}

}  // namespace

Result<std::vector<uint8_t>> encode(const Version& version) {
  if (Status good = check(version); !good) return good.error();
  std::vector<uint8_t> bytes(kMaxStatement);
  Writer out{bytes};
  out.be64(kVersionMagic);
  out.be64(version.number);
  put(out, version.at_wall_ns);
  for (const std::string* each : {&version.gateway, &version.author, &version.authentication,
                                  &version.action, &version.comment})
    put(out, *each);
  out.bytes(version.text);
  out.be64(version.text_bytes);
  put_phase(out, version);
  out.be16(static_cast<uint16_t>(version.grants.size()));
  for (const Grant& each : version.grants) put_grant(out, each);
  if (!out.ok())
    return Error{ErrorCode::kExhausted,
                 "fleet version: the grants in force beside the policy are larger than " +
                     std::to_string(kMaxStatement >> 10) + " KiB together"};
  bytes.resize(out.size());
  return bytes;
}

wire::Parsed<Version> decode_version(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  if (bytes.size() > kMaxStatement) return fault_at(in, FaultKind::kBadTotalLength);
  if (in.be64() != kVersionMagic) return fault_at(in, FaultKind::kBadVersion);
  Version out;
  out.number = in.be64();
  out.at_wall_ns = time(in);
  for (std::string* each :
       {&out.gateway, &out.author, &out.authentication, &out.action, &out.comment})
    *each = text(in);
  const auto digest = in.bytes(out.text.size());
  if (in.ok()) std::ranges::copy(digest, out.text.begin());
  out.text_bytes = in.be64();
  if (!take_phase(in, out)) return fault_at(in, FaultKind::kBadValue);
  const size_t grants = in.be16();
  for (size_t i = 0; i < grants && in.ok(); ++i) out.grants.push_back(grant(in));
  if (!in.ok()) return fault_at(in, FaultKind::kTruncated);
  if (in.left() != 0) return fault_at(in, FaultKind::kBadLength);
  if (!check(out)) return fault_at(in, FaultKind::kBadValue);
  return out;
}

Result<std::vector<uint8_t>> encode(const SignedStatement& version) {
  if (!in_bounds(version))
    return Error{ErrorCode::kInvalid,
                 "fleet version: a part of the signed form is empty or too long"};
  std::vector<uint8_t> bytes(kMaxSigned);
  Writer out{bytes};
  out.be64(kSignedMagic);
  out.be32(static_cast<uint32_t>(version.statement.size()));
  out.bytes(version.statement);
  out.u8(static_cast<uint8_t>(version.chain.size()));
  for (const auto& certificate : version.chain) {
    out.be16(static_cast<uint16_t>(certificate.size()));
    out.bytes(certificate);
  }
  out.be16(static_cast<uint16_t>(version.signature.size()));
  out.bytes(version.signature);
  bytes.resize(out.size());
  return bytes;
}

wire::Parsed<SignedStatement> decode_signed(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  if (bytes.size() > kMaxSigned) return fault_at(in, FaultKind::kBadTotalLength);
  if (in.be64() != kSignedMagic) return fault_at(in, FaultKind::kBadVersion);
  SignedStatement out;
  out.statement = taken(in.bytes(in.be32()));
  const size_t elements = in.u8();
  for (size_t i = 0; i < elements && in.ok(); ++i) out.chain.push_back(taken(in.bytes(in.be16())));
  out.signature = taken(in.bytes(in.be16()));
  if (!in.ok()) return fault_at(in, FaultKind::kTruncated);
  if (in.left() != 0) return fault_at(in, FaultKind::kBadLength);
  if (!in_bounds(out)) return fault_at(in, FaultKind::kBadValue);
  return out;
}

}  // namespace bulkhead::fleet
