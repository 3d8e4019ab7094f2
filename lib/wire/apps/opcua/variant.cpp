// SPDX-License-Identifier: Apache-2.0
// Variant and DataValue (Part 6, 5.2.2.16 and 5.2.2.17).
#include <array>

#include "wire/apps/opcua/builtin.h"

namespace bulkhead::wire::opcua {

namespace {

using Encoding = ValueView::Encoding;

constexpr uint8_t kArrayBit = 0x80;
constexpr uint8_t kDimensionsBit = 0x40;

enum BuiltIn : uint8_t {
  kNothing = 0,
  kString = 12,
  kXmlElement = 16,
  kNodeIdType = 17,
  kExpandedNodeIdType = 18,
  kQualifiedName = 20,
  kLocalizedText = 21,
  kExtensionObject = 22,
  kDataValue = 23,
  kVariant = 24,
  kDiagnosticInfo = 25,
};

// Of each built-in type: the bytes that every value has, whether these are all, and as what number
// a limit reads it.
struct TypeFact {
  uint8_t size = 1;
  bool fixed = false;
  Encoding encoding = Encoding::kBytes;
};
constexpr std::array<TypeFact, 26> kTypes = {{
    {},                           // null
    {1, true, Encoding::kU8},     // Boolean
    {1, true, Encoding::kI8},     // SByte
    {1, true, Encoding::kU8},     // Byte
    {2, true, Encoding::kLeI16},  // Int16
    {2, true, Encoding::kLe16},   // UInt16
    {4, true, Encoding::kLeI32},  // Int32
    {4, true, Encoding::kLe32},   // UInt32
    {8, true, Encoding::kLeI64},  // Int64
    {8, true, Encoding::kLe64},   // UInt64
    {4, true, Encoding::kLeF32},  // Float
    {8, true, Encoding::kLeF64},  // Double
    {4},                          // String
    {8, true},                    // DateTime
    {16, true},                   // Guid
    {4},                          // ByteString
    {4},                          // XmlElement
    {2},                          // NodeId
    {2},                          // ExpandedNodeId
    {4, true},                    // StatusCode
    {6},                          // QualifiedName
    {1},                          // LocalizedText
    {3},                          // ExtensionObject
    {1},                          // DataValue
    {1},                          // Variant
    {1},                          // DiagnosticInfo
}};

Value numbers(const TypeFact& fact, uint32_t count, std::span<const uint8_t> bytes) noexcept {
  Value out;
  out.given = true;
  out.view.encoding = fact.encoding;
  const bool counted = fact.encoding != Encoding::kBytes && count <= UINT16_MAX;
  if (!counted) out.view.encoding = Encoding::kBytes;
  out.view.count = counted ? static_cast<uint16_t>(count) : uint16_t{1};
  out.view.bytes = bytes;
  return out;
}

}  // namespace

void Reader::element(uint8_t type, unsigned depth) noexcept {
  if (kTypes[type].fixed) return skip(kTypes[type].size);
  switch (type) {
    case kNodeIdType:
      (void)node();
      return;
    case kExpandedNodeIdType:
      (void)expanded_node();
      return;
    case kQualifiedName:
      return qualified_name();
    case kLocalizedText:
      return localized_text();
    case kExtensionObject:
      (void)extension();
      return;
    case kDataValue:
      (void)data_value(depth + 1);
      return;
    case kVariant:
      (void)variant(depth + 1);
      return;
    case kDiagnosticInfo:
      return diagnostic_info();
    default:
      (void)string();
      return;
  }
}

Value Reader::scalar(uint8_t type, unsigned depth) noexcept {
  const std::span<const uint8_t> before = in_.rest();
  const size_t start = at();
  element(type, depth);
  if (!ok()) return {};
  return numbers(kTypes[type], 1, before.first(at() - start));
}

Value Reader::array(uint8_t type, uint32_t n, unsigned depth) noexcept {
  const std::span<const uint8_t> before = in_.rest();
  const size_t start = at();
  for (uint32_t i = 0; i < n && ok(); ++i) element(type, depth);
  if (!ok()) return {};
  return numbers(kTypes[type], n, before.first(at() - start));
}

// Their product is the number of elements.
void Reader::dimensions(uint64_t elements) noexcept {
  const size_t start = at();
  const uint32_t n = count(4);
  uint64_t product = 1;
  for (uint32_t i = 0; i < n && ok(); ++i) {
    product *= u32();
    if (product > elements) product = elements + 1;  // cannot become right, nor overflow
  }
  if (exact_ && n != 0 && product != elements) fail(FaultKind::kBadCount, start);
}

Value Reader::variant(unsigned depth) noexcept {
  const size_t start = at();
  if (depth >= kMaxDepth) fail(FaultKind::kTooDeep, start);
  const uint8_t encoding = u8();
  const uint8_t type = encoding & 0x3f;
  const bool many = (encoding & kArrayBit) != 0, shaped = (encoding & kDimensionsBit) != 0;
  if (type >= kTypes.size() || (type == kVariant && !many)) fail(FaultKind::kBadType, start);
  if ((shaped && !many) || (type == kNothing && encoding != 0)) fail(FaultKind::kBadFlags, start);
  if (!ok() || type == kNothing) return {};
  if (!many) return scalar(type, depth);
  const uint32_t n = count(kTypes[type].size);
  const Value out = array(type, n, depth);
  if (shaped) dimensions(n);
  return ok() ? out : Value{};
}

Value Reader::data_value(unsigned depth) noexcept {
  Value out;
  const size_t start = at();
  const uint8_t mask = u8();
  if ((mask & 0xc0) != 0) fail(FaultKind::kBadFlags, start);
  if (!ok()) return out;
  if ((mask & 0x01) != 0) out = variant(depth);
  if ((mask & 0x02) != 0) skip(4);  // status
  if ((mask & 0x04) != 0) skip(8);  // source timestamp, picoseconds
  if ((mask & 0x10) != 0) skip(2);
  if ((mask & 0x08) != 0) skip(8);  // server timestamp, picoseconds
  if ((mask & 0x20) != 0) skip(2);
  return out;
}

}  // namespace bulkhead::wire::opcua
