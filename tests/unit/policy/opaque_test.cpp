// SPDX-License-Identifier: Apache-2.0
// What passes unread: `opaque` of an inspected service.
#include "policy/opaque.h"

#include <catch2/catch.hpp>

#include "policy/describe.h"
#include "policy/diff.h"
#include "policy/reference.h"
#include "policy/yaml.h"

namespace bulkhead::policy {
namespace {

using wire::App;
using wire::PointType;

LoadedPolicy load(const std::string& services, const std::string& more = "") {
  return load_yaml(
      "identities:\n"
      "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
      "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.2 } }\n"
      "relationships:\n  - { name: r, from: a, to: b, " +
          services + " }\n" + more,
      "p.yaml");
}

std::string findings(const std::string& services, const std::string& more = "") {
  std::string out;
  for (const auto& finding : load(services, more).findings) out += to_string(finding) + '\n';
  return out;
}

void says(const std::string& services, const std::string& sentence, const std::string& more = "") {
  INFO(findings(services, more));
  CHECK(findings(services, more).find(sentence) != std::string::npos);
}

wire::Operation tls_record(uint16_t version, std::string_view server) {
  wire::Operation out;
  out.app = App::kTls;
  out.opaque = true;
  out.add_point({PointType::kTlsVersion, {}, version, version});
  if (!server.empty()) out.add_point({PointType::kTlsServerName, {}, 0, 0, 0, server});
  return out;
}

Why judged(const std::string& services, const wire::Operation& operation, uint16_t port = 502,
           const std::string& more = "") {
  const auto loaded = load(services, more);
  INFO(findings(services, more));
  REQUIRE(loaded.ok());
  AccessRequest request{"a", "b", 6, port, &operation};
  return evaluate(loaded.policy, request).why;
}

TEST_CASE("opaque: left out, what is encrypted is refused whatever the rules say", "[policy]") {
  CHECK(judged("modbus: { allow: [read, write, session] }", tls_record(0x0304, "")) ==
        Why::kOpaqueSession);
  CHECK(judged("modbus: { allow: [], opaque: allow }", tls_record(0x0304, "")) == Why::kAllowed);
}

TEST_CASE("opaque: TLS is of 1.2 at least, or as min_version says", "[policy]") {
  CHECK(judged("modbus: { allow: [], opaque: allow }", tls_record(0x0303, "")) == Why::kAllowed);
  CHECK(judged("modbus: { allow: [], opaque: allow }", tls_record(0x0302, "")) == Why::kTlsTerms);
  const std::string newest = "modbus: { allow: [], opaque: { tls: { min_version: \"1.3\" } } }";
  CHECK(judged(newest, tls_record(0x0303, "")) == Why::kTlsTerms);
  CHECK(judged(newest, tls_record(0x0304, "")) == Why::kAllowed);
  wire::Operation silent = tls_record(0x0304, "");
  silent.points.clear();
  CHECK(judged(newest, silent) == Why::kTlsTerms);
}

TEST_CASE("opaque: the server's name is one of those, in any case", "[policy]") {
  const std::string named =
      "modbus: { allow: [], opaque: { tls: { server_name: [PLC-7.plant, plc-8.plant] } } }";
  CHECK(judged(named, tls_record(0x0304, "plc-7.PLANT")) == Why::kAllowed);
  CHECK(judged(named, tls_record(0x0304, "plc-9.plant")) == Why::kTlsTerms);
  CHECK(judged(named, tls_record(0x0304, "")) == Why::kTlsTerms);
}

TEST_CASE("opaque: what a protocol encrypts itself passes by its own service alone", "[policy]") {
  wire::Operation own;
  own.app = App::kOpcua;
  own.opaque = true;
  const std::string port = "port: 102, ";
  CHECK(judged("opcua: { allow: [], opaque: allow }", own, 4840) == Why::kAllowed);
  CHECK(judged("opcua: { allow: [read] }", own, 4840) == Why::kOpaqueSession);
  own.app = App::kS7commPlus;
  CHECK(judged("s7comm: { allow: [], opaque: allow }", own, 102) == Why::kOpaqueSession);
}

TEST_CASE("opaque: a veto of any class forbids it, and a warning says so", "[policy]") {
  const std::string veto = "never:\n  - { name: v, to: b, operations: [firmware] }\n";
  wire::Operation open = tls_record(0x0304, "");
  CHECK(judged("modbus: { allow: [], opaque: allow }", open, 502, veto) == Why::kVetoed);
  open.cls = wire::OperationClass::kSession;  // as OPC UA says it of what opens a channel
  CHECK(judged("modbus: { allow: [], opaque: allow }", open, 502, veto) == Why::kVetoed);
  says("modbus: { allow: [read], opaque: allow }",
       "relationships[r].modbus: opaque never matches: veto 'v' forbids", veto);
}

TEST_CASE("opaque: with no rules it opens connections, and nothing in the clear", "[policy]") {
  wire::Operation connect, read;
  connect.app = read.app = App::kDnp3;
  connect.cls = wire::OperationClass::kSession;
  read.cls = wire::OperationClass::kRead;
  const std::string only = "dnp3: { allow: [], opaque: allow }";
  CHECK(judged(only, connect, 20000) == Why::kAllowed);
  CHECK(judged(only, read, 20000) == Why::kOperationDenied);
  CHECK(judged("dnp3: { allow: [] }", connect, 20000) == Why::kOperationDenied);
}

TEST_CASE("opaque: mistakes are errors with their place", "[policy][yaml]") {
  says("modbus: { allow: [], opaque: true }", "relationships[r].modbus.opaque: must be `allow`");
  says("modbus: { allow: [], opaque: {} }", "must be `allow`");
  says("modbus: { allow: [], opaque: { tls: { min_version: \"1.4\" } } }",
       "relationships[r].modbus.opaque.tls.min_version: '1.4' is none of 1.0, 1.1, 1.2, 1.3");
  says("modbus: { allow: [], opaque: { tls: { server_name: [] } } }", "an empty list");
  says("modbus: { allow: [], opaque: { tls: { server_name: [\"*.plant\"] } } }",
       "'*.plant' is not the name of a host");
  says("modbus: { allow: [], opaque: { rate: \"0/s\" } }", "relationships[r].modbus.opaque.rate");
  says("bacnet: { allow: [], opaque: { tls: { server_name: [x] } } }", "TLS is over TCP");
  says("tcp: { ports: [802], opaque: allow }", "opaque");
  CHECK(findings("modbus: { allow: [], opaque: allow }") == "");
}

TEST_CASE("opaque: descriptions and differences have its terms", "[policy]") {
  const auto plain = load("modbus: { allow: [] }"),
             open = load(
                 "modbus: { allow: [], opaque: { tls: { server_name: [plc-7] }, rate: \"5/s\" } }");
  REQUIRE(open.ok());
  CHECK(describe(open.policy.relationships[0].services[0]) ==
        "modbus on tcp/502 (encrypted too: TLS 1.2 or later to plc-7)");
  const auto changes = diff(plain.policy, open.policy);
  REQUIRE(changes.ok());
  REQUIRE(changes->conditions.size() == 1);
  CHECK(changes->conditions[0].sentence.find(
            "they are: modbus opaque, TLS 1.2 or later to plc-7, rate 5 in 1 s, burst 5") !=
        std::string::npos);
}

TEST_CASE("opaque: an explanation says that it is encrypted, and what would let it pass",
          "[policy][explain]") {
  const auto loaded = load("modbus: { allow: [read] }");
  const wire::Operation hello = tls_record(0x0304, "");
  const Explanation said = explain(loaded.policy, {"a", "b", 6, 502, &hello});
  CHECK(said.steps.back() == "Denied: it is encrypted, and 'r' lets nothing pass unread there.");
  REQUIRE(said.would_allow.size() == 1);
  CHECK(said.would_allow[0].find("opaque: allow") != std::string::npos);
}

TEST_CASE("opaque: names of hosts", "[policy]") {
  for (const char* good : {"plc-7", "plc_7.plant.example", "10.0.0.7", "A"})
    CHECK(server_name_ok(good));
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "a b", "*.a", "a:1"})
    CHECK_FALSE(server_name_ok(bad));
  CHECK_FALSE(server_name_ok(std::string(254, 'a')));
}

}  // namespace
}  // namespace bulkhead::policy
