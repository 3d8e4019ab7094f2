// SPDX-License-Identifier: Apache-2.0
// The vocabulary in which the bodies of services are laid out (Part 4), so that each is a row of
// fields and one walk reads them all.
#pragma once

#include <cstdint>
#include <span>

namespace bulkhead::wire::opcua {

struct Field;
using Layout = std::span<const Field>;

struct Field {
  enum class Kind : uint8_t {
    kFixed,   // `size` bytes: numbers, times, enumerations
    kString,  // ByteString too
    kNode,
    kExpandedNode,
    kQualifiedName,
    kLocalizedText,
    kVariant,
    kDataValue,
    kExtension,
    kDiagnostic,
    kStructure,  // `inner`
  };
  // What a field is to an operation.
  enum class Role : uint8_t {
    kNone,
    kPoint,          // a node that is touched
    kPointIfGiven,   // the same, but a null means that the server chooses
    kAttribute,      // of the last point
    kValue,          // for the last point; in a response: for the point of that index
    kStatus,         // the result of the service
    kHistoryDetail,  // an extension object whose body begins with the node that it changes
  };
  Kind kind = Kind::kFixed;
  uint8_t size = 0;
  Role role = Role::kNone;
  bool many = false;     // an array of these
  uint8_t smallest = 0;  // bytes that one has at least
  Layout inner{};
};

// Of the body behind the request header or the response header.
Layout request_header() noexcept;
Layout response_header() noexcept;

namespace field {

using Kind = Field::Kind;
using Role = Field::Role;

constexpr Field fixed(uint8_t size, Role role = Role::kNone) noexcept {
  return {Kind::kFixed, size, role, false, size, {}};
}
inline constexpr Field kBool = fixed(1);
inline constexpr Field kByte = fixed(1);
inline constexpr Field kU32 = fixed(4);
inline constexpr Field kTime = fixed(8);
inline constexpr Field kDouble = fixed(8);
inline constexpr Field kString{Kind::kString, 0, Role::kNone, false, 4, {}};
inline constexpr Field kQualifiedName{Kind::kQualifiedName, 0, Role::kNone, false, 6, {}};
inline constexpr Field kLocalizedText{Kind::kLocalizedText, 0, Role::kNone, false, 1, {}};
inline constexpr Field kDiagnostic{Kind::kDiagnostic, 0, Role::kNone, false, 1, {}};
inline constexpr Field kExtension{Kind::kExtension, 0, Role::kNone, false, 3, {}};
inline constexpr Field kHistoryDetail{Kind::kExtension, 0, Role::kHistoryDetail, false, 3, {}};

constexpr Field node(Role role = Role::kNone) noexcept {
  return {Kind::kNode, 0, role, false, 2, {}};
}
constexpr Field expanded_node(Role role = Role::kNone) noexcept {
  return {Kind::kExpandedNode, 0, role, false, 2, {}};
}
constexpr Field variant(Role role = Role::kNone) noexcept {
  return {Kind::kVariant, 0, role, false, 1, {}};
}
constexpr Field data_value(Role role = Role::kNone) noexcept {
  return {Kind::kDataValue, 0, role, false, 1, {}};
}
constexpr uint8_t smallest_of(Layout layout) noexcept {
  unsigned sum = 0;
  for (const Field& each : layout) sum += each.many ? 4u : each.smallest;
  return static_cast<uint8_t>(sum);
}
constexpr Field structure(Layout layout) noexcept {
  return {Kind::kStructure, 0, Role::kNone, false, smallest_of(layout), layout};
}
constexpr Field array(Field each) noexcept {
  each.many = true;
  return each;
}
constexpr Field array_of(Layout layout) noexcept {
  return array(structure(layout));
}

}  // namespace field

}  // namespace bulkhead::wire::opcua
