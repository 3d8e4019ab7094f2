// SPDX-License-Identifier: Apache-2.0
// Who may do what: roles from the URI SAN spiffe://TRUST-DOMAIN/role/ROLE/NAME of a certificate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::control {

enum class Role : unsigned char {
  kUnspecified = 0,
  kViewer,
  kOperator,
  kEngineer,
  kApprover,
  kOrchestrator,
  kAdmin
};
enum class Needs : unsigned char { kRead, kGrant, kWrite, kApprove, kAdmin };

struct Caller {
  std::string name;  // "alice"; for the history
  Role role = Role::kUnspecified;
  std::string authentication{};  // "certificate spiffe://...", "local socket"; for the audit log
};

// nullopt for anything that is not exactly such an id of this trust domain.
std::optional<Caller> caller_of_uri(std::string_view uri, std::string_view trust_domain);

// viewer and operator read; orchestrator also adds and revokes grants; engineer and admin also
// write; approver and admin approve what others propose; admin alone revokes gateways and makes
// join tokens.
bool may(Role role, Needs needs) noexcept;
std::string_view who_may(Needs needs) noexcept;  // "engineer or admin"
std::string_view to_string(Role role) noexcept;

}  // namespace bulkhead::control
