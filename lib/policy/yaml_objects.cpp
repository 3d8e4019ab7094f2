// SPDX-License-Identifier: Apache-2.0
// Identities, relationships, grants and vetoes.
#include "policy/time_text.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::Choice;
using config::MapReader;
using config::Node;
using config::Problems;

constexpr Choice<IdentityKind> kKinds[] = {{"device", IdentityKind::kDevice},
                                           {"user", IdentityKind::kUser},
                                           {"service", IdentityKind::kService},
                                           {"gateway", IdentityKind::kGateway}};
constexpr Choice<RefuseWith> kRefusals[] = {{"exception", RefuseWith::kException},
                                            {"reset", RefuseWith::kReset},
                                            {"drop", RefuseWith::kDrop}};
constexpr Choice<Mode> kModes[] = {{"enforce", Mode::kEnforce}, {"monitor", Mode::kMonitor}};
constexpr Choice<OnEnd> kEnds[] = {
    {"cut", OnEnd::kCut}, {"drain", OnEnd::kDrain}, {"read_only", OnEnd::kReadOnly}};

// A text parsed by `parse`, whose error sentence becomes the problem.
template <typename T, typename Parse>
std::optional<T> parsed(MapReader& map, std::string_view key, Parse&& parse) {
  const auto text = map.optional_string(key);
  if (!text) return std::nullopt;
  auto value = parse(*text);
  if (value) return *value;
  map.error(key, value.error().sentence);
  return std::nullopt;
}

Binding read_binding(const Node& node, const std::string& object, Problems& problems) {
  MapReader map(node, object, problems);
  Binding out;
  out.gateway = map.required_string("gateway");
  out.port = map.required_string("port");
  (void)map.required("ip");
  out.vlan = static_cast<uint16_t>(map.optional_number("vlan", wire::kNoVlan, 1, 4094));
  out.mac = parsed<MacAddress>(map, "mac", parse_mac).value_or(MacAddress{});
  out.ip = parsed<IpAddress>(map, "ip", parse_ip).value_or(IpAddress::v4(0));
  refuse_unexecuted(map, {"cidr", "certificate", "inner_vlan"});
  map.finish();
  return out;
}

std::map<std::string, std::string> read_labels(const Node& node, const std::string& object,
                                               Problems& problems) {
  std::map<std::string, std::string> out;
  if (node.kind != Node::Kind::kMap) {
    problems.add(node.line, node.column, object, "must be a map, like { role: plc, cell: \"3\" }");
    return out;
  }
  for (const auto& entry : node.entries) {
    if (auto text = config::read_string(entry.value, object + '.' + entry.key, problems))
      out.emplace(entry.key, std::move(*text));
  }
  return out;
}

}  // namespace

void read_common(MapReader& map, Relationship& out) {
  out.place = place_of(map.node(), map.problems());
  out.name = map.required_string("name");
  out.services = read_services(map);
  out.refuse_with = map.optional_choice("refuse_with", kRefusals, RefuseWith::kException);
  out.mode = map.optional_choice("mode", kModes, Mode::kEnforce);
  out.on_end = map.optional_choice("on_end", kEnds, OnEnd::kCut);
  out.signatures = map.optional_strings("signatures");
  if (map.has("signatures") && out.signatures.empty())
    map.error("signatures", "an empty list looks at nothing: name some, or leave the key out");
  read_when(map, out);
  refuse_unexecuted_terms(map);
}

Selector required_selector(MapReader& map, std::string_view key) {
  const Node* node = map.required(key);
  return node == nullptr ? Selector{} : read_selector(*node, map.object(key), map.problems());
}

namespace {

// In a veto a side that is left out means everyone.
Selector veto_selector(MapReader& map, std::string_view key) {
  if (const Node* node = map.optional(key))
    return read_selector(*node, map.object(key), map.problems());
  Selector out;
  out.any = true;
  out.place = place_of(map.node(), map.problems());
  return out;
}

}  // namespace

Identity read_identity(MapReader& map) {
  Identity out;
  out.place = place_of(map.node(), map.problems());
  out.name = map.required_string("name");
  out.kind = map.optional_choice("kind", kKinds, IdentityKind::kDevice);
  if (const Node* node = map.optional("bind"))
    out.bind = read_binding(*node, map.object("bind"), map.problems());
  if (const Node* node = map.optional("labels"))
    out.labels = read_labels(*node, map.object("labels"), map.problems());
  refuse_unexecuted(map, {"posture", "trust", "attributes", "cidr", "certificate", "zone"});
  map.finish();
  return out;
}

Relationship read_relationship(MapReader& map) {
  Relationship out;
  read_common(map, out);
  out.from = required_selector(map, "from");
  out.to = required_selector(map, "to");
  refuse_unexecuted(map, {"priority"});
  map.finish();
  return out;
}

Relationship read_grant(MapReader& map) {
  Relationship out;
  out.is_grant = true;
  read_common(map, out);
  out.subject = map.required_string("subject");
  out.from = required_selector(map, "on");
  out.to = required_selector(map, "to");
  (void)map.required("until");
  out.from_wall_ns = parsed<int64_t>(map, "from", parse_time);
  out.until_wall_ns = parsed<int64_t>(map, "until", parse_time);
  out.ticket = map.optional_string("ticket", "");
  out.approved_by = map.optional_strings("approved_by");
  refuse_unexecuted(map, {"use_limit"});
  map.finish();
  return out;
}

Veto read_veto(MapReader& map) {
  Veto out;
  out.place = place_of(map.node(), map.problems());
  out.name = map.required_string("name");
  out.from = veto_selector(map, "from");
  out.to = veto_selector(map, "to");
  const auto names = map.optional_strings("operations");
  if (map.has("operations") && names.empty())
    map.error(
        "operations",
        "an empty list forbids nothing: name classes, or leave the key out to forbid everything");
  for (const auto& name : names) {
    out.operations.push_back(wire::operation_class_of(name));
    if (out.operations.back() == wire::OperationClass::kUnspecified)
      map.error("operations", "'" + name +
                                  "' is not an operation class: read, write, control, program, "
                                  "firmware, discover, session, diagnose");
  }
  refuse_unexecuted(map, {"when"});
  refuse_unexecuted_terms(map);
  map.finish();
  return out;
}

}  // namespace bulkhead::policy
