// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_signatures.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "match/signature_set.h"
#include "policy/limits.h"

namespace bulkhead::policy {
namespace {

std::string object_of(const SignatureSet& set) {
  return "signatures[" + set.name + ']';
}

void check_sets(const Policy& policy, std::set<std::string>& names, FindingList& findings) {
  for (const SignatureSet& set : policy.signatures) {
    if (!name_ok(set.name))
      findings.error(set.place, object_of(set), "'" + set.name + "' is not a name");
    if (!names.insert(set.name).second)
      findings.error(set.place, object_of(set), "the name is there twice");
    // Alone, so that what is wrong is told of the set that it is in.
    const std::vector<const std::vector<match::Signature>*> alone = {&set.signatures};
    if (const auto compiled = match::compile_signatures(alone); !compiled)
      findings.error(set.place, object_of(set) + ".rules", compiled.error().sentence);
  }
  if (policy.signatures.size() > match::kMaxSignatureSets)
    findings.error({}, "signatures",
                   "more than " + std::to_string(match::kMaxSignatureSets) + " sets");
}

std::set<std::string> sets_over_operations(const Policy& policy) {
  std::set<std::string> out;
  for (const SignatureSet& set : policy.signatures)
    for (const match::Signature& signature : set.signatures)
      if (signature.operation) out.insert(set.name);
  return out;
}

bool is_inspected(const Relationship& relationship) {
  return std::ranges::any_of(relationship.services, [](const Service& service) {
    return service.app != wire::App::kNone;
  });
}

}  // namespace

void validate_signatures(const Policy& policy, FindingList& findings) {
  std::set<std::string> names, used;
  check_sets(policy, names, findings);
  const std::set<std::string> over_operations = sets_over_operations(policy);
  for (const Relationship& relationship : policy.relationships) {
    for (const std::string& name : relationship.signatures) {
      used.insert(name);
      if (!names.contains(name))
        findings.error(relationship.place, "relationships[" + relationship.name + "].signatures",
                       "there are no signatures named '" + name + "'");
      if (over_operations.contains(name) && !is_inspected(relationship))
        findings.warning(relationship.place, "relationships[" + relationship.name + "].signatures",
                         "'" + name +
                             "' has signatures over operations, and no service here is inspected: "
                             "they look at nothing that it opens");
    }
  }
  for (const SignatureSet& set : policy.signatures)
    if (!set.for_whom && !used.contains(set.name))
      findings.warning(set.place, object_of(set),
                       "no relationship names it, and it is `for` nobody: it looks at nothing");
}

}  // namespace bulkhead::policy
