// SPDX-License-Identifier: Apache-2.0
// The part of a policy that one gateway needs: it decides only about pairs of which one is its own,
// so the others of a plant are nobody's business there, and not in its image.
//
// Law: for each pair with an identity of that gateway the slice decides as the whole policy does;
// where no relationship joins them the reason may be that one of them is not known
// (tests/property/slice_test.cpp).
#pragma once

#include <string>

#include "policy/model.h"

namespace bulkhead::policy {

// Identities bound at `gateway`, those that a relationship joins with one of these, and those that
// are bound nowhere; the relationships that do so, and the vetoes between any of them.
Policy slice(const Policy& policy, const std::string& gateway);

}  // namespace bulkhead::policy
