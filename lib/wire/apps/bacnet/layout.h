// SPDX-License-Identifier: Apache-2.0
// The vocabulary in which the parameters of BACnet services are described: fields in their order,
// and what each of them says of points and values (ASHRAE 135 clause 21).
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/bacnet/tag.h"

namespace bulkhead::wire::bacnet {

enum class What : uint8_t {
  kPlain,       // a primitive that is not looked at
  kAny,         // constructed, walked through for form
  kVendor,      // all that is left, closed by the same tag; a vendor's own encoding
  kScope,       // object identifier: of the properties that follow
  kTarget,      // object identifier: a point by itself, no property named
  kFile,        // the same of a file
  kDevice,      // object identifier of a device: its instance is a range of one
  kObjectType,  // any object of this type
  kObjectName,  // character string: the point is known by name only
  kProperty,    // property of the object in scope: a point
  kValues,      // constructed: values of the last point
  kPriority,    // of a command, 1 to 16
  kLow,         // device instance limits
  kHigh,
  kList,    // constructed: `inner`, again and again
  kStruct,  // constructed: `inner`
};

struct Layout;

struct Field {
  Tag::Kind kind = Tag::Kind::kContext;  // kOpening: constructed
  uint8_t number = 0;
  What what = What::kPlain;
  bool optional = false;
  const Layout* inner = nullptr;
};

struct Layout {
  std::span<const Field> fields{};
  bool repeated = false;  // at the outermost level: the fields again and again, to the end
  bool free = false;      // any well-formed tags
};

struct ServiceLayouts {
  Layout request;
  Layout ack;
};

// A free layout where the service has none of its own.
const ServiceLayouts& confirmed_layouts(uint8_t service) noexcept;
const Layout& unconfirmed_layout(uint8_t service) noexcept;

}  // namespace bulkhead::wire::bacnet
