// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/pdu.h"

#include "wire/apps/s7comm_plus/body.h"
#include "wire/cursor.h"

namespace bulkhead::wire::s7comm_plus {
namespace {

constexpr uint8_t kProtocolId = 0x72;
constexpr uint32_t kVersionAt = 1, kLengthAt = 2, kDataAt = 4;
constexpr size_t kTrailer = 4;
constexpr uint8_t kDigest = 32;
constexpr size_t kKeepAliveSize = 4;  // a sequence number instead of the length

bool known(Version version) noexcept {
  switch (version) {
    case Version::kConnect:
    case Version::kData:
    case Version::kSecured:
    case Version::kSystemEvent:
    case Version::kKeepAlive:
      return true;
  }
  return false;
}

// Some firmware sends parts of version 3 without it; which bytes follow tells.
Fault skip_integrity(Cursor& data) noexcept {
  const auto at = static_cast<uint32_t>(data.at());
  const auto rest = data.rest();
  if (rest.empty()) return {FaultKind::kTruncated, at};
  if (is_opcode(rest[0])) return {};
  if (rest[0] != kDigest) return {FaultKind::kBadHeaderLength, at};
  data.skip(size_t{1} + kDigest);
  return data.ok() ? Fault{} : Fault{FaultKind::kTruncated, at};
}

Parsed<Part> parse_keep_alive(std::span<const uint8_t> tsdu, Part out) noexcept {
  if (tsdu.size() != kKeepAliveSize) return Fault{FaultKind::kBadLength, kLengthAt};
  out.data_at = kDataAt;
  return out;
}

}  // namespace

Parsed<Part> parse_part(std::span<const uint8_t> tsdu) noexcept {
  Cursor in{tsdu};
  Part out;
  if (in.u8() != kProtocolId) return Fault{FaultKind::kBadProtocolId, 0};
  out.version = static_cast<Version>(in.u8());
  if (in.ok() && !known(out.version)) return Fault{FaultKind::kBadVersion, kVersionAt};
  const size_t length = in.be16();
  if (!in.ok()) return Fault{FaultKind::kTruncated, static_cast<uint32_t>(tsdu.size())};
  if (out.version == Version::kKeepAlive) return parse_keep_alive(tsdu, out);
  if (in.left() != length && in.left() != length + kTrailer)
    return Fault{FaultKind::kBadLength, kLengthAt};
  out.last = in.left() != length || out.version == Version::kSystemEvent;
  Cursor data = in.take(length);
  if (in.left() != 0) {
    const auto at = static_cast<uint32_t>(in.at());
    const uint32_t trailer = in.be32();
    if (trailer !=
        (uint32_t{kProtocolId} << 24 | uint32_t{static_cast<uint8_t>(out.version)} << 16))
      return Fault{FaultKind::kBadMarker, at};
  }
  if (out.version == Version::kSecured)
    if (const Fault fault = skip_integrity(data); fault.kind != FaultKind::kNone) return fault;
  out.data_at = data.at();
  out.data = data.rest();
  return out;
}

}  // namespace bulkhead::wire::s7comm_plus
