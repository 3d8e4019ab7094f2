// SPDX-License-Identifier: Apache-2.0
#include "policy/describe.h"

#include <algorithm>

#include "policy/opaque.h"
#include "policy/point_text.h"
#include "policy/time_text.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using wire::Operation;
using wire::OperationClass;
using wire::PointRange;
using wire::PointType;

std::string text(NumberRange range) {
  const std::string first = std::to_string(range.first);
  return range.first == range.last ? first : first + '-' + std::to_string(range.last);
}

std::string values_text(wire::App app, const NumberRange& values) {
  const std::string first = value_text(app, values.first);
  return values.first == values.last ? first : first + '-' + value_text(app, values.last);
}

bool in_any(const std::vector<NumberRange>& ranges, uint64_t value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [value](const NumberRange& r) { return r.first <= value && value <= r.last; });
}

// Smallest and largest value that the operation carries for one range; none: nullopt.
std::optional<NumberRange> carried(const Operation& operation, size_t range) {
  std::optional<NumberRange> out;
  for (const auto& view : operation.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i) {
      const uint64_t value = wire::value_key(operation.app, view, i);
      if (value == wire::kNoValueKey) return std::nullopt;
      out = out ? NumberRange{std::min(out->first, value), std::max(out->last, value)}
                : NumberRange{value, value};
    }
  }
  return out;
}

// The points of one type that a rule names, as it writes them.
std::string terms(const OperationRule& rule, PointType type) {
  const wire::PointWord* word = wire::point_word_of(type);
  std::string out;
  const auto add = [&](const auto& term) {
    out += (out.empty() ? "" : ", ") + point_text(*word, term);
  };
  if (const auto ranges = rule.points.find(type); ranges != rule.points.end())
    std::ranges::for_each(ranges->second, add);
  if (const auto names = rule.names.find(type); names != rule.names.end())
    std::ranges::for_each(names->second, add);
  return out;
}

std::string why_not_range(const OperationRule& rule, const Operation& operation, size_t index) {
  const PointRange& range = operation.points[index];
  const std::string asked = point_key(range.type) + ' ' + point_text(range);
  if (!rule.any_point() && !rule.points.contains(range.type) && !rule.names.contains(range.type))
    return asked + " is not among its points";
  if (!points_fit(rule, range))
    return asked + " is not within its " + point_key(range.type) + ' ' + terms(rule, range.type);
  if (!rule.value) return {};
  const auto values = carried(operation, index);
  const wire::App app = operation.app;
  const std::string bounds =
      value_text(app, rule.value->first) + ".." + value_text(app, rule.value->last);
  if (!values) return asked + " carries no value that could be compared with " + bounds;
  if (values->first < rule.value->first || values->last > rule.value->last)
    return "the value " + values_text(app, *values) + " is outside of " + bounds;
  return {};
}

std::string rule_yaml(const Operation& operation, OperationClass cls, const PointRange* range,
                      std::optional<NumberRange> values) {
  const wire::App app = operation.app;
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(app);
  std::string out = std::string(to_string(cls)) + ": { ";
  if (vocabulary == nullptr || !vocabulary->unit.empty())
    out += "units: [" + std::to_string(operation.unit) + "], ";
  if (range == nullptr) return out + "functions: [" + function_name(app, operation.code) + "] }";
  out += point_key(range->type) + ": [\"" + point_text(*range) + "\"]";
  if (values)
    out +=
        ", value: \"" + value_text(app, values->first) + ".." + value_text(app, values->last) + '"';
  return out + " }";
}

}  // namespace

std::string point_key(PointType type) {
  const wire::PointWord* word = wire::point_word_of(type);
  return std::string(word == nullptr ? to_string(type) : word->word);
}

std::string function_name(wire::App app, uint32_t code) {
  const wire::FunctionFact* fact = wire::function_of(app, code);
  return fact == nullptr ? "function " + std::to_string(code) : std::string(fact->name);
}

std::string text(const std::vector<NumberRange>& ranges) {
  std::string out;
  for (const auto& range : ranges) out += (out.empty() ? "" : ", ") + text(range);
  return out;
}

std::string describe(const Identity& identity) {
  constexpr const char* kKinds[] = {"identity", "device", "user", "service", "gateway"};
  std::string out = identity.name + " is a " + kKinds[static_cast<size_t>(identity.kind)];
  if (identity.bind) {
    out += " at " + identity.bind->gateway + " port " + identity.bind->port;
    if (identity.bind->vlan != wire::kNoVlan) out += " VLAN " + std::to_string(identity.bind->vlan);
    out += " with address " + to_string(identity.bind->ip);
  }
  std::string labels;
  for (const auto& [key, value] : identity.labels)
    labels += (labels.empty() ? "" : ", ") + key + '=' + value;
  return out + (labels.empty() ? ", without labels" : ", labelled " + labels);
}

std::string describe_service(uint8_t protocol, uint16_t port) {
  if (protocol == wire::ip_protocol::kIcmp || protocol == wire::ip_protocol::kIcmpv6)
    return "icmp echo";
  if (protocol == wire::ip_protocol::kTcp) return "tcp/" + std::to_string(port);
  if (protocol == wire::ip_protocol::kUdp) return "udp/" + std::to_string(port);
  return "IP protocol " + std::to_string(protocol);
}

std::string describe(const Service& service) {
  if (service.protocol == wire::ip_protocol::kIcmp) return "icmp echo";
  const std::string transport = service.protocol == wire::ip_protocol::kTcp ? "tcp/" : "udp/";
  const std::string ports = transport + text(service.ports);
  if (service.app != wire::App::kNone)
    return std::string(to_string(service.app)) + " on " + ports +
           (service.opaque ? " (encrypted too: " + describe(*service.opaque) + ')' : "");
  if (service.protocols == 0) return ports;
  return ports + (service.protocols == match::kAnyProtocol
                      ? ", whatever it carries"
                      : ", " + match::words_of(service.protocols) + " alone");
}

std::string describe_limits(const OperationRule& rule) {
  std::string out;
  if (rule.rate) {
    const char* unit = rule.rate->seconds == 1 ? "s" : rule.rate->seconds == 60 ? "min" : "h";
    out += ", at most " + std::to_string(rule.rate->count) + " per " + unit + " and " +
           std::to_string(rule.rate->burst) + " at once, which each gateway on the way counts";
  }
  if (rule.max_step)
    out += ", in steps of at most " + std::to_string(*rule.max_step) +
           " from the last value that each gateway on the way has seen";
  return out;
}

std::string describe_window(const Relationship& r) {
  std::string out;
  if (r.from_wall_ns) out += "from " + time_text(*r.from_wall_ns);
  if (r.until_wall_ns) out += (out.empty() ? "until " : " until ") + time_text(*r.until_wall_ns);
  return out.empty() ? "at all times" : out;
}

std::string describe(const Operation& operation) {
  std::string out = "a " + std::string(to_string(operation.cls)) + " (" +
                    function_name(operation.app, operation.code) + ") at unit " +
                    std::to_string(operation.unit);
  for (size_t i = 0; i < operation.points.size(); ++i) {
    const auto& range = operation.points[i];
    out += ", " + std::string(to_string(range.access)) + ' ' + point_key(range.type) + ' ' +
           point_text(range);
    if (const auto values = carried(operation, i))
      out += " = " + values_text(operation.app, *values);
  }
  return out;
}

std::string why_not(const OperationRule& rule, const Operation& operation) {
  const auto& functions = rule.functions;
  if (!rule.units.empty() && !in_any(rule.units, operation.unit))
    return "unit " + std::to_string(operation.unit) + " is not within its units " +
           text(rule.units);
  if (!functions.empty() &&
      std::find(functions.begin(), functions.end(), operation.code) == functions.end())
    return function_name(operation.app, operation.code) + " is not among its functions";
  bool concerned = false;
  for (size_t i = 0; i < operation.points.size(); ++i) {
    if (operation.points[i].access != rule.cls) continue;
    concerned = true;
    if (auto reason = why_not_range(rule, operation, i); !reason.empty()) return reason;
  }
  if (concerned) return {};
  if (operation.cls != rule.cls)
    return "the operation contains no " + std::string(to_string(rule.cls));
  return rule.any_point() && !rule.value ? ""
                                         : "it names points or values, and this operation has none";
}

std::vector<std::string> rules_for(const Operation& operation, bool with_values) {
  std::vector<std::string> out;
  bool own_class = false;
  for (size_t i = 0; i < operation.points.size(); ++i) {
    const PointRange& range = operation.points[i];
    own_class |= range.access == operation.cls;
    out.push_back(rule_yaml(operation, range.access, &range,
                            with_values ? carried(operation, i) : std::nullopt));
  }
  if (!own_class) out.push_back(rule_yaml(operation, operation.cls, nullptr, std::nullopt));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string service_yaml(const AccessRequest& request, const std::string& indent) {
  const std::string service = describe_service(request.protocol, request.port);
  if (service == "icmp echo") return indent + "icmp: { echo: true }\n";
  const wire::Vocabulary* vocabulary = request.operation != nullptr
                                           ? wire::vocabulary_of(request.operation->app)
                                           : wire::vocabulary_at(request.protocol, request.port);
  if (vocabulary == nullptr)
    return indent + service.substr(0, 3) + ": { ports: [" + std::to_string(request.port) + "] }\n";
  std::string out = indent + std::string(to_string(vocabulary->app)) + ":\n";
  const wire::Transport& usual = vocabulary->transports.front();
  if (request.protocol != usual.protocol)
    out += indent + "  transport: " + service.substr(0, 3) + '\n';
  if (request.port != usual.port) out += indent + "  port: " + std::to_string(request.port) + '\n';
  if (request.operation == nullptr) return out + indent + "  allow: [read]\n";
  out += indent + "  allow:\n";
  for (const auto& rule : rules_for(*request.operation, false))
    out += indent + "    - " + rule + '\n';
  return out;
}

}  // namespace bulkhead::policy
