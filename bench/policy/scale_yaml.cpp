// SPDX-License-Identifier: Apache-2.0
// A generated policy as the file an operator would have written.
#include <ctime>

#include "policy/scale_plant.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

using policy::NumberRange;
using Kind = policy::SelectorTerm::Kind;

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + quoted(item);
  return out + ']';
}

std::string list(const std::vector<NumberRange>& ranges) {
  std::vector<std::string> items;
  for (const auto& range : ranges)
    items.push_back(std::to_string(range.first) + '-' + std::to_string(range.last));
  return list(items);
}

std::string map_of(const std::vector<std::string>& entries) {
  std::string out = "{ ";
  for (const auto& entry : entries) out += (out.size() > 2 ? ", " : "") + entry;
  return out + " }";
}

std::string selector(const policy::Selector& value) {
  std::vector<std::string> entries;
  for (const auto& term : value.terms) {
    if (term.kind == Kind::kName) entries.push_back("name: " + list(term.values));
    if (term.kind == Kind::kIn) entries.push_back(term.key + ": " + list(term.values));
    if (term.kind == Kind::kExists) entries.push_back("exists: [" + term.key + ']');
    if (term.kind == Kind::kNotIn)
      entries.push_back("not: { " + term.key + ": " + list(term.values) + " }");
  }
  return map_of(entries);
}

std::string identity(const policy::Identity& value) {
  std::string out = "  - name: " + value.name + '\n';
  if (value.bind) {
    const auto& bind = *value.bind;
    out += "    bind: " +
           map_of({"gateway: " + bind.gateway, "port: " + bind.port,
                   "vlan: " + std::to_string(bind.vlan), "mac: " + quoted(to_string(bind.mac)),
                   "ip: " + to_string(bind.ip)}) +
           '\n';
  }
  std::vector<std::string> labels;
  for (const auto& [key, text] : value.labels) labels.push_back(key + ": " + quoted(text));
  return out + "    labels: " + map_of(labels) + '\n';
}

std::string rule(const policy::OperationRule& value) {
  std::vector<std::string> terms;
  if (!value.units.empty()) terms.push_back("units: " + list(value.units));
  for (const auto& [type, ranges] : value.points)
    terms.push_back((type == wire::PointType::kCoil ? "coils: " : "holding: ") + list(ranges));
  if (value.value)
    terms.push_back("value: \"" + std::to_string(value.value->first) + ".." +
                    std::to_string(value.value->last) + '"');
  return "        - " + std::string(to_string(value.cls)) + ": " + map_of(terms) + '\n';
}

std::string service(const policy::Service& value) {
  if (value.app == wire::App::kModbus) {
    std::string out = "    modbus:\n      allow:\n";
    for (const auto& allowed : value.allow) out += rule(allowed);
    return out;
  }
  if (value.protocol == wire::ip_protocol::kIcmp) return "    icmp: { echo: true }\n";
  const bool tcp = value.protocol == wire::ip_protocol::kTcp;
  return std::string("    ") + (tcp ? "tcp" : "udp") + ": { ports: " + list(value.ports) + " }\n";
}

std::string time_text(int64_t wall_ns) {
  const std::time_t seconds = wall_ns / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string relationship(const policy::Relationship& value) {
  std::string out = "  - name: " + value.name + '\n';
  out += std::string(value.is_grant ? "    on: " : "    from: ") + selector(value.from) + '\n';
  out += "    to: " + selector(value.to) + '\n';
  for (const auto& opened : value.services) out += service(opened);
  if (!value.is_grant) return out;
  return out + "    subject: " + value.subject + "\n    ticket: " + value.ticket +
         "\n    from: " + time_text(*value.from_wall_ns) +
         "\n    until: " + time_text(*value.until_wall_ns) + '\n';
}

std::string veto(const policy::Veto& value) {
  std::string out = "  - name: " + value.name + '\n';
  if (!value.from.any) out += "    from: " + selector(value.from) + '\n';
  if (!value.to.any) out += "    to: " + selector(value.to) + '\n';
  if (value.operations.empty()) return out;
  std::vector<std::string> names;
  for (const auto cls : value.operations) names.emplace_back(to_string(cls));
  return out + "    operations: " + list(names) + '\n';
}

}  // namespace

std::string to_yaml(const policy::Policy& policy) {
  std::string out = "identities:\n";
  for (const auto& item : policy.identities) out += identity(item);
  out += "relationships:\n";
  for (const auto& item : policy.relationships) out += item.is_grant ? "" : relationship(item);
  out += "grants:\n";
  for (const auto& item : policy.relationships) out += item.is_grant ? relationship(item) : "";
  out += "never:\n";
  for (const auto& item : policy.vetoes) out += veto(item);
  return out;
}

}  // namespace bulkhead::bench
