// SPDX-License-Identifier: Apache-2.0
// Rules across objects. Selectors are looked at in validate_selectors.cpp.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "policy/findings.h"
#include "policy/limits.h"
#include "policy/lint.h"
#include "policy/validate_break_glass.h"
#include "policy/validate_selectors.h"
#include "policy/validate_services.h"
#include "policy/validate_signatures.h"
#include "policy/validate_when.h"

namespace bulkhead::policy {
namespace {

std::string indexed(const char* list, const std::string& name) {
  return std::string(list) + '[' + name + ']';
}

// Names are keys: well formed, each used once.
class Names {
 public:
  Names(const char* list, FindingList& findings) : list_(list), findings_(findings) {}

  void add(const std::string& name, const Place& place) {
    if (!name_ok(name))
      findings_.error(
          place, indexed(list_, name),
          "a name has 1 to 128 letters, digits or . _ - / @ : + and begins with a letter or digit");
    const auto [first, fresh] = places_.emplace(name, &place);
    if (!fresh)
      findings_.error(place, indexed(list_, name),
                      "this name is used already at line " + std::to_string(first->second->line));
  }

 private:
  const char* list_;
  FindingList& findings_;
  std::unordered_map<std::string_view, const Place*> places_;  // of objects that outlive it
};

struct AddressHash {
  size_t operator()(const IpAddress& ip) const noexcept { return mix(ip.high(), ip.low()); }
};

void check_binding(const Identity& identity, const std::string& object, FindingList& findings) {
  const auto error = [&](const char* sentence) {
    findings.error(identity.place, object + ".bind", sentence);
  };
  const Binding& bind = *identity.bind;
  if (identity.kind == IdentityKind::kUser)
    error("a user has no binding: bind the device the user works on");
  if (!name_ok(bind.gateway) || bind.gateway.size() > 63)
    error("'gateway' must name a gateway, at most 63 bytes");
  if (!name_ok(bind.port)) error("'port' must name a zone port of the gateway");
  if (bind.ip.is_zero()) error("'ip' is missing or 0.0.0.0");
  if (bind.ip.is_multicast()) error("'ip' is a multicast address");
  if (bind.ip == IpAddress::v4(0xffff'ffff)) error("'ip' is the broadcast address");
  if (bind.mac.is_zero())
    error("'mac' is missing: the gateway checks it, and delivers to it; write the asset's own");
  if (bind.mac.is_multicast()) error("'mac' is a multicast address: no device sends from it");
  if (bind.vlan != wire::kNoVlan && (bind.vlan == 0 || bind.vlan > 4094))
    error("'vlan' is not 1-4094");
}

void check_labels(const Identity& identity, const std::string& object, FindingList& findings) {
  static const std::set<std::string> kReserved = {"name", "not", "exists"};
  if (identity.labels.size() > kMaxLabels)
    findings.error(identity.place, object, "more than " + std::to_string(kMaxLabels) + " labels");
  for (const auto& [key, value] : identity.labels) {
    if (!name_ok(key))
      findings.error(identity.place, object + ".labels", "'" + key + "' is not a label name");
    if (kReserved.count(key) != 0)
      findings.error(identity.place, object + ".labels",
                     "'" + key + "' is a word of the selector language; choose another label");
    if (!label_value_ok(value))
      findings.error(identity.place, object + ".labels." + key,
                     "a label value has 1 to 128 printable ASCII characters");
  }
}

void check_identities(const Policy& policy, FindingList& findings) {
  Names names("identities", findings);
  std::unordered_map<IpAddress, const Identity*, AddressHash> by_ip;
  if (policy.identities.size() > kMaxIdentities)
    findings.error({}, "identities", "more than " + std::to_string(kMaxIdentities) + " identities");
  for (const auto& identity : policy.identities) {
    const std::string object = indexed("identities", identity.name);
    names.add(identity.name, identity.place);
    if (identity.kind == IdentityKind::kUnspecified)
      findings.error(identity.place, object, "'kind' is missing");
    check_labels(identity, object, findings);
    if (!identity.bind) {
      if (identity.kind == IdentityKind::kDevice)
        findings.warning(identity.place, object,
                         "has no 'bind': no packet can ever come from this device or reach it");
      continue;
    }
    check_binding(identity, object, findings);
    const auto [first, fresh] = by_ip.emplace(identity.bind->ip, &identity);
    if (!fresh)
      findings.error(
          identity.place, object + ".bind.ip",
          to_string(identity.bind->ip) + " is bound to '" + first->second->name + "' already");
  }
}

void check_window(const Relationship& r, const std::string& object, FindingList& findings) {
  if (r.from_wall_ns && r.until_wall_ns && *r.from_wall_ns >= *r.until_wall_ns)
    findings.error(r.place, object, "'until' is not after 'from': the window is empty");
  if (!r.is_grant || r.break_glass) return;
  if (!r.until_wall_ns) findings.error(r.place, object, "a grant must end: 'until' is missing");
  if (r.subject.empty())
    findings.error(r.place, object, "'subject' is missing: who is it granted to?");
}

void check_relationships(const Policy& policy, FindingList& findings) {
  Names names("relationships", findings);
  if (policy.relationships.size() > kMaxRelationships)
    findings.error({}, "relationships",
                   "more than " + std::to_string(kMaxRelationships) + " relationships");
  for (const auto& relationship : policy.relationships) {
    const std::string object = indexed(relationship.break_glass ? "break_glass"
                                       : relationship.is_grant  ? "grants"
                                                                : "relationships",
                                       relationship.name);
    names.add(relationship.name, relationship.place);
    check_window(relationship, object, findings);
    validate_when(relationship, object, findings);
    validate_break_glass(relationship, object, findings);
    validate_services(relationship, object, findings);
  }
}

void check_vetoes(const Policy& policy, FindingList& findings) {
  Names names("never", findings);
  if (policy.vetoes.size() > kMaxVetoes)
    findings.error({}, "never", "more than " + std::to_string(kMaxVetoes) + " vetoes");
  for (const auto& veto : policy.vetoes) {
    const std::string object = indexed("never", veto.name);
    names.add(veto.name, veto.place);
    for (const auto cls : veto.operations) {
      if (cls == wire::OperationClass::kUnspecified)
        findings.error(veto.place, object, "an operation class is missing");
    }
    if (veto.from.any && veto.to.any && veto.operations.empty())
      findings.warning(veto.place, object, "forbids everything to everyone: no packet will pass");
  }
}

void check_all(const Policy& policy, FindingList& findings) {
  check_identities(policy, findings);
  check_relationships(policy, findings);
  check_vetoes(policy, findings);
  validate_approvers(policy, findings);
  validate_selectors(policy, findings);
}

}  // namespace

bool name_ok(std::string_view name) noexcept {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kMaxNameBytes && letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return letter_or_digit(c) ||
                  std::string_view("._-/@:+").find(c) != std::string_view::npos;
         });
}

bool label_value_ok(std::string_view value) noexcept {
  return !value.empty() && value.size() <= kMaxNameBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

void validate_errors(const Policy& policy, std::vector<Finding>& out) {
  FindingList findings(out, FindingList::Keep::kErrors);
  check_all(policy, findings);
}

void validate(const Policy& policy, std::vector<Finding>& out) {
  FindingList findings(out);
  check_all(policy, findings);
  validate_signatures(policy, findings);
  if (!findings.has_errors()) lint(policy, findings);
}

}  // namespace bulkhead::policy
