// SPDX-License-Identifier: Apache-2.0
#include "policy/diff_classes.h"

#include <algorithm>
#include <set>

#include "policy/selector.h"

namespace bulkhead::policy {
namespace {

void append(std::string& out, const std::string& text) {
  out += std::to_string(text.size()) + ':' + text;  // lengths: no text can imitate a separator
}

std::string term_text(const SelectorTerm& term) {
  const std::set<std::string> values(term.values.begin(), term.values.end());
  std::string out(1, static_cast<char>('0' + static_cast<int>(term.kind)));
  append(out, term.kind == SelectorTerm::Kind::kName ? std::string() : term.key);
  for (const auto& value : values) append(out, value);
  return out;
}

// Equal texts select equally: terms and values sorted, doubles dropped.
std::string canonical_text(const Selector& selector) {
  if (selector.terms.empty()) return selector.any ? "any" : "none";
  std::set<std::string> terms;
  for (const auto& term : selector.terms) terms.insert(term_text(term));
  std::string out;
  for (const auto& term : terms) append(out, term);
  return out;
}

}  // namespace

void JointClasses::mark(int policy, const Policy& of, Marks& marks, uint32_t& next) {
  SelectorTable table;
  for (uint32_t i = 0; i < of.identities.size(); ++i) table.add_identity(i, of.identities[i]);
  const uint32_t here = next++;  // being in this policy is a mark too
  for (const Identity& identity : of.identities) marks[identity.name].push_back(here);
  const auto visit = [&](const Selector& selector) {
    auto [place, fresh] = matching_[policy].try_emplace(canonical_text(selector));
    if (!fresh) return;
    place->second = {next};
    for (uint32_t i = 0; selector.any && i < of.identities.size(); ++i)
      marks[of.identities[i].name].push_back(next);
    if (!selector.any)
      for (const uint32_t i : table.members(table.acquire(selector)))
        marks[of.identities[i].name].push_back(next);
    ++next;
  };
  for (const Relationship& relationship : of.relationships) {
    visit(relationship.from);
    visit(relationship.to);
  }
  for (const Veto& veto : of.vetoes) {
    visit(veto.from);
    visit(veto.to);
  }
}

JointClasses::JointClasses(const Policy& before, const Policy& after) {
  Marks marks;
  uint32_t count = 0;
  mark(0, before, marks, count);
  mark(1, after, marks, count);
  std::map<std::vector<uint32_t>, uint32_t> numbers;
  for (const auto& [name, seen] : marks) {
    const auto place = numbers.try_emplace(seen, static_cast<uint32_t>(numbers.size())).first;
    if (place->second == members_.size()) members_.emplace_back();
    members_[place->second].push_back(name);
  }
  std::vector<std::vector<uint32_t>> classes_of(count);  // by mark
  for (const auto& [seen, number] : numbers)
    for (const uint32_t one : seen) classes_of[one].push_back(number);
  for (auto& classes : classes_of) std::sort(classes.begin(), classes.end());
  for (auto& policy : matching_)
    for (auto& [text, classes] : policy) classes = classes_of[classes.front()];
}

const std::vector<uint32_t>& JointClasses::matching(int policy, const Selector& selector) const {
  return matching_[policy].at(canonical_text(selector));
}

}  // namespace bulkhead::policy
