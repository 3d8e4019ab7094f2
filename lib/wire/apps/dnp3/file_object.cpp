// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/file_object.h"

#include <array>

namespace bulkhead::wire::dnp3 {

namespace {

using Encoding = ValueView::Encoding;

struct FileFact {
  uint8_t fixed = 0;     // bytes in front of what may be longer
  bool named = false;    // begins with offset and size of a name
  bool handled = false;  // begins with a handle
  uint8_t value_at = 0;
  Encoding value = Encoding::kNone;
};
constexpr uint8_t kSpecification = 8;
constexpr std::array<FileFact, 9> kFiles = {{
    {},
    {},
    {12, true, false, 0, Encoding::kNone},   // authentication: the name is the user's
    {26, true, false, 20, Encoding::kLe16},  // command: mode of opening
    {13, false, true, 12, Encoding::kU8},    // command status
    {8, false, true, 8, Encoding::kBytes},   // transport: data
    {9, false, true, 8, Encoding::kU8},      // transport status
    {20, true, false, 0, Encoding::kNone},   // descriptor
    {0, false, false, 0, Encoding::kNone},   // specification string: a name from end to end
}};

std::string_view text(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A name stands where its offset says, from the start of the object.
Fault take_name(std::span<const uint8_t> whole, size_t base, size_t fixed,
                PointRange& point) noexcept {
  Cursor in{whole, base};
  const uint16_t offset = in.le16();
  const uint16_t size = in.le16();
  if (size == 0) return {};
  if (offset < fixed || size_t{offset} + size > whole.size())
    return {FaultKind::kBadLength, static_cast<uint32_t>(base)};
  point.name = text(whole.subspan(offset, size));
  return {};
}

}  // namespace

Fault take_file(Cursor object, uint8_t variation, PointRange& point, ValueView& value) noexcept {
  const auto whole = object.rest();
  const auto base = static_cast<uint32_t>(object.at());
  if (variation >= kFiles.size()) return {FaultKind::kBadType, base};
  const FileFact& fact = kFiles[variation];
  if (whole.size() < fact.fixed) return {FaultKind::kTruncated, base};
  if (variation == kSpecification) point.name = text(whole);
  if (fact.handled) point.first = point.last = object.le32();
  value.encoding = fact.value;
  value.count = 1;
  value.bytes = whole.subspan(fact.value_at);
  if (fact.value != Encoding::kBytes) value.bytes = value.bytes.first(width_of(fact.value));
  return fact.named ? take_name(whole, base, fact.fixed, point) : Fault{};
}

}  // namespace bulkhead::wire::dnp3
