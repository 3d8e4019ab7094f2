// SPDX-License-Identifier: Apache-2.0
// What a relationship asks for beside who, what and the window: when it holds, how often, and how
// it ends. The lines of a diff take all of it as met; here is what is different in it.
#include <map>

#include "policy/describe.h"
#include "policy/diff.h"
#include "policy/opaque.h"
#include "policy/selector_text.h"

namespace bulkhead::policy {
namespace {

void append(std::string& out, const std::string& text) {
  out += (out.empty() ? "" : "; ") + text;
}

std::string text_of(const Rate& rate) {
  return "rate " + std::to_string(rate.count) + " in " + std::to_string(rate.seconds) +
         " s, burst " + std::to_string(rate.burst);
}

std::string text_of(const OpaqueTerms& terms) {
  const std::string out = "opaque, " + describe(terms);
  return terms.rate ? out + ", " + text_of(*terms.rate) : out;
}

std::string text_of(const OperationRule& rule) {
  std::string out;
  if (rule.rate) append(out, text_of(*rule.rate));
  if (rule.max_step) append(out, "max_step " + std::to_string(*rule.max_step));
  return out;
}

std::string text_of(const BreakGlass& terms) {
  std::string out =
      "break-glass, for " + std::to_string(terms.longest_s) + " s at most, any two of";
  for (const Approver& approver : terms.approvers) out += ' ' + approver.name;
  return out;
}

std::string text_of(const Relationship& relationship) {
  std::string out;
  if (relationship.break_glass) append(out, text_of(*relationship.break_glass));
  for (const Schedule& schedule : relationship.schedules) append(out, "schedule " + schedule.text);
  for (const std::string& attribute : relationship.posture) append(out, "posture " + attribute);
  for (const std::string& set : relationship.signatures) append(out, "signatures " + set);
  for (const Service& service : relationship.services)
    if (service.protocols != 0) append(out, describe(service));
  for (const Service& service : relationship.services)
    if (service.opaque)
      append(out, std::string(to_string(service.app)) + ' ' + text_of(*service.opaque));
  for (const Service& service : relationship.services)
    for (size_t i = 0; i < service.allow.size(); ++i)
      if (const std::string limits = text_of(service.allow[i]); !limits.empty())
        append(out, "allow[" + std::to_string(i) + "] " + limits);
  if (relationship.on_end == OnEnd::kDrain) append(out, "on_end drain");
  if (relationship.on_end == OnEnd::kReadOnly) append(out, "on_end read_only");
  return out.empty() ? "none" : out;
}

// Whom a set looks at beside the relationships that name it.
std::string whom(const SignatureSet* set) {
  return set != nullptr && set->for_whom ? to_string(*set->for_whom) : "nobody";
}

void changed_set(const SignatureSet* was, const SignatureSet* is,
                 std::vector<ConditionChange>& out) {
  const std::string& name = (was == nullptr ? is : was)->name;
  if (was != nullptr && is != nullptr && was->signatures != is->signatures)
    out.push_back({name, "its signatures were changed: there were " +
                             std::to_string(was->signatures.size()) + ", there are " +
                             std::to_string(is->signatures.size())});
  if (whom(was) != whom(is))
    out.push_back({name, "its signatures were for " + whom(was) + "; they are for " + whom(is)});
}

void changed_sets(const Policy& before, const Policy& after, std::vector<ConditionChange>& out) {
  std::map<std::string, std::pair<const SignatureSet*, const SignatureSet*>> sets;
  for (const SignatureSet& set : before.signatures) sets[set.name].first = &set;
  for (const SignatureSet& set : after.signatures) sets[set.name].second = &set;
  for (const auto& [name, pair] : sets) changed_set(pair.first, pair.second, out);
}

}  // namespace

std::vector<ConditionChange> condition_changes(const Policy& before, const Policy& after) {
  std::map<std::string, std::pair<std::string, std::string>> texts;
  for (const Relationship& r : before.relationships) texts[r.name] = {text_of(r), "none"};
  for (const Relationship& r : after.relationships) {
    auto& [was, is] = texts[r.name];
    if (was.empty()) was = "none";
    is = text_of(r);
  }
  std::vector<ConditionChange> out;
  for (const auto& [name, change] : texts) {
    const auto& [was, is] = change;
    if (was != is) out.push_back({name, "its conditions were: " + was + "; they are: " + is});
  }
  changed_sets(before, after, out);
  return out;
}

}  // namespace bulkhead::policy
