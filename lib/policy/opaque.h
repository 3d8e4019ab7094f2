// SPDX-License-Identifier: Apache-2.0
// What passes unread (docs/policy.md, opaque): what TLS says of a session against the terms, and
// the terms in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/model.h"

namespace bulkhead::policy {

inline constexpr size_t kMaxServerName = 253;  // RFC 1035 2.3.4, as written

// "1.2"; 0: there is no such version.
uint16_t tls_version_named(std::string_view text);
std::string tls_version_text(uint16_t version);

// A host name as TLS carries it: letters, digits, - and _ between dots, no dot at the end.
bool server_name_ok(std::string_view name);

// Of a record of TLS: the best version that it tells, and the server's name.
bool tls_fits(const OpaqueTerms& terms, const wire::Operation& operation);

// "TLS 1.2 or later to plc-7.plant.example"
std::string describe(const OpaqueTerms& terms);

}  // namespace bulkhead::policy
