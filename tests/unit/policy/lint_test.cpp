// SPDX-License-Identifier: Apache-2.0
// Each warning about a legal rule: given where it is due, and not where it is not.
#include <catch2/catch.hpp>

#include "policy/yaml.h"

namespace bulkhead::policy {
namespace {

// Identities a, b, c (role: x) and d; then the relationships, one flow map per line.
std::string text_of(const std::string& relationships, const std::string& never = "[]") {
  std::string out = "identities:\n";
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::string letter(name);
    out += "  - { name: " + letter + ", bind: { gateway: g, port: p, mac: \"02:00:00:00:00:0" +
           letter + "\", ip: 10.0.0." + std::to_string(name[0] - 'a' + 1) + " }" +
           (letter == "d" ? "" : ", labels: { role: x }") + " }\n";
  }
  return out + "relationships:\n" + relationships + "never: " + never + "\n";
}

std::string warnings(const std::string& text) {
  const auto loaded = load_yaml(text, "p.yaml");
  std::string out;
  for (const auto& finding : loaded.findings) out += to_string(finding) + '\n';
  REQUIRE(loaded.ok());
  return out;
}

void warns(const std::string& text, const char* sentence) {
  INFO(warnings(text));
  CHECK(warnings(text).find(sentence) != std::string::npos);
}
void silent(const std::string& text) {
  CHECK(warnings(text).empty());
}

// One relationship with these Modbus rules.
std::string rules(const std::string& allow) {
  return "  - { name: r, from: a, to: b, modbus: { allow: [" + allow + "] } }\n";
}

std::string two(const std::string& first, const std::string& second) {
  return "  - { name: one, from: [a, c], to: b, " + first +
         " }\n  - { name: two, from: { role: x, " +
         "not: { name: nobody }, name: [c, a] }, to: b, " + second + " }\n";
}

TEST_CASE("lint: a rule that another rule of its list contains is redundant", "[policy][lint]") {
  const char* sentence = "redundant: allow[0] allows all of it";
  warns(text_of(rules("{ read: { holding: [\"0-99\"] } }, { read: { holding: [\"5-9\"] } }")),
        "p.yaml:7:83: warning: relationships[r].modbus.allow[1]: redundant: allow[0]");
  warns(text_of(rules("read, { read: { units: [1] } }")), sentence);
  warns(text_of(rules("{ write: { coils: [1], value: \"0..9\" } }, "
                      "{ write: { coils: [1], value: \"2..5\" } }")),
        sentence);
  warns(text_of(rules("{ read: { units: [\"1-3\"] } }, { read: { units: [\"1-3\"] } }")), sentence);
  warns(
      text_of(rules("{ read: { holding: [\"0-4\", \"5-9\"] } }, { read: { holding: [\"3-7\"] } }")),
      sentence);
}

TEST_CASE("lint: rules that only overlap are both needed", "[policy][lint]") {
  silent(text_of(rules("{ read: { holding: [\"0-99\"] } }, { read: { holding: [\"50-120\"] } }")));
  silent(text_of(rules("{ read: { holding: [\"0-99\"] } }, { read: { units: [1] } }")));
  silent(text_of(rules("{ read: { holding: [1] } }, { write: { holding: [1] } }")));
  silent(
      text_of(rules("{ write: { coils: [1], value: \"2..5\" } }, "
                    "{ write: { coils: [1], value: \"4..9\" } }")));
  silent(
      text_of(rules("{ read: { functions: [read_coils] } }, "
                    "{ read: { functions: [read_holding_registers] } }")));
}

TEST_CASE("lint: a relationship that another between the same identities contains is redundant",
          "[policy][lint]") {
  const char* sentence =
      "relationships[two]: redundant: relationships[one] joins the same identities";
  warns(text_of(two("tcp: { ports: [\"20-30\"] }", "tcp: { ports: [22] }")), sentence);
  warns(text_of(two("modbus: { allow: [read] }, icmp: { echo: true }",
                    "modbus: { allow: [ { read: { units: [1] } } ] }")),
        sentence);
  warns(text_of(two("tcp: { ports: [22] }", "tcp: { ports: [22] }")), sentence);
}

TEST_CASE(
    "lint: a relationship with a service, an identity or a manner of its own is not redundant",
    "[policy][lint]") {
  silent(text_of(two("tcp: { ports: [22] }", "tcp: { ports: [23] }")));
  silent(text_of(two("tcp: { ports: [22] }", "udp: { ports: [22] }")));
  silent(text_of(two("tcp: { ports: [22] }", "tcp: { ports: [22] }, mode: monitor")));
  silent(text_of(two("tcp: { ports: [22] }", "tcp: { ports: [22] }, refuse_with: drop")));
  silent(
      text_of("  - { name: one, from: a, to: b, tcp: { ports: [22] } }\n"
              "  - { name: two, from: c, to: b, tcp: { ports: [22] } }\n"));
}

TEST_CASE("lint: a rule of a class that a veto forbids to all whom it concerns never matches",
          "[policy][lint]") {
  const char* veto = "[ { name: v, to: b, operations: [write] } ]";
  warns(text_of(rules("read, { write: { coils: [1] } }"), veto),
        "relationships[r].modbus.allow[1]: never matches: veto 'v' forbids write here");
  silent(text_of(rules("read"), veto));
  // It leaves the relationship one pair.
  silent(text_of(
      "  - { name: r, from: a, to: [b, c], modbus: { allow: [ { write: { coils: [1] } } ] } }\n",
      veto));
}

TEST_CASE("lint: writes without units and points are broad", "[policy][lint]") {
  warns(text_of(rules("write")), "broad: every register and coil of every unit may be written");
  silent(text_of(rules("{ write: { units: [1] } }")));
  silent(text_of(rules("{ write: { coils: [1] } }")));
  silent(text_of(rules("read")));
}

TEST_CASE("lint: a relationship that joins more than a quarter of all pairs is broad",
          "[policy][lint]") {
  std::string text = "identities:\n";
  for (int i = 0; i < 20; ++i)
    text += "  - { name: u" + std::to_string(i) + ", kind: user, labels: { half: \"" +
            std::to_string(i < 11 ? 1 : 2) + "\", team: \"" + std::to_string(i < 10 ? 1 : 2) +
            "\" } }\n";
  text += "relationships:\n";
  warns(text + "  - { name: r, from: { half: 1 }, to: { half: 1 }, tcp: { ports: [22] } }\n",
        "relationships[r]: broad: joins 11 with 11 of 20 identities");
  silent(text + "  - { name: r, from: { team: 1 }, to: { team: 1 }, tcp: { ports: [22] } }\n");
}

}  // namespace
}  // namespace bulkhead::policy
