// SPDX-License-Identifier: Apache-2.0
// What a relationship opens: modbus with its operation rules, tcp, udp, icmp.
#include "policy/yaml_read.h"
#include "wire/apps/modbus.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;
using wire::OperationClass;
using wire::PointType;

struct PointKey {
  std::string_view key;
  PointType type;
};
constexpr PointKey kPointKeys[] = {{"holding", PointType::kHolding},
                                   {"coils", PointType::kCoil},
                                   {"inputs", PointType::kInput},
                                   {"discretes", PointType::kDiscrete},
                                   {"fifos", PointType::kFifo}};

constexpr const char* kClassNames =
    "read, write, control, program, firmware, discover, session, diagnose";

void read_functions(MapReader& map, OperationRule& rule) {
  const auto names = map.optional_strings("functions");
  if (map.has("functions") && names.empty())
    map.error("functions",
              "an empty list opens nothing: name some, or leave the key out to mean all");
  std::vector<std::string> known;
  for (const auto& row : wire::modbus::functions()) known.emplace_back(row.name);
  for (const auto& name : names) {
    if (const auto* row = wire::modbus::function_named(name)) {
      rule.functions.push_back(row->code);
      continue;
    }
    const std::string meant = config::nearest_word(name, known);
    map.error("functions", "'" + name + "' is not a Modbus function" +
                               (meant.empty() ? " (docs/policy.md lists them)"
                                              : "; did you mean '" + meant + "'?"));
  }
}

// Files are named by number; all records of a file belong to it.
void read_files(MapReader& map, OperationRule& rule) {
  if (!map.has("files")) return (void)map.optional("files");
  auto& points = rule.points[PointType::kFileRecord];
  for (const auto& range : read_ranges(map, "files", 65535))
    points.push_back({range.first << 16, range.last << 16 | 0xffff});
}

void read_points(MapReader& map, OperationRule& rule) {
  for (const auto& [key, type] : kPointKeys) {
    auto ranges = read_ranges(map, key, 65535);
    if (map.has(key)) rule.points[type] = std::move(ranges);
  }
  read_files(map, rule);
}

void read_rule_body(const Node& node, const std::string& object, Problems& problems,
                    OperationRule& rule) {
  MapReader map(node, object, problems);
  read_functions(map, rule);
  rule.units = read_ranges(map, "units", 255);
  read_points(map, rule);
  if (const Node* value = map.optional("value"))
    rule.value = read_range(*value, 65535, map.object("value"), problems);
  if (const Node* rate = map.optional("rate"))
    rule.rate = read_rate(*rate, map.object("rate"), problems);
  if (const auto step = map.optional_number("max_step", 1, 65535))
    rule.max_step = static_cast<uint32_t>(*step);
  refuse_unexecuted(map, {"when"});
  map.finish();
}

// `- read: {...}`, or `- read` for the whole class.
OperationRule read_rule(const Node& node, const std::string& object, Problems& problems) {
  OperationRule rule;
  rule.place = place_of(node, problems);
  const bool whole = node.kind == Node::Kind::kScalar;
  if (!whole && (node.kind != Node::Kind::kMap || node.entries.size() != 1)) {
    problems.add(node.line, node.column, object,
                 std::string("must be one operation class with its terms, like `- read: { units: "
                             "[1] }`; classes: ") +
                     kClassNames);
    return rule;
  }
  const std::string& name = whole ? node.text : node.entries.front().key;
  rule.cls = wire::operation_class_of(name);
  if (rule.cls == OperationClass::kUnspecified)
    problems.add(node.line, node.column, object,
                 "'" + name + "' is not an operation class; classes: " + kClassNames);
  if (!whole) read_rule_body(node.entries.front().value, object + '.' + name, problems, rule);
  return rule;
}

Service read_modbus(const Node& node, const std::string& object, Problems& problems) {
  MapReader map(node, object, problems);
  Service out;
  out.protocol = wire::ip_protocol::kTcp;
  out.app = wire::App::kModbus;
  const auto port =
      static_cast<uint32_t>(map.optional_number("port", wire::modbus::kPort, 1, 65535));
  out.ports.push_back({port, port});
  out.allow = read_operation_rules(map.required_list("allow"), map.object("allow"), problems);
  refuse_unexecuted(map, {"tls", "opaque", "rate", "transport", "deny"});
  map.finish();
  return out;
}

Service read_opaque(uint8_t protocol, const Node& node, const std::string& object,
                    Problems& problems) {
  MapReader map(node, object, problems);
  Service out;
  out.protocol = protocol;
  if (node.kind == Node::Kind::kMap) (void)map.required("ports");
  out.ports = read_ranges(map, "ports", 65535);
  refuse_unexecuted(map, {"tls", "sni", "expect", "signatures", "rate"});
  map.finish();
  return out;
}

Service read_icmp(const Node& node, const std::string& object, Problems& problems) {
  MapReader map(node, object, problems);
  Service out;
  out.protocol = wire::ip_protocol::kIcmp;
  (void)map.required("echo");
  const bool echo = map.optional_bool("echo", true);
  if (!echo)
    map.error("echo", "nothing but echo can be opened: write `echo: true`, or leave icmp out");
  map.finish();
  return out;
}

}  // namespace

std::vector<OperationRule> read_operation_rules(const std::vector<const Node*>& items,
                                                const std::string& object, Problems& problems) {
  std::vector<OperationRule> out;
  for (size_t i = 0; i < items.size(); ++i)
    out.push_back(read_rule(*items[i], object + '[' + std::to_string(i) + ']', problems));
  return out;
}

std::vector<Service> read_services(MapReader& map) {
  std::vector<Service> out;
  Problems& problems = map.problems();
  if (const Node* node = map.optional("modbus"))
    out.push_back(read_modbus(*node, map.object("modbus"), problems));
  if (const Node* node = map.optional("tcp"))
    out.push_back(read_opaque(wire::ip_protocol::kTcp, *node, map.object("tcp"), problems));
  if (const Node* node = map.optional("udp"))
    out.push_back(read_opaque(wire::ip_protocol::kUdp, *node, map.object("udp"), problems));
  if (const Node* node = map.optional("icmp"))
    out.push_back(read_icmp(*node, map.object("icmp"), problems));
  return out;
}

void refuse_unexecuted_terms(MapReader& map) {
  refuse_unexecuted(map,
                    {"dnp3",     "s7comm",  "s7comm_plus", "enip",       "cip",      "iec104",
                     "opcua",    "bacnet",  "mms",         "goose",      "sv",       "profinet",
                     "ethercat", "hart_ip", "fins",        "slmp",       "mqtt",     "sparkplug",
                     "fox",      "umas",    "opaque",      "when",       "schedule", "posture",
                     "trust",    "rate",    "limits",      "signatures", "tls"});
}

}  // namespace bulkhead::policy
