// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/apdu.h"

#include <array>

#include "wire/apps/bacnet/tag.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr uint8_t kSegmented = 0x08;
constexpr uint8_t kMore = 0x04;
constexpr uint8_t kServer = 0x01;
constexpr uint8_t kReservedLimit = 0x80;
constexpr uint8_t kMostWindow = 127;

// What a type's header has behind its first octet, in wire order.
struct Shape {
  uint8_t flags = 0;  // bits that may be set in the first octet
  bool limits = false;
  bool invoke = true;
  bool service = true;
  bool data = false;
};
constexpr std::array<Shape, 8> kShapes = {{
    {.flags = 0x0e, .limits = true, .data = true},
    {.invoke = false, .data = true},
    {},
    {.flags = 0x0c, .data = true},
    {.flags = 0x03, .service = false},
    {.data = true},
    {},
    {.flags = 0x01},
}};

// A segment's number and the proposed window (20.1.2.7, 20.1.2.8).
Fault take_window(Cursor& in, Apdu& out) noexcept {
  const auto at = static_cast<uint32_t>(in.at());
  out.sequence = in.u8();
  const uint8_t window = in.u8();
  if (in.ok() && (window == 0 || window > kMostWindow)) return {FaultKind::kBadValue, at + 1};
  return {};
}

}  // namespace

Fault parse_apdu(std::span<const uint8_t> bytes, size_t begin, Apdu& out) noexcept {
  Cursor in{bytes, begin};
  const auto at = static_cast<uint32_t>(begin);
  const uint8_t first = in.u8();
  const uint8_t type = first >> 4;
  if (type >= kShapes.size()) return {FaultKind::kBadType, at};
  const Shape& shape = kShapes[type];
  if ((first & 0x0f & ~shape.flags) != 0) return {FaultKind::kBadFlags, at};
  out.type = static_cast<ApduType>(type);
  out.segmented = shape.data && (first & kSegmented) != 0;
  out.more = shape.data && (first & kMore) != 0;
  out.from_server = !shape.data && (first & kServer) != 0;
  if (out.more && !out.segmented) return {FaultKind::kBadFlags, at};
  // Segments and length that the client accepts.
  if (shape.limits && (in.u8() & kReservedLimit) != 0) return {FaultKind::kBadFlags, at + 1};
  if (shape.invoke) out.invoke = in.u8();
  if (out.segmented || out.type == ApduType::kSegmentAck)
    if (const Fault fault = take_window(in, out); failed(fault)) return fault;
  if (shape.service) out.service = in.u8();
  if (!in.ok()) return {FaultKind::kTruncated, at};
  out.data_at = in.at();
  out.data = in.rest();
  if (!shape.data && !out.data.empty())
    return {FaultKind::kBadLength, static_cast<uint32_t>(in.at())};
  return {};
}

}  // namespace bulkhead::wire::bacnet
