// SPDX-License-Identifier: Apache-2.0
// Evidence as YAML.
#include "learn/proposal.h"

#include <catch2/catch.hpp>

#include "policy/yaml.h"

namespace bulkhead::learn {
namespace {

using Catch::Matchers::Contains;
using wire::OperationClass;
using wire::PointType;

constexpr int64_t kNoon = 1'764'158'400'000'000'000;  // 2025-11-26T12:00Z

Interaction holding(const std::string& from, const std::string& to, OperationClass cls,
                    uint32_t first, uint32_t last, uint8_t unit = 1) {
  return {.from = from,
          .to = to,
          .protocol = wire::ip_protocol::kTcp,
          .port = 502,
          .app = wire::App::kModbus,
          .cls = cls,
          .code = static_cast<uint16_t>(cls == OperationClass::kRead ? 3 : 16),
          .unit = unit,
          .type = PointType::kHolding,
          .first = first,
          .last = last};
}

Interaction flow(const std::string& from, const std::string& to, uint16_t port,
                 uint8_t protocol = wire::ip_protocol::kTcp) {
  return {.from = from, .to = to, .protocol = protocol, .port = port};
}

const Seen kOften{7, kNoon, kNoon, {}, true};

std::string proposed(const Evidence& evidence, bool values = false) {
  return propose(evidence, {.source = "a test", .values = values}).yaml;
}

}  // namespace

TEST_CASE("proposal: ranges are joined, and each unit and class has its rule", "[learn]") {
  Evidence evidence;
  evidence.add(holding("hmi", "plc", OperationClass::kRead, 0, 9), kOften);
  evidence.add(holding("hmi", "plc", OperationClass::kRead, 10, 19), kOften);
  evidence.add(holding("hmi", "plc", OperationClass::kRead, 30, 30), kOften);
  evidence.add(holding("hmi", "plc", OperationClass::kWrite, 5, 5), kOften);
  evidence.add(flow("hmi", "plc", 502), kOften);
  const std::string yaml = proposed(evidence);
  CHECK_THAT(yaml, Contains("name: \"learned-hmi-plc\""));
  CHECK_THAT(yaml, Contains("- read: { units: [1], holding: [\"0-19\", \"30\"] }"));
  CHECK_THAT(yaml, Contains("- write: { units: [1], holding: [\"5\"] }"));
  CHECK_THAT(yaml, Contains("# 7 times unit 1 read_holding_registers holding 0-9, "));
}

TEST_CASE("proposal: those who do the same are one relationship", "[learn]") {
  Evidence evidence;
  for (const char* from : {"hmi-1", "hmi-2"})
    for (const char* to : {"plc-1", "plc-2", "plc-3"})
      evidence.add(holding(from, to, OperationClass::kRead, 0, 9), kOften);
  evidence.add(flow("hmi-1", "ntp", 123, wire::ip_protocol::kUdp), kOften);
  const Proposal proposal = propose(evidence, {.source = "a test"});
  CHECK(proposal.relationships == 2);
  CHECK_THAT(proposal.yaml, Contains("from: [\"hmi-1\", \"hmi-2\"]"));
  CHECK_THAT(proposal.yaml, Contains("to: [\"plc-1\", \"plc-2\", \"plc-3\"]"));
  CHECK_THAT(proposal.yaml, Contains("udp: { ports: [123] }"));
}

TEST_CASE("proposal: values limit writes only when asked for, and only where all were told",
          "[learn]") {
  Evidence evidence;
  Seen told = kOften, half = kOften;
  told.values = half.values = policy::NumberRange{5, 9};
  half.all_values = false;
  evidence.add(holding("hmi", "plc", OperationClass::kWrite, 10, 11), told);
  evidence.add(holding("hmi", "plc", OperationClass::kWrite, 20, 21), half);
  CHECK_THAT(proposed(evidence), Contains("holding: [\"10-11\", \"20-21\"] }"));
  const std::string limited = proposed(evidence, true);
  CHECK_THAT(limited, Contains("holding: [\"10-11\"], value: \"5..9\" }"));
  CHECK_THAT(limited, Contains("holding: [\"20-21\"] }"));
  CHECK_THAT(limited, Contains("values 5..9 and others"));
}

TEST_CASE("proposal: what no rule can name is said, not proposed", "[learn]") {
  Evidence evidence;
  Interaction unknown = holding("hmi", "plc", OperationClass::kUnspecified, 0, 0);
  unknown.type = PointType::kNone;
  unknown.code = 99;
  evidence.add(unknown, kOften);
  evidence.add(flow("hmi", "plc", 0, 47), kOften);
  const Proposal proposal = propose(evidence, {.source = "a test"});
  CHECK(proposal.left_out == 2);
  CHECK_THAT(proposal.yaml, Contains("# NOT PROPOSED"));
  CHECK_THAT(proposal.yaml, Contains("function 99"));
  CHECK_THAT(proposal.yaml, Contains("relationships: []"));
}

TEST_CASE("proposal: a scan is told, not proposed", "[learn]") {
  Evidence evidence;
  for (uint16_t port = 1; port <= 100; ++port) evidence.add(flow("laptop", "plc", port), kOften);
  evidence.add(flow("laptop", "plc", 53, wire::ip_protocol::kUdp), kOften);
  const Proposal proposal = propose(evidence, {.source = "a test"});
  CHECK_THAT(proposal.yaml, Contains("looks like a scan: laptop to plc: 100 ports"));
  CHECK_THAT(proposal.yaml, Contains("udp: { ports: [53] }"));
  CHECK_THAT(proposal.yaml, !Contains("tcp: {"));
}

TEST_CASE("proposal: no evidence proposes nothing, and gaps in it are told", "[learn]") {
  CHECK_THAT(proposed({}), Contains("relationships: []"));
  Evidence evidence;
  evidence.note(3, 4);
  CHECK_THAT(proposed(evidence), Contains("3 observations had no room"));
  CHECK_THAT(proposed(evidence), Contains("of 4 operations"));
}

TEST_CASE("proposal: two ports of one protocol are two relationships", "[learn]") {
  Evidence evidence;
  evidence.add(holding("hmi", "plc", OperationClass::kRead, 0, 9), kOften);
  Interaction other = holding("hmi", "plc", OperationClass::kRead, 0, 9);
  other.port = 1502;
  evidence.add(other, kOften);
  const Proposal proposal = propose(evidence, {.source = "a test"});
  CHECK(proposal.relationships == 2);
  CHECK_THAT(proposal.yaml, Contains("port: 1502"));
}

}  // namespace bulkhead::learn
