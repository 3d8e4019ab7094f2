// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_selectors.h"

#include <algorithm>
#include <unordered_map>

#include "config/strict_yaml.h"
#include "policy/limits.h"
#include "policy/selector.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;
using Positions = std::vector<uint32_t>;

// Resolves each distinct selector once.
class Resolver {
 public:
  explicit Resolver(const std::vector<Identity>& identities) : index_(identities) {}

  const Positions& operator()(const Selector& selector) {
    const auto [place, fresh] = known_.try_emplace(canonical_text(selector));
    if (fresh) place->second = index_.resolve(selector);
    return place->second;
  }

 private:
  SelectorIndex index_;
  std::unordered_map<std::string, Positions> known_;
};

// A veto with its two sides as bitmaps over identities.
struct ResolvedVeto {
  const Veto* veto = nullptr;
  std::vector<bool> from;
  std::vector<bool> to;
};

std::vector<bool> bitmap(const Selector& selector, size_t size, Resolver& resolve) {
  std::vector<bool> out(size, selector.any);
  if (selector.any) return out;
  for (const uint32_t i : resolve(selector)) out[i] = true;
  return out;
}

bool covers(const std::vector<bool>& side, const Positions& members) {
  return std::all_of(members.begin(), members.end(), [&](uint32_t i) { return side[i]; });
}

class Checker {
 public:
  Checker(const Policy& policy, FindingList& findings)
      : policy_(policy), findings_(findings), resolve_(policy.identities) {}

  void run() {
    for (const auto& veto : policy_.vetoes) {
      const std::string object = "never[" + veto.name + ']';
      check(veto.from, object + ".from", true);
      check(veto.to, object + ".to", true);
      const size_t size = policy_.identities.size();
      vetoes_.push_back(
          {&veto, bitmap(veto.from, size, resolve_), bitmap(veto.to, size, resolve_)});
    }
    for (const auto& r : policy_.relationships) {
      const std::string object = (r.is_grant ? "grants[" : "relationships[") + r.name + ']';
      const bool from = check(r.from, object + (r.is_grant ? ".on" : ".from"), false);
      const bool to = check(r.to, object + ".to", false);
      if (from && to) check_shadowed(r, object);
    }
  }

 private:
  // True when the selector is well formed and matches something.
  bool check(const Selector& selector, const std::string& object, bool any_allowed) {
    if (selector.any && any_allowed && selector.terms.empty()) return true;
    if (!well_formed(selector, object)) return false;
    if (!resolve_(selector).empty()) return true;
    findings_.warning(selector.place, object, "matches no identity" + hint(selector));
    return false;
  }

  bool well_formed(const Selector& selector, const std::string& object) {
    const auto refuse = [&](const char* sentence) {
      findings_.error(selector.place, object, sentence);
      return false;
    };
    if (selector.any) return refuse("must say whom it means: everyone is possible only in a veto");
    if (selector.terms.empty())
      return refuse("is empty and would match nothing: give a name or labels");
    if (selector.terms.size() > kMaxTerms) return refuse("has more than 32 terms");
    for (const auto& term : selector.terms) {
      if (term.kind != Kind::kName && !name_ok(term.key))
        return refuse("has a term without a label name");
      if (term.kind != Kind::kExists && term.values.empty())
        return refuse("has a term without values");
    }
    return true;
  }

  [[nodiscard]] std::string hint(const Selector& selector) const {
    if (policy_.identities.size() > 10'000) return {};
    std::vector<std::string> names;
    for (const auto& identity : policy_.identities) names.push_back(identity.name);
    for (const auto& term : selector.terms) {
      if (term.kind != Kind::kName) continue;
      for (const auto& value : term.values) {
        const auto meant = config::nearest_word(value, names);
        if (!meant.empty() && meant != value) return "; did you mean '" + meant + "'?";
      }
    }
    return {};
  }

  void check_shadowed(const Relationship& r, const std::string& object) {
    const Positions& from = resolve_(r.from);
    const Positions& to = resolve_(r.to);
    const bool opaque = std::any_of(r.services.begin(), r.services.end(), [](const Service& s) {
      return s.app == wire::App::kNone && s.protocol != wire::ip_protocol::kIcmp;
    });
    for (const auto& [veto, veto_from, veto_to] : vetoes_) {
      const bool full = veto->operations.empty();
      if ((!full && !opaque) || !covers(veto_from, from) || !covers(veto_to, to)) continue;
      findings_.warning(r.place, object,
                        full ? "never matches: veto '" + veto->name + "' forbids all of it"
                             : "its tcp and udp services never match: veto '" + veto->name +
                                   "' forbids operations that they could carry unseen");
      return;
    }
  }

  const Policy& policy_;
  FindingList& findings_;
  Resolver resolve_;
  std::vector<ResolvedVeto> vetoes_;
};

}  // namespace

void validate_selectors(const Policy& policy, FindingList& findings) {
  Checker(policy, findings).run();
}

}  // namespace bulkhead::policy
