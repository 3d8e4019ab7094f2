// SPDX-License-Identifier: Apache-2.0
// A made-up plant of any size for the policy benchmarks: cells of twenty devices, twenty
// relationships a cell, a few dozen vetoes. Everything follows from the number of identities.
//
// Per cell: 2 HMIs, 10 PLCs, 2 safety PLCs, 4 sensors, a historian, an engineering station. Fifty
// cells are an area with a SCADA server and a time server; every area has a monitor.
// Relationships by role and cell, by name, by list of roles with an exception, and from device to
// device; Modbus rules partly from a handful of forms, partly each with its own range; one in
// twenty is a grant.
#pragma once

#include <cstdint>
#include <string>

#include "policy/model.h"

namespace bulkhead::bench {

inline constexpr uint32_t kCellSize = 20;  // identities, and relationships

// `identities` is rounded up to whole cells; there are as many relationships, and the areas'
// servers besides.
policy::Policy scale_plant(uint32_t identities);

// The policy as a file that load_yaml() reads back to it. Knows what scale_plant() uses.
std::string to_yaml(const policy::Policy& policy);

}  // namespace bulkhead::bench
