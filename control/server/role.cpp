// SPDX-License-Identifier: Apache-2.0
#include "server/role.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace bulkhead::control {

namespace {

struct RoleRow {
  std::string_view name;
  Role role;
  bool grants;
  bool writes;
};
constexpr std::array kRoles = {
    RoleRow{"viewer", Role::kViewer, false, false},
    RoleRow{"operator", Role::kOperator, false, false},
    RoleRow{"engineer", Role::kEngineer, true, true},
    RoleRow{"approver", Role::kApprover, false, false},
    RoleRow{"orchestrator", Role::kOrchestrator, true, false},
    RoleRow{"admin", Role::kAdmin, true, true},
};

bool consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_person(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

std::optional<Caller> caller_of_uri(std::string_view uri, std::string_view trust_domain) {
  if (trust_domain.empty() || !consume(uri, "spiffe://") || !consume(uri, trust_domain) ||
      !consume(uri, "/role/"))
    return std::nullopt;
  for (const RoleRow& row : kRoles) {
    std::string_view rest = uri;
    if (!consume(rest, row.name) || !consume(rest, "/") || !is_person(rest)) continue;
    return Caller{std::string(rest), row.role};
  }
  return std::nullopt;
}

bool may(Role role, Needs needs) noexcept {
  const auto* row = std::ranges::find(kRoles, role, &RoleRow::role);
  if (row == kRoles.end()) return false;
  if (needs == Needs::kAdmin) return role == Role::kAdmin;
  if (needs == Needs::kApprove) return role == Role::kApprover || role == Role::kAdmin;
  if (needs == Needs::kGrant) return row->grants;
  return needs == Needs::kRead || row->writes;
}

std::string_view who_may(Needs needs) noexcept {
  switch (needs) {
    case Needs::kRead:
      return "any role";
    case Needs::kGrant:
      return "engineer, orchestrator or admin";
    case Needs::kWrite:
      return "engineer or admin";
    case Needs::kApprove:
      return "approver or admin";
    case Needs::kAdmin:
      break;
  }
  return "admin";
}

std::string_view to_string(Role role) noexcept {
  const auto* row = std::ranges::find(kRoles, role, &RoleRow::role);
  return row != kRoles.end() ? row->name : std::string_view{"unspecified"};
}

}  // namespace bulkhead::control
