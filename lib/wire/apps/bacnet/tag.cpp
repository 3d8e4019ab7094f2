// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/tag.h"

#include <array>

namespace bulkhead::wire::bacnet {
namespace {

constexpr uint8_t kExtendedNumber = 15;
constexpr uint8_t kContextBit = 0x08;
constexpr uint32_t kExtendedLength = 5;
constexpr uint32_t kOpeningMark = 6;  // one more closes

struct Lengths {
  uint32_t least = 0;
  uint32_t most = UINT32_MAX;
};
// Of each application type, in the order of their numbers (20.2.2 - 20.2.14).
constexpr std::array<Lengths, 13> kLengths = {{
    {0, 0},  // null
    {0, 1},  // boolean: the value is where others have the length
    {1, 8},
    {1, 8},
    {4, 4},
    {8, 8},
    {},
    {1},  // character string: its character set
    {1},  // bit string: its unused bits
    {1, 4},
    {4, 4},
    {4, 4},
    {4, 4},
}};

// Extended lengths: one byte to 253, then two, then four (20.2.1.3.1).
bool take_length(Cursor& in, uint32_t& length) noexcept {
  length = in.u8();
  if (length == 254) {
    length = in.be16();
    return !in.ok() || length >= 254;
  }
  if (length == 255) {
    length = in.be32();
    return !in.ok() || length > UINT16_MAX;
  }
  return !in.ok() || length >= kExtendedLength;
}

Fault take_application(Cursor& in, Tag& tag, uint32_t length,
                       std::span<const uint8_t> octet) noexcept {
  if (tag.number >= kLengths.size()) return {FaultKind::kBadType, tag.at};
  const Lengths lengths = kLengths[tag.number];
  if (length < lengths.least || length > lengths.most) return {FaultKind::kBadLength, tag.at};
  const bool boolean = tag.number == static_cast<uint8_t>(Application::kBoolean);
  tag.content = boolean ? octet : in.bytes(length);
  return {};
}

Fault take_tag(Cursor& in, Tag& tag) noexcept {
  tag = {.at = static_cast<uint32_t>(in.at())};
  const auto octet = in.bytes(1);
  if (!in.ok()) return {FaultKind::kTruncated, tag.at};
  tag.number = octet[0] >> 4;
  const bool context = (octet[0] & kContextBit) != 0;
  uint32_t length = octet[0] & 0x07u;
  if (tag.number == kExtendedNumber) {
    tag.number = in.u8();
    if (in.ok() && (tag.number < kExtendedNumber || tag.number == 0xff))
      return {FaultKind::kBadEncoding, tag.at};
  }
  if (length > kExtendedLength) {
    if (!context) return {FaultKind::kBadEncoding, tag.at};
    tag.kind = length == kOpeningMark ? Tag::Kind::kOpening : Tag::Kind::kClosing;
    return in.ok() ? Fault{} : Fault{FaultKind::kTruncated, tag.at};
  }
  if (length == kExtendedLength && !take_length(in, length))
    return {FaultKind::kBadEncoding, tag.at};
  if (!in.ok()) return {FaultKind::kTruncated, tag.at};
  if (context) {
    tag.kind = Tag::Kind::kContext;
    tag.content = in.bytes(length);
  } else if (const Fault fault = take_application(in, tag, length, octet); failed(fault)) {
    return fault;
  }
  return in.ok() ? Fault{} : Fault{FaultKind::kTruncated, tag.at};
}

}  // namespace

Fault TagReader::any_front(Tag& tag, size_t& size) const noexcept {
  Cursor in{rest_, at_};
  const Fault fault = take_tag(in, tag);
  size = in.at() - at_;
  return fault;
}

Fault TagReader::enclosed(const Tag& opening, std::span<const uint8_t>& inside) noexcept {
  std::array<uint8_t, kMaxDepth> open;
  size_t depth = 0;
  open[depth++] = opening.number;
  const auto from = rest_;
  while (depth != 0) {
    Tag tag;
    const size_t before = from.size() - rest_.size();
    if (const Fault fault = next(tag); failed(fault)) return fault;
    if (tag.kind == Tag::Kind::kOpening) {
      if (depth == open.size()) return {FaultKind::kTooDeep, tag.at};
      open[depth++] = tag.number;
    } else if (tag.kind == Tag::Kind::kClosing) {
      if (open[--depth] != tag.number) return {FaultKind::kBadEncoding, tag.at};
      inside = from.first(before);
    }
  }
  return {};
}

Fault TagReader::rest_of(const Tag& opening) noexcept {
  const auto rest = rest_;
  skip(rest.size());
  const bool closed =
      !rest.empty() && rest.back() == (opening.number << 4 | kContextBit | (kOpeningMark + 1));
  return closed ? Fault{} : Fault{FaultKind::kBadEncoding, opening.at};
}

bool unsigned_of(std::span<const uint8_t> content, uint32_t& value) noexcept {
  if (content.empty() || content.size() > 4) return false;
  value = 0;
  for (const uint8_t byte : content) value = value << 8 | byte;
  return true;
}

}  // namespace bulkhead::wire::bacnet
