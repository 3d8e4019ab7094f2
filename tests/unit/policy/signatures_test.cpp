// SPDX-License-Identifier: Apache-2.0
// Protocols that services name, and sets of signatures, as they are written and explained.
#include <catch2/catch.hpp>

#include "policy/diff.h"
#include "policy/reference.h"
#include "policy/yaml.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::policy {
namespace {

using Catch::Contains;

constexpr const char* kRule =
    "      drop tcp any any -> any any (msg:\"m\"; content:\"x\"; sid:1;)\n";

const std::string kModbus =
    "modbus: { allow: [ write: { units: [1], coils: [1] } ] }, signatures: s";

LoadedPolicy load(const std::string& body, const std::string& sets = "") {
  return load_yaml(
      "identities:\n"
      "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
      "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }\n"
      "relationships:\n  - { name: r, from: a, to: b, " +
          body + " }\n" + sets,
      "p.yaml");
}
std::string set_of(const std::string& rules, const std::string& name = "s") {
  return "signatures:\n  - name: " + name + "\n    rules: |\n" + rules;
}
std::string findings(const LoadedPolicy& loaded) {
  std::string out;
  for (const Finding& finding : loaded.findings) out += to_string(finding) + '\n';
  return out;
}

TEST_CASE("policy yaml: a tcp service names one protocol, several, or any", "[policy][yaml]") {
  const auto protocols = [](const std::string& word) {
    const auto loaded = load("tcp: { ports: [1], protocol: " + word + " }");
    REQUIRE(findings(loaded) == "");
    return loaded.policy.relationships.at(0).services.at(0).protocols;
  };
  CHECK(protocols("rdp") == match::bit(match::Protocol::kRdp));
  CHECK(protocols("[ssh, rdp]") ==
        (match::bit(match::Protocol::kRdp) | match::bit(match::Protocol::kSsh)));
  CHECK(protocols("any") == match::kAnyProtocol);
  CHECK_THAT(findings(load("tcp: { ports: [1], protocol: shh }")), Contains("did you mean 'ssh'"));
  CHECK_THAT(findings(load("tcp: { ports: [1], protocol: [] }")), Contains("opens nothing"));
  CHECK_THAT(findings(load("udp: { ports: [1], protocol: ssh }")), Contains("over tcp only"));
}

TEST_CASE("policy yaml: rules are read with their own places", "[policy][yaml]") {
  const auto good = load("tcp: { ports: [1] }, signatures: s", set_of(kRule));
  REQUIRE(findings(good) == "");
  CHECK(good.policy.signatures.at(0).signatures.at(0).sid == 1);
  CHECK(good.policy.relationships.at(0).signatures == std::vector<std::string>{"s"});
  CHECK_THAT(
      findings(load("tcp: { ports: [1] }, signatures: s",
                    set_of(std::string(kRule) + "      alert tcp any any -> any any (x;)\n"))),
      Contains("signatures[s].rules: line 2, column 31: 'x' is not supported"));
  CHECK_THAT(findings(load("tcp: { ports: [1] }, signatures: s",
                           set_of("      alert tcp any any -> any any (msg:\"m\"; sid:1; "
                                  "pcre:\"/(a)\\1/\";)\n"))),
             Contains("Back-references"));
}

TEST_CASE("policy yaml: an operation of a signature is a word of the policy", "[policy][yaml]") {
  const auto rule = [](const std::string& name) {
    return set_of("      drop tcp any any -> any 502 (msg:\"m\"; operation:" + name +
                  "; sid:1;)\n");
  };
  const auto good = load(kModbus, rule("modbus.write"));
  REQUIRE(findings(good) == "");
  CHECK(good.policy.signatures.at(0).signatures.at(0).operation->cls ==
        wire::OperationClass::kWrite);
  CHECK_THAT(findings(load(kModbus, rule("modbus.wrte"))),
             Contains("signatures[s].rules: line 1, column 49: operation: 'wrte' is neither an "
                      "operation of Modbus nor a class; did you mean 'modbus.write'?"));
}

TEST_CASE("policy yaml: signatures over operations need a service that is inspected",
          "[policy][yaml]") {
  const std::string over =
      set_of("      drop tcp any any -> any any (msg:\"m\"; operation:write; sid:1;)\n");
  const auto opaque = load("tcp: { ports: [502] }, signatures: s", over);
  CHECK(opaque.ok());
  CHECK_THAT(findings(opaque), Contains("warning"));
  CHECK_THAT(findings(opaque), Contains("relationships[r].signatures") &&
                                   Contains("'s' has signatures over operations"));
  CHECK(findings(load("tcp: { ports: [1] }, " + kModbus, over)) == "");
}

TEST_CASE("policy yaml: signatures that are not there, not used, or of a file are told",
          "[policy][yaml]") {
  CHECK_THAT(findings(load("tcp: { ports: [1] }, signatures: t", set_of(kRule))),
             Contains("there are no signatures named 't'"));
  CHECK_THAT(findings(load("tcp: { ports: [1] }", set_of(kRule))), Contains("looks at nothing"));
  CHECK_THAT(findings(load("tcp: { ports: [1] }", "signatures: [ { name: s, file: x.rules } ]\n")),
             Contains("control sees no files"));
  CHECK_THAT(findings(load("tcp: { ports: [1] }, signatures: s",
                           set_of(kRule) + "  - name: s\n    rules: |\n" + kRule)),
             Contains("the name is there twice"));
}

TEST_CASE("policy yaml: a set that is for somebody needs no relationship that names it",
          "[policy][yaml]") {
  const auto one = load("tcp: { ports: [1] }", set_of(kRule) + "    for: { name: b }\n");
  REQUIRE(findings(one) == "");
  CHECK(one.policy.signatures.at(0).for_whom->terms.at(0).values == std::vector<std::string>{"b"});
  CHECK_THAT(findings(load("tcp: { ports: [1] }", set_of(kRule) + "    for: { vendor: acme }\n")),
             Contains("warning: signatures[s].for: matches no identity"));
  CHECK_THAT(findings(load("tcp: { ports: [1] }", set_of(kRule) + "    for: {}\n")),
             Contains("signatures[s].for: is empty and would match nothing"));
}

TEST_CASE("explain: a set that is for one of the two looks at what joins them",
          "[policy][explain]") {
  const auto told = [](const std::string& whom) {
    const auto loaded = load("tcp: { ports: [1] }", set_of(kRule) + "    for: " + whom + "\n");
    std::string out;
    const AccessRequest request{
        .source = "a", .destination = "b", .protocol = wire::ip_protocol::kTcp, .port = 1};
    for (const auto& step : explain(loaded.policy, request).steps) out += step + '\n';
    return out;
  };
  CHECK_THAT(told("{ name: [a, c] }"),
             Contains("signatures 's', for { name: [a, c] }, look at it"));
  CHECK_THAT(told("{ name: b }"), Contains("signatures 's', for { name: b }, look at it"));
  CHECK_THAT(told("{ name: c }"), !Contains("signatures"));
}

TEST_CASE("diff: whom signatures are for is a condition", "[policy][diff]") {
  const auto changes = [](const LoadedPolicy& before, const LoadedPolicy& after) {
    std::string out;
    for (const auto& change : condition_changes(before.policy, after.policy))
      out += change.relationship + ": " + change.sentence + '\n';
    return out;
  };
  const auto none = load("tcp: { ports: [1] }");
  const auto one = load("tcp: { ports: [1] }", set_of(kRule) + "    for: { name: b }\n");
  const auto other = load("tcp: { ports: [1] }",
                          set_of(kRule) + "    for: { exists: site, not: { role: [x, y] } }\n");
  CHECK(changes(one, one).empty());
  CHECK(changes(none, one) == "s: its signatures were for nobody; they are for { name: b }\n");
  CHECK(changes(one, none) == "s: its signatures were for { name: b }; they are for nobody\n");
  CHECK(changes(one, other) ==
        "s: its signatures were for { name: b }; they are for { exists: site, not: { role: [x, y] "
        "} }\n");
}

TEST_CASE("explain: says what a connection may carry, and what looks at it", "[policy][explain]") {
  const auto told = [](const std::string& service, uint16_t port) {
    const auto loaded = load(service + ", signatures: s", set_of(kRule));
    REQUIRE(loaded.ok());
    std::string out;
    const AccessRequest request{
        .source = "a", .destination = "b", .protocol = wire::ip_protocol::kTcp, .port = port};
    for (const auto& step : explain(loaded.policy, request).steps) out += step + '\n';
    return out;
  };
  CHECK_THAT(told("tcp: { ports: [22] }", 22), Contains("may carry no IT protocol but ssh"));
  CHECK_THAT(told("tcp: { ports: [502] }", 502), Contains("may carry no IT protocol;"));
  CHECK_THAT(told("tcp: { ports: [1], protocol: rdp }", 1), Contains("may carry rdp alone"));
  CHECK_THAT(told("tcp: { ports: [1] }", 1), Contains("signatures 's' look at it"));
}

TEST_CASE("diff: other protocols and other signatures are changes of conditions",
          "[policy][diff]") {
  const auto changes = [](const LoadedPolicy& before, const LoadedPolicy& after) {
    std::string out;
    for (const auto& change : condition_changes(before.policy, after.policy))
      out += change.relationship + ": " + change.sentence + '\n';
    return out;
  };
  const auto one = load("tcp: { ports: [1] }"), two = load("tcp: { ports: [1], protocol: ssh }");
  CHECK_THAT(changes(one, two),
             Contains("r: its conditions were: none; they are: tcp/1, ssh alone"));
  CHECK(changes(two, two) == "");
  const auto with = load("tcp: { ports: [1] }, signatures: s", set_of(kRule));
  std::string more = set_of(kRule);
  more.replace(more.find("\"x\""), 3, "\"y\"");
  CHECK_THAT(changes(with, load("tcp: { ports: [1] }, signatures: s", more)),
             Contains("s: its signatures were changed"));
}

}  // namespace
}  // namespace bulkhead::policy
