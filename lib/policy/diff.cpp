// SPDX-License-Identifier: Apache-2.0
// Looks only at pairs of classes that a rule joins which is not the same in both policies; all of
// such a pair is then held against all of it, so that what other rules allow anyway is no gain.
#include "policy/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "policy/diff_classes.h"

namespace bulkhead::policy {
namespace {

using Classes = std::vector<uint32_t>;
using Pair = std::pair<uint32_t, uint32_t>;

// --- what a rule says, as a text: equal texts allow and forbid the same ---

std::string text_of(const std::vector<NumberRange>& ranges) {
  std::string out = "[";
  for (const NumberRange& range : merged(ranges))
    out += std::to_string(range.first) + '-' + std::to_string(range.last) + ',';
  return out + ']';
}

std::string text_of(std::set<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) out += part + ';';
  return out;
}

std::string text_of(const OperationRule& rule) {
  std::string out = std::to_string(static_cast<int>(rule.cls)) + 'f';
  for (const uint32_t code : std::set<uint32_t>(rule.functions.begin(), rule.functions.end()))
    out += std::to_string(code) + ',';
  out += 'u' + text_of(rule.units);
  for (const auto& [type, ranges] : rule.points)
    out += 'p' + std::to_string(static_cast<int>(type)) + text_of(ranges);
  for (const auto& [type, names] : rule.names) {
    out += 'n' + std::to_string(static_cast<int>(type));
    for (const NamePattern& name : std::set<NamePattern>(names.begin(), names.end()))
      out += (name.container ? std::to_string(*name.container) : "") + (name.prefix ? '*' : '=') +
             std::to_string(name.text.size()) + ':' + name.text;
  }
  if (rule.value) out += 'v' + text_of(std::vector<NumberRange>{*rule.value});
  return out;
}

std::string text_of(const Service& service) {
  std::set<std::string> rules;
  for (const OperationRule& rule : service.allow) rules.insert(text_of(rule));
  return std::to_string(service.protocol) + 'a' + std::to_string(static_cast<int>(service.app)) +
         text_of(service.ports) + text_of(std::move(rules));
}

std::string text_of(const Relationship& relationship) {
  std::set<std::string> services;
  for (const Service& service : relationship.services) services.insert(text_of(service));
  const auto time = [](const std::optional<int64_t>& at) {
    return at ? std::to_string(*at) : std::string("-");
  };
  return "r" + std::to_string(static_cast<int>(relationship.mode)) + '|' +
         time(relationship.from_wall_ns) + '|' + time(relationship.until_wall_ns) + '|' +
         text_of(std::move(services));
}

std::string text_of(const Veto& veto) {
  std::string out = "v";
  for (const auto cls : std::set(veto.operations.begin(), veto.operations.end()))
    out += std::to_string(static_cast<int>(cls)) + ',';
  return out;
}

// --- rules over joint classes ---

struct Rule {
  uint32_t content = 0;  // number of its text
  const Classes* from = nullptr;
  const Classes* to = nullptr;
  const Relationship* relationship = nullptr;  // one of both
  const Veto* veto = nullptr;

  auto key() const { return std::tie(content, *from, *to); }
};

class Comparison {
 public:
  Comparison(const Policy& before, const Policy& after) : classes_(before, after) {
    take(0, before);
    take(1, after);
  }

  Result<std::vector<Pair>> touched() const;
  Diff groups(const std::vector<Pair>& pairs) const;

 private:
  void take(int policy, const Policy& of);
  template <typename Object>
  void add(int policy, const Object& object);
  std::vector<const Rule*> joining(int policy, const Pair& pair) const;

  JointClasses classes_;
  std::unordered_map<std::string, uint32_t> contents_;
  std::vector<Rule> rules_[2];
  std::vector<std::vector<uint32_t>> by_from_[2];  // rules of each source class
};

template <typename Object>
void Comparison::add(int policy, const Object& object) {
  Rule rule;
  const auto number = static_cast<uint32_t>(contents_.size());
  rule.content = contents_.try_emplace(text_of(object), number).first->second;
  rule.from = &classes_.matching(policy, object.from);
  rule.to = &classes_.matching(policy, object.to);
  if constexpr (std::is_same_v<Object, Veto>)
    rule.veto = &object;
  else
    rule.relationship = &object;
  for (const uint32_t cls : *rule.from)
    by_from_[policy][cls].push_back(static_cast<uint32_t>(rules_[policy].size()));
  rules_[policy].push_back(rule);
}

void Comparison::take(int policy, const Policy& of) {
  by_from_[policy].resize(classes_.members().size());
  for (const Relationship& relationship : of.relationships) add(policy, relationship);
  for (const Veto& veto : of.vetoes) add(policy, veto);
}

Result<std::vector<Pair>> Comparison::touched() const {
  const auto less = [](const Rule* a, const Rule* b) { return a->key() < b->key(); };
  std::set<const Rule*, decltype(less)> seen[2] = {std::set<const Rule*, decltype(less)>(less),
                                                   std::set<const Rule*, decltype(less)>(less)};
  for (const int policy : {0, 1})
    for (const Rule& rule : rules_[policy]) seen[policy].insert(&rule);
  std::vector<Pair> pairs;
  for (const int policy : {0, 1}) {
    for (const Rule* rule : seen[policy]) {
      if (seen[1 - policy].contains(rule)) continue;
      if (rule->from->size() * rule->to->size() > kMaxDiffPairs - pairs.size())
        return Error{ErrorCode::kExhausted,
                     "the policies differ between more than " + std::to_string(kMaxDiffPairs) +
                         " pairs of classes of identities: compare smaller steps"};
      for (const uint32_t from : *rule->from)
        for (const uint32_t to : *rule->to) pairs.emplace_back(from, to);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::vector<const Rule*> Comparison::joining(int policy, const Pair& pair) const {
  std::vector<const Rule*> out;
  for (const uint32_t i : by_from_[policy][pair.first]) {
    const Rule& rule = rules_[policy][i];
    if (std::binary_search(rule.to->begin(), rule.to->end(), pair.second)) out.push_back(&rule);
  }
  std::sort(out.begin(), out.end(),
            [](const Rule* a, const Rule* b) { return a->content < b->content; });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const Rule* a, const Rule* b) { return a->content == b->content; }),
            out.end());
  return out;
}

Side side_of(const std::vector<const Rule*>& rules) {
  std::vector<const Relationship*> relationships;
  std::vector<const Veto*> vetoes;
  for (const Rule* rule : rules) {
    if (rule->veto != nullptr) vetoes.push_back(rule->veto);
    if (rule->relationship != nullptr) relationships.push_back(rule->relationship);
  }
  return make_side(relationships, vetoes);
}

std::vector<uint32_t> contents_of(const std::vector<const Rule*>& rules) {
  std::vector<uint32_t> out;
  for (const Rule* rule : rules) out.push_back(rule->content);
  return out;
}

// The pairs as few products of classes: sources with the same destinations go together.
void add_products(const DiffGroup& group, const std::vector<Pair>& pairs,
                  std::vector<DiffGroup>& out) {
  std::map<uint32_t, Classes> of_source;
  for (const Pair& pair : pairs) of_source[pair.first].push_back(pair.second);
  std::map<Classes, Classes> products;
  for (const auto& [from, to] : of_source) products[to].push_back(from);
  for (const auto& [to, from] : products) {
    out.push_back(group);
    out.back().from = from;
    out.back().to = to;
  }
}

Diff Comparison::groups(const std::vector<Pair>& pairs) const {
  using Key = std::pair<std::vector<uint32_t>, std::vector<uint32_t>>;
  std::map<Key, std::vector<Pair>> same;
  for (const Pair& pair : pairs) {
    Key key{contents_of(joining(0, pair)), contents_of(joining(1, pair))};
    if (key.first != key.second) same[std::move(key)].push_back(pair);
  }
  Diff out;
  out.members = classes_.members();
  for (const auto& [key, members] : same) {
    DiffGroup group;
    group.before = side_of(joining(0, members.front()));
    group.after = side_of(joining(1, members.front()));
    group.gained = lines_of(group.before, group.after);
    group.lost = lines_of(group.after, group.before);
    if (group.gained.empty() && group.lost.empty()) continue;
    add_products(group, members, out.groups);
  }
  return out;
}

}  // namespace

Result<Diff> diff(const Policy& before, const Policy& after) {
  const Comparison comparison(before, after);
  auto pairs = comparison.touched();
  if (!pairs) return std::move(pairs).error();
  Diff out = comparison.groups(*pairs);
  out.identities = identity_changes(before, after);
  out.conditions = condition_changes(before, after);
  return out;
}

}  // namespace bulkhead::policy
