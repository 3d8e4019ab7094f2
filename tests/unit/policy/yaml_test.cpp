// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policy/reference.h"
#include "policy/time_text.h"

namespace bulkhead::policy {
namespace {

constexpr const char* kPlant = R"(
identities:
  - name: hmi-3
    kind: device
    bind: { gateway: gw-cell3, port: zone0, vlan: 30, mac: "00:1d:9c:00:00:11", ip: 10.30.0.11 }
    labels: { role: hmi, cell: "3" }
  - name: plc-7
    bind: { gateway: gw-cell3, port: zone1, ip: 10.30.0.70, mac: 00:0e:8c:00:00:70 }
    labels: { role: plc, cell: 3, safety: no }
relationships:
  - name: hmi-operates-plc
    from: { role: hmi, cell: "3" }
    to:   { role: plc, not: { safety: "yes" }, exists: [cell] }
    modbus:
      allow:
        - read:  { units: [1], holding: ["0-199"], coils: ["0-63"] }
        - write: { units: [1], holding: ["100-119"], value: "0..1500" }
        - discover
    icmp: { echo: true }
    refuse_with: drop
    mode: monitor
    on_end: cut
never:
  - name: nobody-writes-safety
    to: { safety: "yes" }
    operations: [write, control, program, firmware]
grants:
  - name: chg-1234
    subject: vendor-acme/alice
    on: hmi-3
    to: [plc-7]
    tcp: { ports: [22, "8000-8010"] }
    from: 2026-11-23T08:00Z
    until: 2026-11-23T13:00+01:00
    ticket: CHG-1234
    approved_by: [j.keller, m.ito]
)";

LoadedPolicy load(const std::string& text) {
  return load_yaml(text, "p.yaml");
}

std::string all(const LoadedPolicy& loaded) {
  std::string out;
  for (const auto& finding : loaded.findings) out += to_string(finding) + '\n';
  return out;
}

// kPlant with `from` replaced by `to` once.
std::string plant_with(const std::string& from, const std::string& to) {
  std::string text = kPlant;
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// One relationship with the given body lines between two known identities.
std::string relationship_with(const std::string& body) {
  return "identities:\n"
         "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
         "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.2 } }\n"
         "relationships:\n"
         "  - { name: r, from: a, to: b, " +
         body + " }\n";
}

TEST_CASE("policy yaml: the documented example loads without findings but the unmatched veto",
          "[policy][yaml]") {
  const auto loaded = load(kPlant);
  INFO(all(loaded));
  REQUIRE(loaded.ok());
  const Policy& p = loaded.policy;
  REQUIRE(p.identities.size() == 2);
  CHECK(p.identities[0].bind->vlan == 30);
  CHECK(to_string(p.identities[1].bind->mac) == "00:0e:8c:00:00:70");
  CHECK(p.identities[1].labels.at("safety") == "no");
  CHECK(p.identities[1].place.line == 7);
  REQUIRE(p.relationships.size() == 2);
  const auto& r = p.relationships[0];
  CHECK(r.mode == Mode::kMonitor);
  CHECK(r.refuse_with == RefuseWith::kDrop);
  REQUIRE(r.services.size() == 2);
  REQUIRE(r.services[0].allow.size() == 3);
  CHECK(r.services[0].ports[0].first == 502);
  CHECK(r.services[0].allow[1].value->last == 1500);
  CHECK(r.services[0].allow[2].cls == wire::OperationClass::kDiscover);
  const auto& grant = p.relationships[1];
  CHECK(grant.is_grant);
  CHECK(*grant.until_wall_ns - *grant.from_wall_ns == int64_t{4} * 3600 * 1'000'000'000);
  CHECK(grant.services[0].ports[1].last == 8010);
  CHECK(p.vetoes[0].from.any);
  CHECK(p.vetoes[0].operations.size() == 4);
  REQUIRE(loaded.findings.size() == 1);
  CHECK(all(loaded).find("warning: never[nobody-writes-safety].to: matches no identity") !=
        std::string::npos);
}

TEST_CASE("policy yaml: an empty file is an error that shows a minimal policy", "[policy][yaml]") {
  for (const char* text : {"", "# nothing\n", "---\n"}) {
    const auto loaded = load(text);
    CHECK_FALSE(loaded.ok());
    CHECK(all(loaded).find("`identities: []`") != std::string::npos);
  }
}

TEST_CASE("policy yaml: an explicit policy of nothing is accepted", "[policy][yaml]") {
  const auto loaded = load("identities: []\nrelationships: []\n");
  CHECK(loaded.ok());
  CHECK(loaded.findings.empty());
  CHECK_FALSE(load("identities: []\n").ok());
}

TEST_CASE("policy yaml: an unknown key is an error with line, column and the nearest word",
          "[policy][yaml]") {
  CHECK(all(load(plant_with("refuse_with", "refuse_wiht")))
            .find("p.yaml:20:5: error: relationships[hmi-operates-plc].refuse_wiht: unknown key; "
                  "did you mean 'refuse_with'?") != std::string::npos);
  CHECK_FALSE(load(plant_with("units", "unit")).ok());
  CHECK_FALSE(load(plant_with("vlan", "vlna")).ok());
  CHECK_FALSE(load("identities: []\nrelationships: []\nextra: 1\n").ok());
}

TEST_CASE("policy yaml: a duplicate key is an error", "[policy][yaml]") {
  CHECK(all(load(plant_with("    mode: monitor\n", "    mode: monitor\n    mode: enforce\n")))
            .find("duplicate key 'mode'") != std::string::npos);
}

TEST_CASE("policy yaml: words of the full language that are not executed are errors that say so",
          "[policy][yaml]") {
  const std::string says = "is not executed by this version";
  for (const char* body : {"icmp: { echo: true }, when: { trust: 50 }", "goose: { allow: [read] }",
                           "tcp: { ports: [443], tls: { sni: x } }", "pn_dcp: {}"}) {
    INFO(body);
    CHECK(all(load(relationship_with(body))).find(says) != std::string::npos);
  }
}

TEST_CASE("policy yaml: on_end is cut, drain or read_only", "[policy][yaml]") {
  const auto on_end = [](const std::string& word) {
    const auto loaded = load(relationship_with("modbus: { allow: [read] }, on_end: " + word));
    REQUIRE(all(loaded) == "");
    return loaded.policy.relationships.at(0).on_end;
  };
  CHECK(on_end("cut") == OnEnd::kCut);
  CHECK(on_end("drain") == OnEnd::kDrain);
  CHECK(on_end("read_only") == OnEnd::kReadOnly);
  CHECK(all(load(relationship_with("modbus: { allow: [read] }, on_end: fade"))).find("on_end") !=
        std::string::npos);
  CHECK(all(load(relationship_with("tcp: { ports: [22] }, on_end: drain"))).find("are cut") !=
        std::string::npos);
}

TEST_CASE("policy yaml: a rate is a count per s, min or h, with a burst or without",
          "[policy][yaml]") {
  const auto rate = [](const std::string& text) {
    const auto loaded =
        load(relationship_with("modbus: { allow: [ { write: { rate: \"" + text + "\" } } ] }"));
    INFO(text << ": " << all(loaded));
    REQUIRE(loaded.ok());
    return *loaded.policy.relationships.at(0).services.at(0).allow.at(0).rate;
  };
  CHECK(rate("2/s") == Rate{2, 1, 2});
  CHECK(rate("10/min") == Rate{10, 60, 10});
  CHECK(rate("600/h burst 20") == Rate{600, 3600, 20});
  for (const char* wrong :
       {"2", "2/d", "2/s burst", "2/s burst 0", "0/s", "/s", "2/", "2 /s", "-2/s",
        "2/s burst 2 burst 3", "burst 2/s", "1000001/s", "2/s burst 65536", ""}) {
    INFO(wrong);
    CHECK_FALSE(load(relationship_with("modbus: { allow: [ { write: { rate: \"" +
                                       std::string(wrong) + "\" } } ] }"))
                    .ok());
  }
}

TEST_CASE("policy yaml: max_step is for writes of named holding registers alone",
          "[policy][yaml]") {
  const auto loaded = [](const std::string& rule) {
    return load(relationship_with("modbus: { allow: [ { " + rule + " } ] }"));
  };
  const auto good = loaded("write: { holding: [\"100-119\"], max_step: 50 }");
  REQUIRE(good.ok());
  CHECK(good.policy.relationships.at(0).services.at(0).allow.at(0).max_step == 50u);
  for (const char* wrong :
       {"write: { max_step: 50 }", "write: { coils: [1], max_step: 1 }",
        "write: { holding: [1], coils: [1], max_step: 5 }", "read: { holding: [1], max_step: 5 }",
        "write: { holding: [1], max_step: 0 }", "write: { holding: [1], max_step: 65536 }"}) {
    INFO(wrong);
    CHECK_FALSE(loaded(wrong).ok());
  }
}

TEST_CASE("policy yaml: wrongly typed and out-of-range values are errors", "[policy][yaml]") {
  for (const char* body : {"modbus: 5",
                           "modbus: { allow: 5 }",
                           "modbus: { port: 0, allow: [read] }",
                           "modbus: { port: 70000, allow: [read] }",
                           "modbus: { allow: [fly] }",
                           "modbus: { allow: [ { read: } ] }",
                           "modbus: { allow: [ { read: {}, write: {} } ] }",
                           "modbus: { allow: [ { read: { units: [256] } } ] }",
                           "modbus: { allow: [ { read: { units: [] } } ] }",
                           "modbus: { allow: [ { read: { holding: [\"5-1\"] } } ] }",
                           "modbus: { allow: [ { read: { holding: [\"0-65536\"] } } ] }",
                           "modbus: { allow: [ { read: { holding: [010] } } ] }",
                           "modbus: { allow: [ { read: { holding: [\"-5\"] } } ] }",
                           "modbus: { allow: [ { read: { functions: [read_coil] } } ] }",
                           "modbus: { allow: [ { read: { functions: [] } } ] }",
                           "modbus: { allow: [ { write: { value: \"0..65536\" } } ] }",
                           "modbus: {}",
                           "tcp: { ports: [0] }",
                           "tcp: {}",
                           "tcp: { ports: [] }",
                           "icmp: { echo: false }",
                           "icmp: {}",
                           "icmp: { echo: yes }",
                           "mode: off, icmp: { echo: true }",
                           "refuse_with: rest, icmp: { echo: true }"}) {
    INFO(body);
    CHECK_FALSE(load(relationship_with(body)).ok());
  }
}

TEST_CASE("policy yaml: a misspelt function is answered with the nearest one", "[policy][yaml]") {
  CHECK(all(load(relationship_with("modbus: { allow: [ { read: { functions: [read_coil] } } ] }")))
            .find("did you mean 'read_coils'?") != std::string::npos);
}

TEST_CASE("policy yaml: bindings are checked", "[policy][yaml]") {
  const auto with = [](const char* identity) {
    return load("identities:\n  - " + std::string(identity) + "\nrelationships: []\n");
  };
  CHECK(with("{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }")
            .ok());
  CHECK(with("{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: "
             "\"2001:db8::1\" } }")
            .ok());
  for (const char* identity :
       {"{ bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }",
        "{ name: a, bind: { port: z, ip: 10.0.0.1 } }",
        "{ name: a, bind: { gateway: g, port: z } }",
        "{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.300 } }",
        "{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 224.0.0.1 } }",
        "{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 0.0.0.0 } }",
        "{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1, vlan: "
        "4095 } }",
        "{ name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1, vlan: 0 } "
        "}",
        "{ name: a, bind: { gateway: g, port: z, ip: 10.0.0.1, mac: 01:00:5e:00:00:01 } }",
        "{ name: a, bind: { gateway: g, port: z, ip: 10.0.0.1, mac: nonsense } }",
        "{ name: a, kind: robot }", "{ name: \"a b\" }",
        "{ name: a, kind: user, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: "
        "10.0.0.1 } }",
        "{ name: a, labels: { not: x } }", "{ name: a, labels: [x] }",
        "{ name: a, labels: { x: } }"}) {
    INFO(identity);
    CHECK_FALSE(with(identity).ok());
  }
}

TEST_CASE("policy yaml: names and addresses are used once", "[policy][yaml]") {
  CHECK(all(load(plant_with("name: plc-7", "name: hmi-3"))).find("used already at line 3") !=
        std::string::npos);
  CHECK(all(load(plant_with("10.30.0.70", "10.30.0.11"))).find("bound to 'hmi-3' already") !=
        std::string::npos);
  CHECK_FALSE(load(plant_with("name: chg-1234", "name: hmi-operates-plc")).ok());
}

TEST_CASE("policy yaml: selectors that would match nothing or everything by accident are errors",
          "[policy][yaml]") {
  CHECK_FALSE(load(plant_with("{ role: hmi, cell: \"3\" }\n    to", "{}\n    to")).ok());
  CHECK_FALSE(load(plant_with("{ role: hmi, cell: \"3\" }\n    to", "[]\n    to")).ok());
  CHECK_FALSE(load(plant_with("{ role: hmi, cell: \"3\" }\n    to", "{ role: [] }\n    to")).ok());
  CHECK_FALSE(load(plant_with("    from: { role: hmi, cell: \"3\" }\n", "")).ok());
  CHECK_FALSE(
      load(plant_with("operations: [write, control, program, firmware]", "operations: []")).ok());
}

TEST_CASE("policy yaml: a grant needs subject and end, and its window is not empty",
          "[policy][yaml]") {
  CHECK_FALSE(load(plant_with("    until: 2026-11-23T13:00+01:00\n", "")).ok());
  CHECK_FALSE(load(plant_with("    subject: vendor-acme/alice\n", "")).ok());
  CHECK_FALSE(load(plant_with("2026-11-23T13:00+01:00", "2026-11-23T09:00+01:00")).ok());
  CHECK_FALSE(load(plant_with("2026-11-23T13:00+01:00", "2026-11-23T13:00")).ok());
  CHECK_FALSE(load(plant_with("2026-11-23T13:00+01:00", "tomorrow")).ok());
}

TEST_CASE("policy yaml: what can never match is a warning", "[policy][yaml]") {
  const auto warns = [](const std::string& text, const char* what) {
    const auto loaded = load(text);
    INFO(all(loaded));
    CHECK(loaded.ok());
    CHECK(all(loaded).find(what) != std::string::npos);
  };
  warns(relationship_with("modbus: { allow: [ { read: { value: 5 } } ] }"),
        "a read carries no value");
  warns(relationship_with("modbus: { allow: [ { write: { inputs: [5] } } ] }"),
        "input points cannot be written");
  warns(relationship_with("modbus: { allow: [session] }"),
        "no Modbus operation is of class session");
  warns(relationship_with("modbus: { allow: [ { read: { functions: [write_single_coil] } } ] }"),
        "write_single_coil is of class write");
  warns(relationship_with("modbus: { allow: [] }"), "allows no operation");
  warns(relationship_with("modbus: { allow: [read] }, tcp: { ports: [502] }"),
        "without inspection");
  warns(plant_with("on: hmi-3", "on: hmi-4"), "did you mean 'hmi-3'?");
  warns(relationship_with("tcp: { ports: [80] }") +
            "never: [ { name: v, to: b, operations: [write] } ]\n",
        "its tcp and udp services never match: veto 'v'");
  warns(relationship_with("tcp: { ports: [80] }") + "never: [ { name: v, to: b } ]\n",
        "never matches: veto 'v'");
}

TEST_CASE("policy yaml: a hopeless file gives at most fifty errors", "[policy][yaml]") {
  std::string text = "identities:\n";
  for (int i = 0; i < 5000; ++i) text += "  - { nam: x }\n";
  const auto loaded = load(text + "relationships: []\n");
  CHECK(loaded.findings.size() <= kMaxErrors + 1);
  CHECK_FALSE(loaded.ok());
}

TEST_CASE("policy time: ISO 8601 with a zone, checked against the calendar", "[policy][time]") {
  CHECK(*parse_time("1970-01-01T00:00Z") == 0);
  CHECK(*parse_time("2026-11-23T09:00+01:00") == *parse_time("2026-11-23T08:00:00Z"));
  CHECK(time_text(*parse_time("2028-02-29T23:59:58Z")) == "2028-02-29T23:59:58Z");
  CHECK(time_text(INT64_MIN) == "1677-09-21T00:12:43Z");
  CHECK(time_text(INT64_MAX) == "2262-04-11T23:47:16Z");
  for (const char* text :
       {"2027-02-29T00:00Z", "2026-13-01T00:00Z", "2026-01-01T24:00Z", "2026-01-01",
        "2026-01-01T00:00", "2026-01-01T00:00z", "2026-01-01T00:00+0100", "1969-12-31T00:00Z",
        "2201-01-01T00:00Z", "", "Z", "2026-01-01T00:00Zx", "2026-01-01T0 :00Z",
        "2026-01-01T00:00+15:00"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text).ok());
  }
}

}  // namespace
}  // namespace bulkhead::policy
