// SPDX-License-Identifier: Apache-2.0
// Orders to an overlay: zones become the names of those whom a policy means by their labels.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "overlay/model.h"
#include "pdp/orders.h"
#include "policy/model.h"

namespace bulkhead::control {

// "cell=3,role=plc": all must hold; "cell=3|4": one of the values; "name=plc-7": by name.
// Errors: kInvalid with what is expected.
Result<policy::Selector> parse_zone(const std::string& labels);

// The names of those inside, ascending. Empty when the labels are malformed or mean nobody.
std::vector<std::string> members_of(const std::string& labels, const policy::Policy& policy);

// Without number and time. `next`: a policy that is about to replace `current`, or null. Between
// the two nothing may be open that either of them closes: what either means by a zone is locked,
// and an island is there once for each. Both null: zones mean nobody. Facts that ran out are left
// out.
overlay::Overlay make_overlay(const Orders& orders, const policy::Policy* current,
                              const policy::Policy* next, const std::string& gateway,
                              int64_t now_wall_ns);

}  // namespace bulkhead::control
