// SPDX-License-Identifier: Apache-2.0
// Written to be read beside docs/policy.md, not to be fast: every rule is looked at, in the order
// of the names.
#include "policy/reference.h"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/obstacle.h"
#include "policy/opaque.h"
#include "policy/point_text.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using wire::Operation;
using wire::OperationClass;

const Identity* find_identity(const Policy& policy, const std::string& name) {
  if (name.empty()) return nullptr;
  for (const auto& identity : policy.identities) {
    if (identity.name == name) return &identity;
  }
  return nullptr;
}

bool holds(const SelectorTerm& term, const Identity& identity) {
  using Kind = SelectorTerm::Kind;
  const auto has = [&](const std::string& value) {
    return std::find(term.values.begin(), term.values.end(), value) != term.values.end();
  };
  if (term.kind == Kind::kName) return has(identity.name);
  const auto label = identity.labels.find(term.key);
  const bool exists = label != identity.labels.end();
  if (term.kind == Kind::kExists) return exists;
  if (term.kind == Kind::kIn) return exists && has(label->second);
  return !exists || !has(label->second);
}

// By name, so that "the first" does not depend on the order of the file.
template <typename T>
std::vector<const T*> joining(const std::vector<T>& items, const Identity& from,
                              const Identity& to) {
  std::vector<const T*> out;
  for (const auto& item : items) {
    if (matches(item.from, from) && matches(item.to, to)) out.push_back(&item);
  }
  std::sort(out.begin(), out.end(), [](const T* a, const T* b) { return a->name < b->name; });
  return out;
}

bool in_any(const std::vector<NumberRange>& ranges, uint64_t value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [value](const NumberRange& r) { return r.first <= value && value <= r.last; });
}

bool opens(const Service& service, uint8_t protocol, uint16_t port) {
  if (protocol == wire::ip_protocol::kIcmpv6) protocol = wire::ip_protocol::kIcmp;
  if (service.protocol != protocol) return false;
  return protocol == wire::ip_protocol::kIcmp || in_any(service.ports, port);
}

bool ended(const Relationship& relationship, int64_t wall_ns) {
  return relationship.until_wall_ns && wall_ns >= *relationship.until_wall_ns;
}

// --- operations against rules ---

bool contains_class(const Operation& operation, OperationClass cls) {
  const bool hidden = operation.clipped || operation.opaque;
  if (operation.cls == cls || (cls == OperationClass::kUnspecified && hidden)) return true;
  return std::any_of(operation.points.begin(), operation.points.end(),
                     [cls](const wire::PointRange& range) { return range.access == cls; });
}

bool applies(const OperationRule& rule, uint32_t code, uint32_t unit, OperationClass cls) {
  const auto& functions = rule.functions;
  return rule.cls == cls &&
         (functions.empty() || std::ranges::find(functions, code) != functions.end()) &&
         (rule.units.empty() || in_any(rule.units, unit));
}

bool applies(const OperationRule& rule, const Operation& operation, OperationClass cls) {
  return applies(rule, operation.code, operation.unit, cls);
}

// Is every point of [first, last] in one of the ranges? Walks up through them.
bool all_in(const std::vector<NumberRange>& ranges, uint64_t first, uint64_t last) {
  if (first > last) return false;
  uint64_t next = first;
  for (bool moved = true; moved && next <= last;) {
    moved = false;
    for (const auto& range : ranges) {
      if (range.first <= next && next <= range.last) {
        if (range.last == UINT64_MAX) return true;
        next = range.last + 1;
        moved = true;
      }
    }
  }
  return next > last;
}

bool is_named_so(const NamePattern& pattern, const wire::PointRange& range) {
  const wire::PointWord* word = wire::point_word_of(range.type);
  const std::string name = name_of(range);
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
  };
  const bool any_case = word != nullptr && word->any_case;
  const std::string is = any_case ? lower(name) : name;
  const std::string want = any_case ? lower(pattern.text) : pattern.text;
  const uint8_t shift = wire::facts_of(range.type).shift;
  // Names of another kind than text: GUID and opaque nodes of OPC UA.
  if (shift != 0 && (range.first & ((uint64_t{1} << shift) - 1)) != 0) return false;
  if (pattern.container && *pattern.container != range.first >> shift) return false;
  return pattern.prefix ? is.starts_with(want) : is == want;
}

bool values_fit(const NumberRange& bounds, const Operation& operation, size_t range) {
  uint64_t carried = 0;
  const auto& points = operation.points[range];
  for (const auto& view : operation.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i) {
      const uint64_t value = wire::value_key(operation.app, view, i);
      if (value < bounds.first || value > bounds.last) return false;
    }
    carried += wire::points_of(points.type, view);
  }
  return carried > points.last - points.first;
}

// Each register written has a last known value that is no further away than `most`.
bool steps_fit(uint32_t most, const Operation& operation, size_t range,
               const OperationMemory* memory) {
  const auto& points = operation.points[range];
  auto address = static_cast<uint32_t>(points.first);
  for (const auto& view : operation.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i, ++address) {
      const auto last = memory == nullptr
                            ? std::nullopt
                            : memory->last_value(static_cast<uint8_t>(operation.unit), address);
      if (!last || std::max(*last, view.at(i)) - std::min(*last, view.at(i)) > most) return false;
    }
  }
  return address > points.last;
}

// To open and keep a connection is part of whatever is allowed in it.
bool implied(OperationClass cls) {
  return cls == OperationClass::kSession;
}

bool only_implied(const Operation& operation) {
  return implied(operation.cls) &&
         std::all_of(operation.points.begin(), operation.points.end(),
                     [](const auto& range) { return implied(range.access); });
}

// How much of a rule is looked at.
enum class Level { kPoints, kValues, kSteps, kRates };

// An operation against what one relationship allows in one service.
struct Trial {
  const Relationship& relationship;
  const Service& service;
  const Operation& operation;
  const OperationMemory* memory;
};

bool limits_fit(const Trial& trial, const OperationRule& rule, size_t range, Level level) {
  if (level >= Level::kValues && rule.value && !values_fit(*rule.value, trial.operation, range))
    return false;
  if (level >= Level::kSteps && rule.max_step &&
      !steps_fit(*rule.max_step, trial.operation, range, trial.memory))
    return false;
  return true;
}

bool rate_fits(const Trial& trial, const std::optional<Rate>& rate, Level level) {
  return level < Level::kRates || !rate ||
         (trial.memory != nullptr && trial.memory->has_token(trial.relationship, *rate));
}

// Encrypted: TLS around the service's protocol, or that protocol itself.
bool opaque_fits(const Trial& trial, Level level) {
  const auto& terms = trial.service.opaque;
  const bool tls = trial.operation.app == wire::App::kTls;
  if (!terms || (!tls && trial.operation.app != trial.service.app)) return false;
  if (level >= Level::kValues && tls && !tls_fits(*terms, trial.operation)) return false;
  return rate_fits(trial, terms->rate, level);
}

// Does a rule open the operation in which this one lies?
bool envelope_fits(const Trial& trial, Level level) {
  const wire::Envelope envelope = wire::envelope_of(trial.operation.app);
  return std::ranges::any_of(trial.service.allow, [&](const OperationRule& rule) {
    return applies(rule, envelope.code, trial.operation.unit, envelope.cls) && rule.any_point() &&
           (level < Level::kValues || !rule.value) && rate_fits(trial, rule.rate, level);
  });
}

bool fits(const Trial& trial, Level level) {
  const auto& operation = trial.operation;
  const auto& allow = trial.service.allow;
  if (operation.opaque) return opaque_fits(trial, level);
  const bool opens_nothing = allow.empty() && !trial.service.opaque;
  if (contains_class(operation, OperationClass::kUnspecified) || opens_nothing) return false;
  if (wire::envelope_of(operation.app).app == trial.service.app) return envelope_fits(trial, level);
  if (trial.service.app != operation.app)  // what carries the service's protocol
    return only_implied(operation) &&
           wire::stack_of(operation.app) == wire::stack_of(trial.service.app);
  bool own_class_has_points = false;
  for (size_t i = 0; i < operation.points.size(); ++i) {
    const auto& range = operation.points[i];
    own_class_has_points |= range.access == operation.cls;
    const bool covered = implied(range.access) ||
                         std::any_of(allow.begin(), allow.end(), [&](const OperationRule& rule) {
                           return applies(rule, operation, range.access) &&
                                  points_fit(rule, range) && limits_fit(trial, rule, i, level) &&
                                  rate_fits(trial, rule.rate, level);
                         });
    if (!covered) return false;
  }
  if (own_class_has_points || implied(operation.cls)) return true;
  return std::any_of(allow.begin(), allow.end(), [&](const OperationRule& rule) {
    return applies(rule, operation, operation.cls) && rule.any_point() &&
           (level < Level::kValues || !rule.value) && rate_fits(trial, rule.rate, level);
  });
}

// --- decisions ---

Decision decide(Outcome outcome, Why why, const std::string& by = {}) {
  return {outcome, why, by, false};
}

// The veto that forbids this flow or operation; nullptr when none does.
const Veto* forbidding(const std::vector<const Veto*>& vetoes, const Operation* operation) {
  for (const Veto* veto : vetoes) {
    if (veto->operations.empty()) return veto;
  }
  if (operation == nullptr) return nullptr;
  for (const Veto* veto : vetoes) {
    for (const auto cls : veto->operations) {
      if (contains_class(*operation, cls) ||
          contains_class(*operation, OperationClass::kUnspecified))
        return veto;
    }
  }
  return nullptr;
}

bool only_reads(const Operation& operation) {
  return operation.cls == OperationClass::kRead && !operation.opaque &&
         std::all_of(operation.points.begin(), operation.points.end(),
                     [](const auto& range) { return range.access == OperationClass::kRead; });
}

// May this flow, or this operation in it, go on although the relationship has ended?
bool reads_on(const Relationship& relationship, const Service& service, Obstacle obstacle,
              const AccessRequest& request) {
  if (relationship.on_end != OnEnd::kReadOnly || service.app == wire::App::kNone ||
      !over(obstacle) || (obstacle == Obstacle::kExpired && !ended(relationship, request.wall_ns)))
    return false;
  return request.operation == nullptr ||
         (only_reads(*request.operation) &&
          fits({relationship, service, *request.operation, request.memory}, Level::kRates));
}

struct Opener {
  const Relationship* relationship = nullptr;
  const Service* service = nullptr;
  [[nodiscard]] bool enforces() const { return relationship->mode == Mode::kEnforce; }
};

Decision decide_flow(const std::vector<Opener>& openers) {
  for (const auto& opener : openers) {
    if (opener.enforces()) return decide(Outcome::kAllow, Why::kAllowed, opener.relationship->name);
  }
  return decide(Outcome::kMonitor, Why::kMonitored, openers.front().relationship->name);
}

// The first opener for which `test` holds, or nullptr.
template <typename Test>
const Opener* first(const std::vector<Opener>& openers, Test&& test) {
  const auto found = std::find_if(openers.begin(), openers.end(), test);
  return found == openers.end() ? nullptr : &*found;
}

Decision decide_operation(const std::vector<Opener>& openers, const AccessRequest& request) {
  const auto opaque = [](const Opener& o) { return o.service->app == wire::App::kNone; };
  const auto fitting = [&](const Opener& o, Level level) {
    return !opaque(o) &&
           fits({*o.relationship, *o.service, *request.operation, request.memory}, level);
  };
  const auto allowing = [&](const Opener& o) { return fitting(o, Level::kRates); };
  if (const auto* o = first(
          openers, [&](const Opener& x) { return x.enforces() && (opaque(x) || allowing(x)); }))
    return decide(Outcome::kAllow, Why::kAllowed, o->relationship->name);
  if (const auto* o = first(openers, allowing))
    return decide(Outcome::kAllow, Why::kAllowed, o->relationship->name);
  if (const auto* o = first(openers, [](const Opener& x) { return !x.enforces(); }))
    return decide(Outcome::kMonitor, Why::kMonitored, o->relationship->name);
  constexpr std::pair<Level, Why> kNearly[] = {{Level::kSteps, Why::kRateExceeded},
                                               {Level::kValues, Why::kValueStep},
                                               {Level::kPoints, Why::kValueOutOfRange}};
  const bool hidden = request.operation->opaque;
  for (auto [level, why] : kNearly) {
    if (hidden && why == Why::kValueOutOfRange) why = Why::kTlsTerms;
    if (const auto* o = first(openers, [&, l = level](const Opener& x) { return fitting(x, l); }))
      return decide(Outcome::kDeny, why, o->relationship->name);
  }
  return decide(Outcome::kDeny, hidden ? Why::kOpaqueSession : Why::kOperationDenied,
                openers.front().relationship->name);
}

}  // namespace

bool points_fit(const OperationRule& rule, const wire::PointRange& range) {
  if (rule.any_point()) return true;
  if (!range.name.empty()) {
    const auto patterns = rule.names.find(range.type);
    return patterns != rule.names.end() &&
           std::any_of(patterns->second.begin(), patterns->second.end(),
                       [&](const NamePattern& pattern) { return is_named_so(pattern, range); });
  }
  const auto ranges = rule.points.find(range.type);
  return ranges != rule.points.end() && all_in(ranges->second, wire::point_key(range, range.first),
                                               wire::point_key(range, range.last));
}

bool matches(const Selector& selector, const Identity& identity) {
  if (selector.terms.empty()) return selector.any;
  return std::all_of(selector.terms.begin(), selector.terms.end(),
                     [&](const SelectorTerm& term) { return holds(term, identity); });
}

Decision evaluate(const Policy& policy, const AccessRequest& request) {
  const Identity* from = find_identity(policy, request.source);
  const Identity* to = find_identity(policy, request.destination);
  if (from == nullptr) return decide(Outcome::kDeny, Why::kUnknownSource);
  if (to == nullptr) return decide(Outcome::kDeny, Why::kUnknownDestination);

  const auto relationships = joining(policy.relationships, *from, *to);
  if (relationships.empty()) return decide(Outcome::kDeny, Why::kNoRelationship);
  const auto vetoes = joining(policy.vetoes, *from, *to);
  if (const Veto* veto = forbidding(vetoes, request.operation))
    return decide(Outcome::kDeny, Why::kVetoed, veto->name);
  // No full veto is left, so the first of these is the first class veto.
  static const overlay::Overlay kNothing;
  const Moment now{*from,
                   *to,
                   request.overlay == nullptr ? kNothing : *request.overlay,
                   !vetoes.empty(),
                   request.wall_ns,
                   request.opened};

  std::vector<Opener> openers;
  std::map<Obstacle, std::string> closed;  // the first relationship that each keeps closed
  bool reading = false;
  for (const Relationship* relationship : relationships) {
    for (const Service& service : relationship->services) {
      if (!opens(service, request.protocol, request.port)) continue;
      const Obstacle obstacle = obstacle_of(*relationship, service, now);
      if (obstacle == Obstacle::kNone) {
        openers.push_back({relationship, &service});
        continue;
      }
      closed.emplace(obstacle, relationship->name);
      reading |= reads_on(*relationship, service, obstacle, request);
    }
  }
  if (openers.empty() && closed.empty()) return decide(Outcome::kDeny, Why::kNoRelationship);
  if (openers.empty()) {
    const auto& [nearest, relationship] = *closed.rbegin();
    Decision denied = decide(Outcome::kDeny, why(nearest),
                             nearest == Obstacle::kShadowed ? vetoes.front()->name : relationship);
    denied.reads_on = reading && over(nearest);
    return denied;
  }
  return request.operation == nullptr ? decide_flow(openers) : decide_operation(openers, request);
}

}  // namespace bulkhead::policy
