// SPDX-License-Identifier: Apache-2.0
#include "learn/permission.h"

#include <algorithm>

#include "policy/describe.h"
#include "policy/limits.h"
#include "wire/apps/modbus.h"

namespace bulkhead::learn {
namespace {

using policy::NumberRange;
using wire::OperationClass;
using wire::PointType;

std::vector<NumberRange> merged(std::vector<NumberRange> ranges) {
  std::ranges::sort(ranges, {}, [](const NumberRange& r) { return std::pair(r.first, r.last); });
  std::vector<NumberRange> out;
  for (const NumberRange& range : ranges) {
    if (!out.empty() && range.first <= out.back().last + 1)
      out.back().last = std::max(out.back().last, range.last);
    else
      out.push_back(range);
  }
  return out;
}

bool can_be_named(const Interaction& operation) {
  if (operation.cls == OperationClass::kUnspecified) return false;
  return operation.type != PointType::kNone || wire::modbus::function_of(operation.code) != nullptr;
}

void join(std::optional<NumberRange>& into, const NumberRange& more) {
  if (!into) into = more;
  into->first = std::min(into->first, more.first);
  into->last = std::max(into->last, more.last);
}

// Which rule an operation belongs to: those with points apart from those without, and, as a rule's
// limits are of all its points, writes that told their values apart from those that did not.
using RuleKey = std::tuple<uint8_t, OperationClass, bool, bool>;

RuleKey key_of(const Observed& seen, bool values) {
  const Interaction& what = seen.first;
  const bool limited =
      values && what.cls == OperationClass::kWrite && seen.second.values && seen.second.all_values;
  return {what.unit, what.cls, what.type != PointType::kNone, limited};
}

void take(Rule& rule, const Observed& seen, bool limited) {
  const Interaction& what = seen.first;
  rule.unit = what.unit;
  rule.cls = what.cls;
  if (what.type == PointType::kNone)
    rule.functions.insert(what.code);
  else
    rule.points[what.type].push_back(policy::in_yaml({what.type, what.cls, what.first, what.last}));
  if (limited) join(rule.values, *seen.second.values);
}

std::string yaml_of(const Rule& rule) {
  std::string out =
      std::string(to_string(rule.cls)) + ": { units: [" + std::to_string(rule.unit) + ']';
  for (const auto& [type, ranges] : rule.points) {
    out += ", " + policy::point_key(type) + ": [";
    for (size_t i = 0; i < ranges.size(); ++i)
      out += (i == 0 ? "\"" : ", \"") + policy::text({ranges[i]}) + '"';
    out += ']';
  }
  if (!rule.functions.empty()) {
    out += ", functions: [";
    for (const uint16_t code : rule.functions)
      out += (code == *rule.functions.begin() ? "" : ", ") + policy::function_name(code);
    out += ']';
  }
  if (rule.values)
    out += ", value: \"" + std::to_string(rule.values->first) + ".." +
           std::to_string(rule.values->last) + '"';
  return out + " }";
}

void drop_scans(Permission& permission, const std::vector<const Observed*>& seen,
                LeftOut& left_out) {
  std::erase_if(permission.ports, [&](const auto& opened) {
    const auto& [protocol, ports] = opened;
    if (ports.size() <= kScan) return false;
    const auto one = std::ranges::find_if(seen, [&](const Observed* each) {
      return each->first.app == wire::App::kNone && each->first.protocol == opened.first;
    });
    left_out.scans.emplace_back(*one, ports.size());
    return true;
  });
}

}  // namespace

Permission permission_for(const std::vector<const Observed*>& seen, bool values,
                          LeftOut& left_out) {
  Permission out;
  std::map<uint16_t, std::map<RuleKey, Rule>> rules;
  for (const Observed* each : seen) {
    const Interaction& what = each->first;
    if (what.app == wire::App::kNone) continue;
    if (!can_be_named(what)) {
      left_out.nameless.push_back(each);
      continue;
    }
    const RuleKey key = key_of(*each, values);
    take(rules[what.port][key], *each, std::get<3>(key));
  }
  for (auto& [port, by_key] : rules)
    for (auto& [key, rule] : by_key) {
      for (auto& [type, ranges] : rule.points) ranges = merged(std::move(ranges));
      out.modbus[port].push_back(std::move(rule));
    }
  // Flows: an inspected service opens its own.
  for (const Observed* each : seen) {
    const Interaction& what = each->first;
    if (what.app != wire::App::kNone) continue;
    const bool tcp = what.protocol == wire::ip_protocol::kTcp;
    if (what.protocol == wire::ip_protocol::kIcmp || what.protocol == wire::ip_protocol::kIcmpv6)
      out.echo = true;
    else if (tcp && what.port == wire::modbus::kPort)
      out.modbus.try_emplace(what.port);
    else if (tcp ? !out.modbus.contains(what.port) : what.protocol == wire::ip_protocol::kUdp)
      out.ports[what.protocol].insert(what.port);
    else if (!tcp)
      left_out.nameless.push_back(each);
  }
  drop_scans(out, seen, left_out);
  return out;
}

std::string Permission::yaml(const std::string& indent) const {
  std::string out;
  for (const auto& [port, rules] : modbus) {
    out += indent + "modbus:\n";
    if (port != wire::modbus::kPort) out += indent + "  port: " + std::to_string(port) + '\n';
    out += indent + (rules.empty() ? "  allow: []\n" : "  allow:\n");
    for (const Rule& rule : rules) out += indent + "    - " + yaml_of(rule) + '\n';
  }
  for (const auto& [protocol, numbers] : ports) {
    out += indent + (protocol == wire::ip_protocol::kTcp ? "tcp" : "udp") + ": { ports: [";
    for (const uint16_t port : numbers)
      out += (port == *numbers.begin() ? "" : ", ") + std::to_string(port);
    out += "] }\n";
  }
  if (echo) out += indent + "icmp: { echo: true }\n";
  return out;
}

}  // namespace bulkhead::learn
