// SPDX-License-Identifier: Apache-2.0
#include "learn/proposal.h"

#include <algorithm>

#include "learn/permission.h"
#include "policy/describe.h"
#include "policy/point_text.h"
#include "policy/time_text.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::learn {
namespace {

using Names = std::set<std::string>;

// Those with whom the same things were done, by the same others.
struct Group {
  Names from;
  Names to;
  Permission permission;
  std::vector<const Observed*> seen;
};

std::vector<Group> pairs_of(const Evidence& evidence, bool values, LeftOut& left_out) {
  std::map<std::pair<std::string, std::string>, std::vector<const Observed*>> by_pair;
  for (const Observed& each : evidence.all())
    by_pair[{each.first.from, each.first.to}].push_back(&each);
  std::vector<Group> out;
  for (auto& [pair, seen] : by_pair) {
    Permission permission = permission_for(seen, values, left_out);
    if (permission.empty()) continue;
    // One relationship has a service of each protocol at most.
    while (permission.inspected.size() > 1) {
      Permission one;
      one.inspected.insert(permission.inspected.extract(std::prev(permission.inspected.end())));
      out.push_back({{pair.first}, {pair.second}, std::move(one), seen});
    }
    out.push_back({{pair.first}, {pair.second}, std::move(permission), std::move(seen)});
  }
  return out;
}

// Groups with the same permission and the same `fixed` side become one; the other sides are joined.
std::vector<Group> joined(std::vector<Group> groups, Names Group::*fixed, Names Group::*open) {
  std::map<std::pair<std::string, Names>, Group> by_key;
  for (Group& group : groups) {
    const auto [at, fresh] =
        by_key.try_emplace({group.permission.yaml(""), group.*fixed}, std::move(group));
    if (fresh) continue;
    (at->second.*open).merge(group.*open);
    auto& seen = at->second.seen;
    seen.insert(seen.end(), group.seen.begin(), group.seen.end());
  }
  std::vector<Group> out;
  for (auto& [key, group] : by_key) out.push_back(std::move(group));
  std::ranges::sort(out, {}, [](const Group& g) { return std::pair(g.from, g.to); });
  return out;
}

std::string list(const Names& names) {
  if (names.size() == 1) return '"' + *names.begin() + '"';
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "[\"" : ", \"") + name + '"';
  return out + "]";
}

// The pair's, if nobody else has it.
std::string name_of(const Group& group, size_t number, Names& taken) {
  constexpr size_t kMost = 100;  // policy::kMaxNameBytes is 128
  const std::string pair = "learned-" + *group.from.begin() + "-" + *group.to.begin();
  const bool single = group.from.size() == 1 && group.to.size() == 1;
  if (single && pair.size() <= kMost && taken.insert(pair).second) return pair;
  return "learned-" + std::to_string(number);
}

std::string times(const Seen& seen) {
  return std::to_string(seen.count) + (seen.count == 1 ? " time" : " times");
}

std::string what_of(const Interaction& what) {
  if (what.app == wire::App::kNone) return policy::describe_service(what.protocol, what.port);
  std::string out =
      "unit " + std::to_string(what.unit) + ' ' + policy::function_name(what.app, what.code);
  const wire::PointWord* word = wire::point_word_of(what.type);
  if (word == nullptr) return out;
  return out + ' ' + std::string(word->word) + ' ' +
         policy::point_text(*word, policy::NumberRange{what.first, what.last});
}

std::string line_of(const Interaction& what, const Seen& seen) {
  std::string out = times(seen) + " " + what_of(what);
  if (seen.values) {
    out += ", values " + policy::value_text(what.app, seen.values->first) + ".." +
           policy::value_text(what.app, seen.values->last);
    if (!seen.all_values) out += " and others";
  }
  return out + ", " + policy::time_text(seen.first_wall_ns) + " to " +
         policy::time_text(seen.last_wall_ns);
}

// The most frequent first, whoever did it; a page of them says enough.
std::string evidence_of(const Group& group, const std::string& indent) {
  constexpr size_t kLines = 12;
  std::map<Interaction, Seen> together;
  for (const Observed* each : group.seen) {
    Interaction what = each->first;
    what.from.clear();
    what.to.clear();
    merge(together[what], each->second);
  }
  std::vector<const Observed*> seen;
  for (const Observed& each : together) seen.push_back(&each);
  std::ranges::stable_sort(seen, std::greater{}, [](const Observed* o) { return o->second.count; });
  std::string out;
  for (size_t i = 0; i < std::min(seen.size(), kLines); ++i)
    out += indent + "# " + line_of(seen[i]->first, seen[i]->second) + '\n';
  if (seen.size() > kLines)
    out += indent + "# and " + std::to_string(seen.size() - kLines) + " other things\n";
  return out;
}

std::string head_of(const Evidence& evidence, const ProposalOptions& options) {
  uint64_t count = 0;
  for (const Observed& each : evidence.all()) count += each.second.count;
  std::string out =
      "# Proposed from what " + options.source +
      " saw that no rule allows: " + std::to_string(count) + " observations.\n" +
      "# Not in force. Strike what should not be, put the rest into the policy, then\n"
      "# `bulkhead rehearse`, `bulkhead diff` and `bulkhead apply --confirm` it.\n";
  if (evidence.left_out() != 0)
    out += "# INCOMPLETE: " + std::to_string(evidence.left_out()) +
           " observations had no room. Apply some of this, and look again.\n";
  if (evidence.incomplete() != 0)
    out += "# INCOMPLETE: of " + std::to_string(evidence.incomplete()) +
           " operations of several ranges not all was seen.\n";
  return out;
}

}  // namespace

Proposal propose(const Evidence& evidence, const ProposalOptions& options) {
  Proposal out;
  LeftOut left_out;
  std::vector<Group> groups = pairs_of(evidence, options.values, left_out);
  groups = joined(std::move(groups), &Group::from, &Group::to);
  groups = joined(std::move(groups), &Group::to, &Group::from);
  out.relationships = groups.size();
  out.left_out = left_out.nameless.size() + left_out.scans.size();
  out.yaml = head_of(evidence, options);
  for (const auto& [one, ports] : left_out.scans)
    out.yaml += "# NOT PROPOSED, it looks like a scan: " + one->first.from + " to " +
                one->first.to + ": " + std::to_string(ports) + " ports, like " +
                line_of(one->first, one->second) + '\n';
  for (const Observed* each : left_out.nameless)
    out.yaml += "# NOT PROPOSED, no rule can name it: " + each->first.from + " to " +
                each->first.to + ": " + line_of(each->first, each->second) + '\n';
  out.yaml += groups.empty() ? "relationships: []\n" : "relationships:\n";
  size_t number = 0;
  Names names;
  for (const Group& group : groups) {
    out.yaml +=
        "  - name: \"" + name_of(group, ++number, names) + "\"\n" + evidence_of(group, "    ");
    out.yaml += "    from: " + list(group.from) + "\n    to: " + list(group.to) + '\n';
    out.yaml += group.permission.yaml("    ");
  }
  return out;
}

}  // namespace bulkhead::learn
