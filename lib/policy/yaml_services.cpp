// SPDX-License-Identifier: Apache-2.0
// What a relationship opens: inspected protocols with their operation rules, tcp, udp, icmp.
#include "base/nearest_word.h"
#include "match/protocol.h"
#include "policy/point_text.h"
#include "policy/yaml_read.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;
using wire::OperationClass;
using wire::Vocabulary;

constexpr const char* kClassNames =
    "read, write, control, program, firmware, discover, session, diagnose";

// One name may stand for several codes: the kinds of what a person knows as one thing.
void read_functions(MapReader& map, const Vocabulary& vocabulary, OperationRule& rule) {
  const auto names = map.optional_strings("functions");
  if (map.has("functions") && names.empty())
    map.error("functions",
              "an empty list opens nothing: name some, or leave the key out to mean all");
  std::vector<std::string> known;
  for (const auto& row : vocabulary.functions) known.emplace_back(row.name);
  for (const auto& name : names) {
    const size_t before = rule.functions.size();
    for (const auto& row : vocabulary.functions)
      if (row.name == name) rule.functions.push_back(row.code);
    if (rule.functions.size() != before) continue;
    const std::string meant = nearest_word(name, known);
    map.error(
        "functions",
        "'" + name + "' is not a " + std::string(vocabulary.title) + " function" +
            (meant.empty() ? " (docs/policy.md lists them)" : "; did you mean '" + meant + "'?"));
  }
}

void read_point(const Node& node, const std::string& object, const wire::PointWord& word,
                Problems& problems, OperationRule& rule) {
  if (node.kind != Node::Kind::kScalar)
    return problems.add(node.line, node.column, object,
                        "must be a number or a range like \"0-199\"");
  auto term = point_term(word, node.text);
  if (!term) return problems.add(node.line, node.column, object, term.error().sentence);
  if (const auto* range = std::get_if<NumberRange>(&*term))
    rule.points[word.type].push_back(*range);
  else
    rule.names[word.type].push_back(std::get<NamePattern>(*term));
}

void read_points(MapReader& map, const Vocabulary& vocabulary, OperationRule& rule) {
  for (const wire::PointWord& word : vocabulary.points) {
    const Node* node = map.optional(word.word);
    if (node == nullptr) continue;
    const std::string object = map.object(word.word);
    if (node->kind != Node::Kind::kList) {
      read_point(*node, object, word, map.problems(), rule);
      continue;
    }
    if (node->items.empty())
      map.error(word.word,
                "an empty list opens nothing: name some, or leave the key out to mean all");
    for (size_t i = 0; i < node->items.size(); ++i)
      read_point(node->items[i], object + '[' + std::to_string(i) + ']', word, map.problems(),
                 rule);
  }
}

// "0..1500" of registers; "-40..120.5" of protocols whose values are numbers of any kind.
void read_value(MapReader& map, const Vocabulary& vocabulary, OperationRule& rule) {
  const Node* node = map.optional("value");
  if (node == nullptr) return;
  const std::string object = map.object("value");
  rule.value = vocabulary.app == wire::App::kModbus
                   ? read_range(*node, 65535, object, map.problems())
                   : read_real_range(*node, object, map.problems());
}

void read_rule_body(const Node& node, const std::string& object, const Vocabulary& vocabulary,
                    Problems& problems, OperationRule& rule) {
  MapReader map(node, object, problems);
  read_functions(map, vocabulary, rule);
  if (!vocabulary.unit.empty()) rule.units = read_ranges(map, "units", vocabulary.last_unit);
  read_points(map, vocabulary, rule);
  read_value(map, vocabulary, rule);
  if (const Node* rate = map.optional("rate"))
    rule.rate = read_rate(*rate, map.object("rate"), problems);
  const bool registers = vocabulary.app == wire::App::kModbus;
  if (const auto step = registers ? map.optional_number("max_step", 1, 65535) : std::nullopt)
    rule.max_step = static_cast<uint32_t>(*step);
  refuse_unexecuted(map, {"when"});
  map.finish();
}

// `- read: {...}`, or `- read` for the whole class.
OperationRule read_rule(const Node& node, const std::string& object, const Vocabulary& vocabulary,
                        Problems& problems) {
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
  if (!whole)
    read_rule_body(node.entries.front().value, object + '.' + name, vocabulary, problems, rule);
  if (rule.units.empty() && vocabulary.last_near_unit != 0)
    rule.units.push_back({0, vocabulary.last_near_unit});
  return rule;
}

// Which of its transports; the first where nothing is said.
const wire::Transport* read_transport(MapReader& map, const Vocabulary& vocabulary) {
  const wire::Transport* usual = &vocabulary.transports.front();
  const auto word = map.optional_string("transport");
  if (!word) return usual;
  const uint8_t protocol = *word == "tcp"   ? wire::ip_protocol::kTcp
                           : *word == "udp" ? wire::ip_protocol::kUdp
                                            : uint8_t{0};
  for (const wire::Transport& transport : vocabulary.transports)
    if (transport.protocol == protocol) return &transport;
  map.error("transport", std::string(vocabulary.title) + " is not inspected over '" + *word + "'");
  return usual;
}

Service read_inspected(const Vocabulary& vocabulary, const Node& node, const std::string& object,
                       Problems& problems) {
  MapReader map(node, object, problems);
  Service out;
  const wire::Transport* transport = read_transport(map, vocabulary);
  out.protocol = transport->protocol;
  out.app = vocabulary.app;
  const auto port = static_cast<uint32_t>(map.optional_number("port", transport->port, 1, 65535));
  out.ports.push_back({port, port});
  out.allow =
      read_operation_rules(map.required_list("allow"), map.object("allow"), vocabulary, problems);
  if (const Node* opaque = map.optional("opaque"))
    out.opaque = read_opaque_terms(*opaque, map.object("opaque"), problems);
  refuse_unexecuted(map, {"tls", "rate", "deny"});
  map.finish();
  return out;
}

// `rdp`, `[http, tls]`, or `any`.
match::ProtocolMask read_protocols(MapReader& map) {
  const auto words = map.optional_strings("protocol");
  if (map.has("protocol") && words.empty())
    map.error("protocol", "an empty list opens nothing: name some, or leave the key out");
  match::ProtocolMask out = 0;
  std::vector<std::string> known = {"any"};
  for (const match::ProtocolRow& row : match::protocols().subspan(1)) known.emplace_back(row.word);
  for (const std::string& word : words) {
    const match::Protocol protocol = match::protocol_named(word);
    if (word == "any") {
      out = match::kAnyProtocol;
    } else if (protocol != match::Protocol::kUnknown) {
      out |= match::bit(protocol);
    } else {
      const std::string meant = nearest_word(word, known);
      map.error("protocol", "'" + word + "' is not identified" +
                                (meant.empty() ? ": any, " + match::words_of(match::kEveryProtocol)
                                               : "; did you mean '" + meant + "'?"));
    }
  }
  return out;
}

Service read_opaque(uint8_t protocol, const Node& node, const std::string& object,
                    Problems& problems) {
  MapReader map(node, object, problems);
  Service out;
  out.protocol = protocol;
  if (node.kind == Node::Kind::kMap) (void)map.required("ports");
  out.ports = read_ranges(map, "ports", 65535);
  if (protocol == wire::ip_protocol::kTcp)
    out.protocols = read_protocols(map);
  else
    map.refuse("protocol", "protocols are identified over tcp only");
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
                                                const std::string& object,
                                                const Vocabulary& vocabulary, Problems& problems) {
  std::vector<OperationRule> out;
  for (size_t i = 0; i < items.size(); ++i)
    out.push_back(
        read_rule(*items[i], object + '[' + std::to_string(i) + ']', vocabulary, problems));
  return out;
}

std::vector<Service> read_services(MapReader& map) {
  std::vector<Service> out;
  Problems& problems = map.problems();
  for (const Vocabulary& vocabulary : wire::vocabularies()) {
    const std::string_view word = to_string(vocabulary.app);
    if (const Node* node = map.optional(word))
      out.push_back(read_inspected(vocabulary, *node, map.object(word), problems));
  }
  if (const Node* node = map.optional("tcp"))
    out.push_back(read_opaque(wire::ip_protocol::kTcp, *node, map.object("tcp"), problems));
  if (const Node* node = map.optional("udp"))
    out.push_back(read_opaque(wire::ip_protocol::kUdp, *node, map.object("udp"), problems));
  if (const Node* node = map.optional("icmp"))
    out.push_back(read_icmp(*node, map.object("icmp"), problems));
  return out;
}

void refuse_unexecuted_terms(MapReader& map) {
  for (unsigned i = 1; i < wire::kAppCount; ++i) {
    const auto app = static_cast<wire::App>(i);
    const bool carrier = app == wire::App::kCotp;  // nothing that a policy would name
    if (!carrier && wire::vocabulary_of(app) == nullptr) refuse_unexecuted(map, {to_string(app)});
  }
  refuse_unexecuted(
      map, {"profinet", "sparkplug", "opaque", "schedule", "posture", "trust", "rate", "limits"});
}

}  // namespace bulkhead::policy
