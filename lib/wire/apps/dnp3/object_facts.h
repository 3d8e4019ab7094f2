// SPDX-License-Identifier: Apache-2.0
// The DNP3 object library (IEEE 1815 annex A) as facts: which kind of point a group is, and how an
// object of each variation is laid out.
#pragma once

#include <cstdint>

#include "wire/apps/operation.h"

namespace bulkhead::wire::dnp3 {

enum class Layout : uint8_t {
  kUnknown,     // no such object: where it ends cannot be told
  kNone,        // names something and never carries data
  kBits,        // one bit a point, packed
  kDoubleBits,  // two bits a point, packed
  kFixed,       // `size` bytes
  kVariation,   // as many bytes as its variation says
  kAttribute,   // data type, length, as many bytes
  kFree,        // any size, told by a size prefix only
};

struct ObjectFact {
  uint8_t group = 0;
  uint8_t variation = 0;
  Layout layout = Layout::kUnknown;
  uint8_t size = 0;                                           // kFixed
  ValueView::Encoding encoding = ValueView::Encoding::kNone;  // of its value
  uint8_t value_at = 0;
  uint8_t value_size = 0;  // kBytes
  uint8_t status_at = 0;   // of a command: the octet in which its outcome is told; 0: none
};

struct GroupFact {
  uint8_t first = 0;  // groups first..last
  uint8_t last = 0;
  PointType type = PointType::kDnp3Object;
  bool indexed = false;              // its objects are points with an index
  Layout others = Layout::kUnknown;  // of variations that are not in the table
};

namespace group {
inline constexpr uint8_t kAttributes = 0;
inline constexpr uint8_t kBinaryCommand = 12;
inline constexpr uint8_t kAnalogCommand = 41;
inline constexpr uint8_t kTime = 50;
inline constexpr uint8_t kClass = 60;
inline constexpr uint8_t kFile = 70;
inline constexpr uint8_t kTerminalOutput = 112;
inline constexpr uint8_t kAuthentication = 120;
}  // namespace group

// nullptr: no such group.
const GroupFact* group_of(uint8_t group) noexcept;
// Layout kUnknown for what is not in the library; variation 0 ("any") has no layout of its own.
ObjectFact object_of(uint8_t group, uint8_t variation) noexcept;

}  // namespace bulkhead::wire::dnp3
