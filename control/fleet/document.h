// SPDX-License-Identifier: Apache-2.0
// A fleet's version or order as it lies in the store: signed by the gateway that made it with the
// key of its certificate, and believed only when that chain ends at one of our roots, none of it is
// denied, and its leaf is the gateway that it names.
//
// Time plays no part: a policy stays in force when the certificate of who made it has run out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/order.h"
#include "fleet/version.h"

namespace bulkhead::trust {
class Credentials;
class Trust;
}  // namespace bulkhead::trust

namespace bulkhead::control {

// Errors: those of fleet::check(); kUnsupported or kInternal, the key does not sign.
Result<std::string> seal(const fleet::Version& version, const trust::Credentials& credentials);
Result<std::string> seal(const fleet::Order& order, const trust::Credentials& credentials);

// Errors: kInvalid, malformed or not signed by that chain; kPermission, with whom it is from.
Result<fleet::Version> unseal(std::string_view bytes, trust::Trust& trust,
                              const std::string& trust_domain);
Result<fleet::Order> unseal_order(std::string_view bytes, trust::Trust& trust,
                                  const std::string& trust_domain);

}  // namespace bulkhead::control
