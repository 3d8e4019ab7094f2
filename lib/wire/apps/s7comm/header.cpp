// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/header.h"

namespace bulkhead::wire::s7comm {
namespace {

constexpr uint32_t kKindAt = 1;
constexpr uint32_t kLengthsAt = 6;

bool known(Rosctr kind) noexcept {
  switch (kind) {
    case Rosctr::kJob:
    case Rosctr::kAck:
    case Rosctr::kAckData:
    case Rosctr::kUserdata:
      return true;
  }
  return false;
}

}  // namespace

Parsed<Header> parse_header(std::span<const uint8_t> pdu) noexcept {
  Cursor in{pdu};
  Header out;
  if (in.u8() != kProtocolId) return Fault{FaultKind::kBadProtocolId, 0};
  out.kind = static_cast<Rosctr>(in.u8());
  if (in.ok() && !known(out.kind)) return Fault{FaultKind::kBadType, kKindAt};
  in.skip(2);  // redundancy identification
  out.reference = in.be16();
  const size_t parameters = in.be16();
  const size_t data = in.be16();
  if (out.kind == Rosctr::kAck || out.kind == Rosctr::kAckData) out.error = in.be16();
  if (!in.ok()) return Fault{FaultKind::kTruncated, static_cast<uint32_t>(pdu.size())};
  if (parameters + data != in.left()) return Fault{FaultKind::kBadLength, kLengthsAt};
  out.parameters = in.take(parameters);
  out.data = in.take(data);
  return out;
}

}  // namespace bulkhead::wire::s7comm
