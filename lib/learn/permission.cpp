// SPDX-License-Identifier: Apache-2.0
#include "learn/permission.h"

#include <algorithm>

#include "policy/access_box.h"
#include "policy/describe.h"
#include "policy/limits.h"
#include "policy/point_text.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::learn {
namespace {

using policy::NumberRange;
using wire::OperationClass;
using wire::PointType;

bool can_be_named(const Interaction& operation) {
  if (operation.cls == OperationClass::kUnspecified) return false;
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(operation.app);
  const bool has_units = vocabulary != nullptr && !vocabulary->unit.empty();
  if (has_units && operation.unit > vocabulary->last_unit) return false;  // no rule can name it
  return operation.type != PointType::kNone ||
         wire::function_of(operation.app, operation.code) != nullptr;
}

void join(std::optional<NumberRange>& into, const NumberRange& more) {
  if (!into) into = more;
  into->first = std::min(into->first, more.first);
  into->last = std::max(into->last, more.last);
}

// Which rule an operation belongs to: those with points apart from those without, and, as a rule's
// limits are of all its points, writes that told their values apart from those that did not.
using RuleKey = std::tuple<uint32_t, OperationClass, bool, bool>;

RuleKey key_of(const Observed& seen, bool values) {
  const Interaction& what = seen.first;
  const bool limited =
      values && what.cls == OperationClass::kWrite && seen.second.values && seen.second.all_values;
  return {what.unit, what.cls, what.type != PointType::kNone, limited};
}

// What a policy can write: whole files, whole bytes.
NumberRange whole_numbers(const Interaction& what) {
  const wire::PointWord* word = wire::point_word_of(what.type);
  const uint64_t scale = word == nullptr ? 1 : word->scale;
  return {what.first - what.first % scale, what.last - what.last % scale + (scale - 1)};
}

void take(Rule& rule, const Observed& seen, bool limited) {
  const Interaction& what = seen.first;
  rule.app = what.app;
  rule.unit = what.unit;
  rule.cls = what.cls;
  if (what.type == PointType::kNone)
    rule.functions.insert(what.code);
  else
    rule.points[what.type].push_back(whole_numbers(what));
  if (limited) join(rule.values, *seen.second.values);
}

std::string yaml_of(const Rule& rule) {
  std::vector<std::string> terms;
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(rule.app);
  if (vocabulary == nullptr || !vocabulary->unit.empty())
    terms.push_back("units: [" + std::to_string(rule.unit) + ']');
  for (const auto& [type, ranges] : rule.points) {
    const wire::PointWord* word = wire::point_word_of(type);
    if (word == nullptr) continue;
    std::string list;
    for (const NumberRange& range : ranges)
      list += (list.empty() ? "\"" : ", \"") + policy::point_text(*word, range) + '"';
    terms.push_back(std::string(word->word) + ": [" + list + ']');
  }
  if (!rule.functions.empty()) {
    std::string list;
    for (const uint32_t code : rule.functions)
      list += (list.empty() ? "" : ", ") + policy::function_name(rule.app, code);
    terms.push_back("functions: [" + list + ']');
  }
  if (rule.values)
    terms.push_back("value: \"" + policy::value_text(rule.app, rule.values->first) + ".." +
                    policy::value_text(rule.app, rule.values->last) + '"');
  std::string out = std::string(to_string(rule.cls)) + ": { ";
  for (size_t i = 0; i < terms.size(); ++i) out += (i == 0 ? "" : ", ") + terms[i];
  return out + " }";
}

bool has_inspected(const Permission& permission, uint8_t protocol, uint16_t port) {
  return std::ranges::any_of(permission.inspected, [&](const auto& each) {
    return each.first.protocol == protocol && each.first.port == port;
  });
}

std::string head_of(const Inspected& service, const std::string& indent) {
  std::string out = indent + std::string(to_string(service.app)) + ":\n";
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(service.app);
  if (vocabulary == nullptr) return out;
  const wire::Transport& usual = vocabulary->transports.front();
  if (service.protocol != usual.protocol)
    out += indent +
           "  transport: " + (service.protocol == wire::ip_protocol::kTcp ? "tcp\n" : "udp\n");
  if (service.port != usual.port) out += indent + "  port: " + std::to_string(service.port) + '\n';
  return out;
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
  std::map<Inspected, std::map<RuleKey, Rule>> rules;
  for (const Observed* each : seen) {
    const Interaction& what = each->first;
    if (what.app == wire::App::kNone) continue;
    if (!can_be_named(what)) {
      left_out.nameless.push_back(each);
      continue;
    }
    const RuleKey key = key_of(*each, values);
    take(rules[{what.app, what.protocol, what.port}][key], *each, std::get<3>(key));
  }
  for (auto& [service, by_key] : rules)
    for (auto& [key, rule] : by_key) {
      for (auto& [type, ranges] : rule.points) ranges = policy::merged(std::move(ranges));
      out.inspected[service].push_back(std::move(rule));
    }
  // Flows: an inspected service opens its own.
  for (const Observed* each : seen) {
    const Interaction& what = each->first;
    if (what.app != wire::App::kNone) continue;
    const bool tcp = what.protocol == wire::ip_protocol::kTcp;
    if (what.protocol == wire::ip_protocol::kIcmp || what.protocol == wire::ip_protocol::kIcmpv6)
      out.echo = true;
    else if (has_inspected(out, what.protocol, what.port))
      continue;
    else if (const auto* usual = wire::vocabulary_at(what.protocol, what.port))
      out.inspected.try_emplace({usual->app, what.protocol, what.port});
    else if (tcp || what.protocol == wire::ip_protocol::kUdp)
      out.ports[what.protocol].insert(what.port);
    else
      left_out.nameless.push_back(each);
  }
  drop_scans(out, seen, left_out);
  return out;
}

std::string Permission::yaml(const std::string& indent) const {
  std::string out;
  for (const auto& [service, rules] : inspected) {
    out += head_of(service, indent);
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
