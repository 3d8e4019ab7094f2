// SPDX-License-Identifier: Apache-2.0
// Names of MMS as points: identifiers, object names, file names (ISO 9506-2 7.5.2, annex C).
#pragma once

#include <string_view>

#include "wire/apps/ber.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::mms {

// How a point is told: of what type, touched in which way.
struct As {
  PointType type = PointType::kNone;
  OperationClass access = OperationClass::kUnspecified;
};

// Faults: kBadEncoding (in pieces), kBadValue (empty, or with control characters: what a device
// that ends texts at a zero takes for another name).
std::string_view text_of(const ber::Element& element, ber::Reader& in) noexcept;

// The element is the identifier itself.
void take_identifier(const ber::Element& element, ber::Reader& in, As as, Operation& out) noexcept;
// An object name is next: the item is the name, its domain the scope; of the VMD and of the
// association there is none. kBadType: no object name.
void take_object(ber::Reader& in, As as, Operation& out) noexcept;
// The rest is a file name. More than one part cannot be told in one text: `clipped`.
void take_file(ber::Reader in, OperationClass access, Operation& out) noexcept;

}  // namespace bulkhead::wire::mms
