// SPDX-License-Identifier: Apache-2.0
// Sets of accesses as boxes: a range in each dimension that a rule can speak of. What a rule allows
// is one or a few boxes, what somebody asks for is a small one, and "allowed" is "contained".
//
// kAny stands for every operation of its classes, whatever the protocol: what an uninspected
// service or one in monitor mode lets through.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "policy/model.h"
#include "policy/reference.h"

namespace bulkhead::policy {

struct FunctionSet {
  bool all_but = true;           // all but those listed; else those listed
  std::vector<uint32_t> listed;  // ascending
};

// The values of one operation for its points. An operation that does not carry them all is of
// `uncarried`; a rule without bounds allows both.
struct ValueSet {
  bool uncarried = true;
  bool carried = true;
  NumberRange range{0, std::numeric_limits<uint64_t>::max()};
};

// Points that have names, beside those that have numbers.
struct NameSet {
  bool numbered = true;  // those of Box::points
  bool named = true;
  std::optional<NamePattern> name;  // only those named so
};

struct Box {
  enum class What : uint8_t { kFlow, kAny, kNoPoint, kPoint };
  What what = What::kFlow;
  uint8_t protocol = 0;
  NumberRange ports;
  int64_t first_ns = std::numeric_limits<int64_t>::min();
  int64_t last_ns = std::numeric_limits<int64_t>::max();  // inclusive
  wire::App app = wire::App::kNone;                       // kNoPoint, kPoint
  uint16_t classes = 0;                                   // bit per OperationClass; not kFlow
  FunctionSet functions;
  NumberRange units{0, std::numeric_limits<uint32_t>::max()};
  uint64_t types = ~uint64_t{0};  // bit per PointType; kPoint
  NumberRange points{0, std::numeric_limits<uint64_t>::max()};
  NameSet names;
  ValueSet values;
  bool implied = false;  // comes with what is allowed: no line of a difference
};

constexpr uint64_t type_bit(wire::PointType type) {
  return uint64_t{1} << static_cast<unsigned>(type);
}
static_assert(wire::kPointTypeCount <= 64);
constexpr uint16_t class_bit(wire::OperationClass cls) {
  return static_cast<uint16_t>(1u << static_cast<unsigned>(cls));
}
inline constexpr uint16_t kEveryClass = (1u << wire::kOperationClassCount) - 1;

bool contains(const Box& outer, const Box& inner);
bool overlap(const Box& a, const Box& b);
// `box` without what `taken` contains, as disjoint boxes. Of kAny only kAny can be taken.
std::vector<Box> subtract(const Box& box, const Box& taken);

// The boxes of a request that must all lie within one service: the flow, or one per point range of
// the operation, and one without points when no range is of the operation's own class.
std::vector<Box> pieces_of(const AccessRequest& request);

// Merged where they touch, ascending.
std::vector<NumberRange> merged(std::vector<NumberRange> ranges);

}  // namespace bulkhead::policy
