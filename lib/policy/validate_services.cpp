// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_services.h"

#include <algorithm>

#include "policy/limits.h"
#include "policy/opaque.h"
#include "wire/apps/modbus.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using wire::OperationClass;
using wire::PointType;

// One service and where to report about it.
struct Scope {
  const Place& place;
  std::string object;
  FindingList& findings;

  void error(std::string sentence) const { findings.error(place, object, std::move(sentence)); }
  void warning(std::string sentence) const { findings.warning(place, object, std::move(sentence)); }
};

void check_ranges(const std::vector<NumberRange>& ranges, const char* what, uint64_t min,
                  uint64_t max, const Scope& scope) {
  if (ranges.size() > kMaxRanges)
    scope.error(std::string("more than ") + std::to_string(kMaxRanges) + ' ' + what + " ranges");
  for (const auto& range : ranges) {
    const std::string text = std::to_string(range.first) + '-' + std::to_string(range.last);
    if (range.first > range.last)
      scope.error(std::string(what) + " range " + text + " ends before it begins");
    if (range.first < min || range.last > max)
      scope.error(std::string(what) + " range " + text + " is outside of " + std::to_string(min) +
                  '-' + std::to_string(max));
  }
}

bool carries_values(OperationClass cls) {
  return cls == OperationClass::kWrite || cls == OperationClass::kControl;
}

bool read_only(PointType type) {
  return type == PointType::kDiscrete || type == PointType::kInput;
}

// Does the function contain the class, by itself or by one of its point ranges?
bool contains_class(wire::App app, const wire::FunctionFact& fact, OperationClass cls) {
  if (app != wire::App::kModbus) return true;  // tables of others name the class of the whole only
  const auto* row = wire::modbus::function_of(fact.code);
  return row->cls == cls ||
         std::any_of(row->points.begin(), row->points.end(), [cls](const auto& range) {
           return range.type != PointType::kNone && range.access == cls;
         });
}

void warn_functions(const wire::Vocabulary& vocabulary, const OperationRule& rule,
                    const Scope& scope) {
  const auto fits = [&](const auto& fact) {
    return contains_class(vocabulary.app, fact, rule.cls);
  };
  if (std::none_of(vocabulary.functions.begin(), vocabulary.functions.end(), fits))
    scope.warning("never matches: no " + std::string(vocabulary.title) + " operation is of class " +
                  std::string(to_string(rule.cls)));
  for (const uint32_t code : rule.functions) {
    const auto* fact = wire::function_of(vocabulary.app, code);
    if (fact != nullptr && !fits(*fact))
      scope.warning("never matches: " + std::string(fact->name) + " is of class " +
                    std::string(to_string(fact->cls)) + ", this rule of class " +
                    std::string(to_string(rule.cls)));
  }
}

// What is known of Modbus alone.
void warn_modbus(const OperationRule& rule, const Scope& scope) {
  const std::string cls(to_string(rule.cls));
  for (const auto& [type, ranges] : rule.points) {
    if (rule.cls == OperationClass::kWrite && read_only(type))
      scope.warning("never matches: " + std::string(to_string(type)) +
                    " points cannot be written in Modbus");
  }
  const bool points_class = rule.cls == OperationClass::kRead || rule.cls == OperationClass::kWrite;
  if (!rule.any_point() && !points_class)
    scope.warning("never matches: Modbus operations of class " + cls + " name no points");
}

// Rules that no operation can ever fit: the operator meant something else.
void warn_never_matching(const wire::Vocabulary& vocabulary, const OperationRule& rule,
                         const Scope& scope) {
  warn_functions(vocabulary, rule, scope);
  if (rule.value && !carries_values(rule.cls))
    scope.warning("never matches: a " + std::string(to_string(rule.cls)) +
                  " carries no value, so 'value' cannot hold");
  if (vocabulary.app == wire::App::kModbus) warn_modbus(rule, scope);
}

void check_rate(const Rate& rate, const Scope& scope) {
  if (rate.count == 0 || rate.count > kMaxRateCount)
    scope.error("a rate allows 1 to " + std::to_string(kMaxRateCount) + " operations");
  if (rate.burst == 0 || rate.burst > kMaxRateBurst)
    scope.error("a rate's burst is 1 to " + std::to_string(kMaxRateBurst));
  if (rate.seconds != 1 && rate.seconds != 60 && rate.seconds != 3600)
    scope.error("a rate is per s, min or h");
}

// Values are remembered for the points of these rules, so they must be few, and have steps.
void check_step(const OperationRule& rule, const Scope& scope) {
  if (*rule.max_step == 0 || *rule.max_step > 65535) scope.error("max_step is 1 to 65535");
  if (rule.cls != OperationClass::kWrite)
    scope.error("max_step limits writes, and this rule is of class " +
                std::string(to_string(rule.cls)));
  if (rule.points.size() != 1 || !rule.points.contains(PointType::kHolding))
    scope.error(
        "max_step is for holding registers: the rule must name them, and nothing else, "
        "like holding: [\"100-119\"]");
}

// The largest point that the protocol has of a type.
uint64_t last_point(const wire::PointWord& word) {
  const uint64_t within = word.last * word.scale + (word.scale - 1);
  return word.shift == 0 ? within
                         : word.last_container << word.shift | ((uint64_t{1} << word.shift) - 1);
}

void check_points(const wire::Vocabulary& vocabulary, const OperationRule& rule,
                  const Scope& scope) {
  const auto word_of = [&](PointType type) {
    const auto found = std::ranges::find(vocabulary.points, type, &wire::PointWord::type);
    if (found == vocabulary.points.end())
      scope.error(std::string(vocabulary.title) + " has no points of type " +
                  std::string(to_string(type)));
    return found == vocabulary.points.end() ? nullptr : &*found;
  };
  for (const auto& [type, ranges] : rule.points) {
    const wire::PointWord* word = word_of(type);
    if (word != nullptr) check_ranges(ranges, "point", 0, last_point(*word), scope);
    if (ranges.empty()) scope.warning("never matches: an empty list of points");
  }
  for (const auto& [type, names] : rule.names) {
    const wire::PointWord* word = word_of(type);
    if (word != nullptr && !word->named)
      scope.error(std::string(word->word) + " have no names in " + std::string(vocabulary.title));
    if (names.size() > kMaxNames)
      scope.error("more than " + std::to_string(kMaxNames) + " names of points");
  }
}

void check_rule(const wire::Vocabulary& vocabulary, const OperationRule& rule, const Scope& scope) {
  if (rule.cls == OperationClass::kUnspecified)
    return scope.error("the operation class is missing");
  check_ranges(rule.units, "unit", 0, vocabulary.last_unit, scope);
  check_points(vocabulary, rule, scope);
  const bool modbus = vocabulary.app == wire::App::kModbus;
  if (rule.value)
    check_ranges({*rule.value}, "value", 0, modbus ? UINT32_MAX : UINT64_MAX - 1, scope);
  if (rule.rate) check_rate(*rule.rate, scope);
  if (rule.max_step) check_step(rule, scope);
  warn_never_matching(vocabulary, rule, scope);
}

void check_opaque(const Service& service, const OpaqueTerms& terms, const Scope& scope) {
  if (service.app == wire::App::kNone)
    return scope.error("a service without inspection passes unread as it is: leave opaque out");
  if (terms.min_version < tls_version_named("1.0") || terms.min_version > tls_version_named("1.3"))
    scope.error("min_version is 1.0 to 1.3");
  if (terms.server_names.size() > kMaxNames)
    scope.error("more than " + std::to_string(kMaxNames) + " names of servers");
  for (const std::string& name : terms.server_names)
    if (!server_name_ok(name)) scope.error("'" + name + "' is not the name of a host");
  if (service.protocol != wire::ip_protocol::kTcp && !terms.server_names.empty())
    scope.error("TLS is over TCP: nothing names a server here");
  if (terms.rate) check_rate(*terms.rate, scope);
}

void check_service(const Service& service, const Scope& scope) {
  const bool echo = service.protocol == wire::ip_protocol::kIcmp;
  const bool tcp = service.protocol == wire::ip_protocol::kTcp;
  if (!echo && !tcp && service.protocol != wire::ip_protocol::kUdp)
    scope.error("protocol " + std::to_string(service.protocol) + " is not TCP, UDP or ICMP");
  if (service.ports.empty() != echo)
    scope.error(echo ? "ICMP echo has no ports" : "'ports' is missing: which ports does it open?");
  check_ranges(service.ports, "port", 1, 65535, scope);
  if (service.opaque)
    check_opaque(service, *service.opaque, {scope.place, scope.object + ".opaque", scope.findings});
  if (service.app == wire::App::kNone) {
    if (!service.allow.empty()) scope.error("a service without inspection has no operation rules");
    return;
  }
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(service.app);
  if (vocabulary == nullptr)
    return scope.error(std::string(to_string(service.app)) + " cannot be inspected");
  if (std::ranges::find(vocabulary->transports, service.protocol, &wire::Transport::protocol) ==
      vocabulary->transports.end())
    scope.error(std::string(to_string(service.app)) + " is not inspected over " +
                (tcp ? "TCP" : "UDP"));
  if (service.allow.empty() && !service.opaque)
    scope.warning("opens the port but allows no operation: every request is refused");
  if (service.allow.size() > kMaxRules)
    scope.error("more than " + std::to_string(kMaxRules) + " rules");
  for (size_t i = 0; i < service.allow.size(); ++i) {
    const auto& rule = service.allow[i];
    check_rule(*vocabulary, rule,
               {rule.place, scope.object + ".allow[" + std::to_string(i) + ']', scope.findings});
  }
}

std::string service_name(const Service& service) {
  if (service.app != wire::App::kNone) return std::string(to_string(service.app));
  if (service.protocol == wire::ip_protocol::kTcp) return "tcp";
  return service.protocol == wire::ip_protocol::kUdp ? "udp" : "icmp";
}

bool overlap(const std::vector<NumberRange>& a, const std::vector<NumberRange>& b) {
  for (const auto& x : a) {
    for (const auto& y : b) {
      if (x.first <= y.last && y.first <= x.last) return true;
    }
  }
  return false;
}

// Only the requests of an inspected service can be told from one another.
void warn_soft_end(const Relationship& relationship, const Scope& scope) {
  const bool soft = relationship.on_end != OnEnd::kCut;
  for (const auto& service : relationship.services) {
    if (soft && service.app == wire::App::kNone)
      scope.warning("on_end does not concern " + service_name(service) +
                    ", which is not inspected: its flows are cut");
  }
}

// A flow is inspected as one stack of protocols.
void check_one_stack(const Relationship& relationship, const Scope& scope) {
  for (const auto& one : relationship.services) {
    for (const auto& other : relationship.services) {
      const bool inspected = one.app != wire::App::kNone && other.app != wire::App::kNone;
      if (inspected && &one < &other && one.protocol == other.protocol &&
          stack_of(one.app) != stack_of(other.app) && overlap(one.ports, other.ports))
        scope.error(service_name(one) + " and " + service_name(other) +
                    " are on the same port: a connection is inspected as one of them");
    }
  }
}

// An opaque service on an inspected port allows everything that the rules would refuse.
void warn_uninspected(const Relationship& relationship, const Scope& scope) {
  for (const auto& opaque : relationship.services) {
    if (opaque.app != wire::App::kNone) continue;
    for (const auto& inspected : relationship.services) {
      const bool same = inspected.app != wire::App::kNone && inspected.protocol == opaque.protocol;
      if (same && overlap(opaque.ports, inspected.ports))
        scope.warning(service_name(opaque) + " opens a port of " + service_name(inspected) +
                      " without inspection: the rules of " + service_name(inspected) +
                      " refuse nothing there");
    }
  }
}

}  // namespace

void validate_services(const Relationship& relationship, const std::string& object,
                       FindingList& findings) {
  const Scope all{relationship.place, object, findings};
  if (relationship.services.empty())
    all.error("opens no service: add modbus or another protocol, tcp, udp or icmp");
  if (relationship.services.size() > kMaxServices)
    all.error("more than " + std::to_string(kMaxServices) + " services");
  for (const auto& service : relationship.services)
    check_service(service, {relationship.place, object + '.' + service_name(service), findings});
  check_one_stack(relationship, all);
  warn_uninspected(relationship, all);
  warn_soft_end(relationship, all);
}

}  // namespace bulkhead::policy
