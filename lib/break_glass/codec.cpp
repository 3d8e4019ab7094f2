// SPDX-License-Identifier: Apache-2.0
#include "break_glass/codec.h"

#include <algorithm>

#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::break_glass {
namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr uint64_t kMagic = 0x42'4c'48'4b'42'47'4c'31;  // "BLHKBGL1"

void put(Writer& out, const std::string& text) {
  out.u8(static_cast<uint8_t>(text.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void put(Writer& out, const Statement& statement) {
  put(out, statement.grant);
  out.u8(static_cast<uint8_t>(statement.gateways.size()));
  for (const auto& gateway : statement.gateways) put(out, gateway);
  out.be64(static_cast<uint64_t>(statement.until_wall_ns));
  out.be16(static_cast<uint16_t>(statement.reason.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(statement.reason.data()), statement.reason.size()});
  out.bytes(statement.nonce);
}

void take(std::span<const uint8_t> bytes, std::string& text) {
  text.assign(bytes.begin(), bytes.end());
}

template <size_t kBytes>
void take(Cursor& in, std::array<uint8_t, kBytes>& out) {
  const auto bytes = in.bytes(kBytes);
  if (bytes.size() == kBytes) std::ranges::copy(bytes, out.begin());
}

void take(Cursor& in, Statement& statement) {
  take(in.bytes(in.u8()), statement.grant);
  const size_t gateways = in.u8();
  for (size_t i = 0; i < gateways && in.ok(); ++i)
    take(in.bytes(in.u8()), statement.gateways.emplace_back());
  statement.until_wall_ns = static_cast<int64_t>(in.be64());
  take(in.bytes(in.be16()), statement.reason);
  take(in, statement.nonce);
}

template <typename T>
std::vector<uint8_t> written(const T& value) {
  std::vector<uint8_t> bytes(kMaxBytes);
  Writer out{bytes};
  put(out, value);
  bytes.resize(out.size());
  return bytes;
}

}  // namespace

std::vector<uint8_t> encode(const Statement& statement) {
  return written(statement);
}

Result<std::vector<uint8_t>> encode(const OpeningRequest& request) {
  if (Status status = check(request); !status) return status.error();
  std::vector<uint8_t> bytes(kMaxBytes);
  Writer out{bytes};
  out.be64(kMagic);
  put(out, request.statement);
  out.u8(static_cast<uint8_t>(request.signatures.size()));
  for (const Signature& signature : request.signatures) {
    put(out, signature.approver);
    out.bytes(signature.bytes);
  }
  if (!out.ok()) return Error{ErrorCode::kExhausted, "break-glass: it is longer than 8 KiB"};
  bytes.resize(out.size());
  return bytes;
}

wire::Parsed<OpeningRequest> decode(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  const auto fault = [&in](FaultKind kind) {
    return Fault{in.ok() ? kind : FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
  };
  if (bytes.size() > kMaxBytes) return fault(FaultKind::kBadTotalLength);
  if (in.be64() != kMagic) return fault(FaultKind::kBadVersion);
  OpeningRequest out;
  take(in, out.statement);
  const size_t signatures = in.u8();
  for (size_t i = 0; i < signatures && in.ok(); ++i) {
    Signature& signature = out.signatures.emplace_back();
    take(in.bytes(in.u8()), signature.approver);
    take(in, signature.bytes);
  }
  if (!in.ok()) return fault(FaultKind::kTruncated);
  if (in.left() != 0) return fault(FaultKind::kBadLength);
  if (!check(out)) return fault(FaultKind::kBadValue);
  return out;
}

}  // namespace bulkhead::break_glass
