// SPDX-License-Identifier: Apache-2.0
// What a veto forbids altogether: relationships, their opaque services, and operation rules.
#include <algorithm>

#include "policy/lint.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::policy {
namespace {

using Slots = Resolved::Slots;

// Vetoes by identity, so that only those are looked at that concern one member of each side. With
// more memberships than this some vetoes are left out, and so are warnings.
constexpr size_t kMostMemberships = 8u << 20;

class VetoesByIdentity {
 public:
  VetoesByIdentity(const Resolved& resolved, bool from)
      : by_slot_(resolved.policy.identities.size()) {
    size_t sum = 0;
    for (uint32_t i = 0; i < resolved.policy.vetoes.size(); ++i) {
      const Veto& veto = resolved.policy.vetoes[i];
      if ((from ? veto.from : veto.to).any) {
        anyone_.push_back(i);
        continue;
      }
      const Slots& members = from ? resolved.from(veto) : resolved.to(veto);
      if (sum + members.size() > kMostMemberships) continue;
      sum += members.size();
      for (const uint32_t slot : members) by_slot_[slot].push_back(i);
    }
  }

  // Ascending.
  [[nodiscard]] Slots concerning(uint32_t slot) const {
    Slots out;
    std::merge(anyone_.begin(), anyone_.end(), by_slot_[slot].begin(), by_slot_[slot].end(),
               std::back_inserter(out));
    return out;
  }

 private:
  std::vector<Slots> by_slot_;
  Slots anyone_;
};

class Shadows {
 public:
  Shadows(const Resolved& resolved, FindingList& findings)
      : resolved_(resolved), findings_(findings), from_(resolved, true), to_(resolved, false) {}

  void run() {
    if (resolved_.policy.vetoes.empty()) return;
    for (const auto& r : resolved_.policy.relationships) {
      if (findings_.warned_enough()) return;
      if (!resolved_.from(r).empty() && !resolved_.to(r).empty()) check(r);
    }
  }

 private:
  // The vetoes that concern every pair the relationship joins.
  [[nodiscard]] std::vector<const Veto*> covering(const Relationship& r) const {
    const Slots& from = resolved_.from(r);
    const Slots& to = resolved_.to(r);
    const Slots a = from_.concerning(from.front()), b = to_.concerning(to.front());
    Slots both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    std::vector<const Veto*> out;
    for (const uint32_t i : both) {
      const Veto& veto = resolved_.policy.vetoes[i];
      if (covers(veto.from, resolved_.from(veto), from) && covers(veto.to, resolved_.to(veto), to))
        out.push_back(&veto);
    }
    return out;
  }

  static bool covers(const Selector& selector, const Slots& side, const Slots& members) {
    return selector.any || std::includes(side.begin(), side.end(), members.begin(), members.end());
  }

  void check(const Relationship& r) {
    const auto vetoes = covering(r);
    if (vetoes.empty()) return;
    const auto full = std::find_if(vetoes.begin(), vetoes.end(),
                                   [](const Veto* veto) { return veto->operations.empty(); });
    if (full != vetoes.end())
      return findings_.warning(r.place, object_of(r),
                               "never matches: veto '" + (*full)->name +
                                   "' forbids all of it; remove it, or narrow the veto");
    const bool opaque = std::any_of(r.services.begin(), r.services.end(), [](const Service& s) {
      return s.app == wire::App::kNone && s.protocol != wire::ip_protocol::kIcmp;
    });
    if (opaque)
      findings_.warning(r.place, object_of(r),
                        "its tcp and udp services never match: veto '" + vetoes.front()->name +
                            "' forbids operations that they could carry unseen; remove them, or "
                            "narrow the veto");
    for (const auto& service : r.services) {
      if (service.opaque)
        findings_.warning(r.place, object_of(r) + '.' + std::string(to_string(service.app)),
                          "opaque never matches: veto '" + vetoes.front()->name +
                              "' forbids operations that could be inside; remove it, or narrow "
                              "the veto");
      check_rules(r, service, vetoes);
    }
  }

  void check_rules(const Relationship& r, const Service& service,
                   const std::vector<const Veto*>& vetoes) {
    for (size_t i = 0; i < service.allow.size(); ++i) {
      const auto& rule = service.allow[i];
      const auto forbids = [&](const Veto* veto) {
        return std::find(veto->operations.begin(), veto->operations.end(), rule.cls) !=
               veto->operations.end();
      };
      const auto veto = std::find_if(vetoes.begin(), vetoes.end(), forbids);
      if (veto == vetoes.end()) continue;
      findings_.warning(rule.place, rule_object(r, service, i),
                        "never matches: veto '" + (*veto)->name + "' forbids " +
                            std::string(to_string(rule.cls)) +
                            " here; remove the rule, or narrow the veto");
    }
  }

  const Resolved& resolved_;
  FindingList& findings_;
  VetoesByIdentity from_, to_;
};

}  // namespace

void warn_shadowed(const Resolved& resolved, FindingList& findings) {
  Shadows(resolved, findings).run();
}

}  // namespace bulkhead::policy
