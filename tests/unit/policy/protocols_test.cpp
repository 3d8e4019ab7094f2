// SPDX-License-Identifier: Apache-2.0
// Policies that open protocols other than Modbus, and how their operations are judged.
#include <catch2/catch.hpp>

#include "policy/reference.h"
#include "policy/yaml.h"
#include "wire/apps/value_key.h"

using namespace bulkhead;
using namespace bulkhead::policy;
using wire::App;
using wire::OperationClass;
using wire::PointType;

namespace {

LoadedPolicy load(const std::string& services) {
  return load_yaml(
      "identities:\n"
      "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
      "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.2 } }\n"
      "relationships:\n  - { name: r, from: a, to: b, " +
          services + " }\n",
      "p.yaml");
}

std::string errors(const std::string& services) {
  std::string out;
  for (const auto& finding : load(services).findings) out += to_string(finding) + '\n';
  return out;
}

const Service& only_service(const LoadedPolicy& loaded) {
  REQUIRE(loaded.ok());
  REQUIRE(loaded.policy.relationships.size() == 1);
  REQUIRE(loaded.policy.relationships[0].services.size() == 1);
  return loaded.policy.relationships[0].services[0];
}

Why judged(const std::string& services, const wire::Operation& operation, uint16_t port) {
  const auto loaded = load(services);
  INFO(errors(services));
  REQUIRE(loaded.ok());
  AccessRequest request;
  request.source = "a";
  request.destination = "b";
  request.protocol = 6;
  request.port = port;
  request.operation = &operation;
  return evaluate(loaded.policy, request).why;
}

void says(const std::string& services, const std::string& sentence) {
  INFO(errors(services));
  CHECK(errors(services).find(sentence) != std::string::npos);
}

}  // namespace

TEST_CASE("policy: a protocol has its usual port and transport, or another",
          "[policy][protocols]") {
  const auto usual = load("dnp3: { allow: [read] }");
  CHECK(only_service(usual).protocol == 6);
  CHECK(only_service(usual).ports == std::vector<NumberRange>{{20000, 20000}});
  const auto other = load("dnp3: { transport: udp, port: 20001, allow: [read] }");
  CHECK(only_service(other).protocol == 17);
  CHECK(only_service(other).ports == std::vector<NumberRange>{{20001, 20001}});
  says("s7comm: { transport: udp, allow: [read] }", "S7comm is not inspected over 'udp'");
}

TEST_CASE("policy: functions are named as the protocol's table does; a near one is suggested",
          "[policy][protocols]") {
  const auto loaded = load("dnp3: { allow: [ control: { functions: [direct_operate] } ] }");
  CHECK(only_service(loaded).allow[0].functions == std::vector<uint32_t>{5});
  says("dnp3: { allow: [ control: { functions: [direct_operat] } ] }",
       "'direct_operat' is not a DNP3 function; did you mean 'direct_operate'?");
}

TEST_CASE("policy: points of another protocol are unknown keys", "[policy][protocols]") {
  says("s7comm: { allow: [ read: { holding: [1] } ] }", "read.holding: unknown key");
  says("modbus: { allow: [ read: { dbs: [1] } ] }", "read.dbs: unknown key");
  says("s7comm: { allow: [ read: { max_step: 5 } ] }", "read.max_step: unknown key");
}

TEST_CASE("policy: two stacks on one port are an error, one stack is not", "[policy][protocols]") {
  says("modbus: { port: 102, allow: [read] }, s7comm: { allow: [read] }",
       "modbus and s7comm are on the same port");
  CHECK(errors("s7comm: { allow: [read] }, s7comm_plus: { allow: [read] }") == "");
}

TEST_CASE("policy: bounds of values are real numbers where the protocol has such",
          "[policy][protocols]") {
  const auto loaded = load("dnp3: { allow: [ control: { value: \"-4.5..100\" } ] }");
  CHECK(only_service(loaded).allow[0].value ==
        NumberRange{wire::ordered_key(-4.5), wire::ordered_key(100)});
  says("dnp3: { allow: [ control: { value: \"a..b\" } ] }", "'a' is not a number");
  says("dnp3: { allow: [ control: { value: \"5..4\" } ] }", "'5..4' ends before it begins");
}

TEST_CASE("policy: connection management is part of whatever is allowed", "[policy][protocols]") {
  wire::Operation connect;
  connect.app = App::kCotp;
  connect.cls = OperationClass::kSession;
  CHECK(judged("s7comm: { allow: [read] }", connect, 102) == Why::kAllowed);
  CHECK(judged("s7comm: { allow: [] }", connect, 102) == Why::kOperationDenied);
  connect.cls = OperationClass::kRead;
  CHECK(judged("s7comm: { allow: [read] }", connect, 102) == Why::kOperationDenied);
}

TEST_CASE("policy: an operation with points left out fits no rule", "[policy][protocols]") {
  wire::Operation read;
  read.app = App::kS7comm;
  read.cls = OperationClass::kRead;
  CHECK(judged("s7comm: { allow: [read] }", read, 102) == Why::kAllowed);
  read.clipped = true;
  CHECK(judged("s7comm: { allow: [read] }", read, 102) == Why::kOperationDenied);
}

TEST_CASE("policy: every item of an S7comm request is looked at", "[policy][protocols]") {
  const std::string rules = "s7comm: { allow: [ read: { dbs: [\"10:0-99\"] } ] }";
  const uint64_t db = uint64_t{10} << 32;
  wire::Operation read;
  read.app = App::kS7comm;
  read.cls = OperationClass::kRead;
  read.add_point({PointType::kS7Db, OperationClass::kRead, db, db + 799});
  CHECK(judged(rules, read, 102) == Why::kAllowed);
  read.add_point({PointType::kS7Db, OperationClass::kRead, db + 800, db + 807});
  CHECK(judged(rules, read, 102) == Why::kOperationDenied);
}

TEST_CASE("policy: a rule of CIP that names no unit is of near ones; what is further must be named",
          "[policy][protocols]") {
  wire::Operation read;
  read.app = App::kCip;
  read.cls = OperationClass::kRead;
  const auto why = [&](const std::string& rule, uint32_t unit) {
    read.unit = unit;
    return judged("cip: { allow: [ " + rule + " ] }", read, 44818);
  };
  for (const uint32_t near : {0u, 1u, 256u}) CHECK(why("read", near) == Why::kAllowed);
  for (const uint32_t far : {257u, UINT32_MAX}) {
    CHECK(why("read", far) == Why::kOperationDenied);
    CHECK(why("read: { objects: [1] }", far) == Why::kOperationDenied);
  }
  CHECK(why("read: { units: [257] }", 257) == Why::kAllowed);
  CHECK(why("read: { units: [257] }", 0) == Why::kOperationDenied);
  says("cip: { allow: [ read: { units: [4294967295] } ] }", "is not a whole number from 0 to 257");
}

TEST_CASE(
    "policy: tags of CIP are the same whatever their case, and objects are instances of a class",
    "[policy][protocols]") {
  wire::Operation read;
  read.app = App::kCip;
  read.cls = OperationClass::kRead;
  read.add_point(
      {.type = PointType::kCipTag, .access = OperationClass::kRead, .name = "PUMP.Speed"});
  CHECK(judged("cip: { allow: [ read: { tags: [\"Pump.*\"] } ] }", read, 44818) == Why::kAllowed);
  CHECK(judged("cip: { allow: [ read: { tags: [\"Pump\"] } ] }", read, 44818) ==
        Why::kOperationDenied);
  const uint64_t identity = uint64_t{1} << 48 | 1u << 16;
  read.points.clear();
  read.add_point({.type = PointType::kCipObject,
                  .access = OperationClass::kRead,
                  .first = identity,
                  .last = identity | 0xffff});
  CHECK(judged("cip: { allow: [ read: { objects: [\"1:1\"] } ] }", read, 44818) == Why::kAllowed);
  CHECK(judged("cip: { allow: [ read: { objects: [\"1:2\", \"2\"] } ] }", read, 44818) ==
        Why::kOperationDenied);
}

TEST_CASE("policy: who opens Modbus function 90 opens the UMAS inside, and nobody else does",
          "[policy][protocols][umas]") {
  wire::Operation read;
  read.app = App::kUmas;
  read.cls = OperationClass::kRead;
  read.code = 0x22;
  read.unit = 1;
  read.add_point({PointType::kUmasBlock, OperationClass::kRead, 48, 48});
  for (const std::string opens :
       {"modbus: { allow: [program] }",
        "modbus: { allow: [ program: { functions: [unity_schneider], units: [1] } ] }",
        "umas: { allow: [read] }", "modbus: { allow: [read] }, umas: { allow: [read] }",
        "umas: { allow: [ read: { blocks: [\"40-50\"] } ] }"})
    CHECK(judged(opens, read, 502) == Why::kAllowed);
  for (const std::string does_not :
       {"modbus: { allow: [read, write, diagnose] }",
        "modbus: { allow: [ program: { functions: [program_concept] } ] }",
        "modbus: { allow: [ program: { units: [2] } ] }", "umas: { allow: [program] }",
        "umas: { allow: [ read: { blocks: [\"49-50\"] } ] }"})
    CHECK(judged(does_not, read, 502) == Why::kOperationDenied);
}

TEST_CASE("policy: the session of UMAS comes with what UMAS allows, not with what Modbus does",
          "[policy][protocols][umas]") {
  wire::Operation begin;
  begin.app = App::kUmas;
  begin.cls = OperationClass::kSession;
  begin.code = 1;
  CHECK(judged("umas: { allow: [read] }", begin, 502) == Why::kAllowed);
  CHECK(judged("modbus: { allow: [read, write] }", begin, 502) == Why::kOperationDenied);
  CHECK(judged("modbus: { allow: [program] }", begin, 502) == Why::kAllowed);
}

TEST_CASE("policy: a FINS rule for the near controller does not open what is routed past it",
          "[policy][protocols][fins]") {
  const std::string rules =
      "fins: { transport: tcp, allow: [ read: { units: [0], areas: [\"130:100-199\"] } ] }";
  wire::Operation read;
  read.app = App::kFins;
  read.cls = OperationClass::kRead;
  read.code = 0x0101;
  read.add_point({PointType::kFinsArea, OperationClass::kRead, 100, 199, 130});
  CHECK(judged(rules, read, 9600) == Why::kAllowed);
  read.unit = 1 << 16;
  CHECK(judged(rules, read, 9600) == Why::kOperationDenied);
  read.unit = 0;
  read.points[0].detail = 176;
  CHECK(judged(rules, read, 9600) == Why::kOperationDenied);
}

TEST_CASE("policy: an SLMP rule names devices by their code", "[policy][protocols][slmp]") {
  const std::string rules = "slmp: { allow: [ write: { units: [0], devices: [\"168:0-9\"] } ] }";
  wire::Operation write;
  write.app = App::kSlmp;
  write.cls = OperationClass::kWrite;
  write.code = 0x1401;
  write.add_point({PointType::kSlmpDevice, OperationClass::kWrite, 0, 9, 0xa8});
  CHECK(judged(rules, write, 5007) == Why::kAllowed);
  write.points[0].detail = 0xaf;
  CHECK(judged(rules, write, 5007) == Why::kOperationDenied);
}
