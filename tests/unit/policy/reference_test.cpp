// SPDX-License-Identifier: Apache-2.0
#include "policy/reference.h"

#include "plant.h"
#include "policy/selector.h"

namespace bulkhead::policy {
namespace {

std::string verdict(const Policy& policy, const AccessRequest& request) {
  const auto d = evaluate(policy, request);
  return std::string(to_string(d.outcome)) + ' ' + std::string(to_string(d.why)) +
         (d.relationship.empty() ? "" : ' ' + d.relationship);
}

TEST_CASE("reference: a flow passes where a relationship opens its service, in its direction",
          "[policy]") {
  const auto p = load_plant();
  CHECK(verdict(p, tcp("hmi", "plc", 502)) == "allow allowed operate");
  CHECK(verdict(p, tcp("plc", "hmi", 502)) == "deny no_relationship");
  CHECK(verdict(p, tcp("hmi", "plc", 503)) == "deny no_relationship");
  CHECK(verdict(p, tcp("stranger", "plc", 502)) == "deny no_relationship");
  CHECK(verdict(p, tcp("nobody", "plc", 502)) == "deny unknown_source");
  CHECK(verdict(p, tcp("hmi", "nobody", 502)) == "deny unknown_destination");
}

TEST_CASE("reference: echo of both families is one service", "[policy]") {
  const auto p = load_plant();
  CHECK(verdict(p, {"hmi", "plc", 1, 0, nullptr, 0}) == "allow allowed operate");
  CHECK(verdict(p, {"hmi", "plc", 58, 0, nullptr, 0}) == "allow allowed operate");
}

TEST_CASE("reference: an operation passes only within its rule's unit, points and values",
          "[policy]") {
  const auto p = load_plant();
  auto read = HoldingOperation::read(0, 199);
  CHECK(verdict(p, tcp("hmi", "plc", 502, &read.operation)) == "allow allowed operate");
  auto beyond = HoldingOperation::read(199, 200);
  CHECK(verdict(p, tcp("hmi", "plc", 502, &beyond.operation)) == "deny operation_denied operate");
  read.operation.unit = 2;
  CHECK(verdict(p, tcp("hmi", "plc", 502, &read.operation)) == "deny operation_denied operate");
  const WriteOperation good(100, 1500), high(100, 1501), elsewhere(99, 1);
  CHECK(verdict(p, tcp("hmi", "plc", 502, &good.operation)) == "allow allowed operate");
  CHECK(verdict(p, tcp("hmi", "plc", 502, &high.operation)) == "deny value_out_of_range operate");
  CHECK(verdict(p, tcp("hmi", "plc", 502, &elsewhere.operation)) ==
        "deny operation_denied operate");
}

TEST_CASE("reference: a write that does not carry its value does not fit a rule with values",
          "[policy]") {
  const auto p = load_plant();
  const HoldingOperation mask(wire::OperationClass::kWrite, 22, 100, 100);
  CHECK(verdict(p, tcp("hmi", "plc", 502, &mask.operation)) == "deny value_out_of_range operate");
}

TEST_CASE("reference: an operation without points needs a rule without points", "[policy]") {
  const auto p = load_plant();
  auto status = HoldingOperation(wire::OperationClass::kRead, 7, 0, 0);
  status.operation.points.clear();
  CHECK(verdict(p, tcp("hmi", "plc", 502, &status.operation)) == "deny operation_denied operate");
}

TEST_CASE("reference: a veto wins over the relationship that allows", "[policy]") {
  const auto p = load_plant();
  const WriteOperation write(100, 1);
  CHECK(verdict(p, tcp("hmi", "safety", 502, &write.operation)) == "deny vetoed no-safety-writes");
  const auto read = HoldingOperation::read(0, 1);
  CHECK(verdict(p, tcp("hmi", "safety", 502, &read.operation)) == "allow allowed operate");
}

TEST_CASE("reference: a class veto closes opaque services, but not echo", "[policy]") {
  const auto p = load_plant();
  CHECK(verdict(p, tcp("hmi", "safety", 102)) == "deny vetoed no-safety-writes");
  CHECK(verdict(p, {"hmi", "safety", 1, 0, nullptr, 0}) == "allow allowed operate");
}

TEST_CASE(
    "reference: an operation of unknown class passes no rule and falls under every class veto",
    "[policy]") {
  const auto p = load_plant();
  auto unknown = HoldingOperation::read(0, 0);
  unknown.operation.cls = wire::OperationClass::kUnspecified;
  CHECK(verdict(p, tcp("hmi", "plc", 502, &unknown.operation)) == "deny operation_denied operate");
  CHECK(verdict(p, tcp("hmi", "safety", 502, &unknown.operation)) ==
        "deny vetoed no-safety-writes");
}

TEST_CASE("reference: a grant ends at its `until`, to the nanosecond", "[policy]") {
  const auto p = load_plant();
  auto request = tcp("stranger", "plc", 22);
  CHECK(verdict(p, request) == "allow allowed visit");
  request.wall_ns = *p.relationships.back().until_wall_ns - 1;
  CHECK(verdict(p, request) == "allow allowed visit");
  ++request.wall_ns;
  CHECK(verdict(p, request) == "deny expired visit");
}

TEST_CASE("reference: a monitoring relationship passes what it would deny, and says so",
          "[policy]") {
  auto p = load_plant();
  p.relationships[0].mode = Mode::kMonitor;
  const WriteOperation high(100, 9999);
  CHECK(verdict(p, tcp("hmi", "plc", 502)) == "monitor monitored operate");
  CHECK(verdict(p, tcp("hmi", "plc", 502, &high.operation)) == "monitor monitored operate");
  CHECK(verdict(p, tcp("hmi", "safety", 502, &high.operation)) == "deny vetoed no-safety-writes");
}

TEST_CASE("selector: in, not, exists and name, all terms together", "[policy][selector]") {
  const auto p = load_plant();
  SelectorTable table;
  for (uint32_t i = 0; i < p.identities.size(); ++i) table.add_identity(i, p.identities[i]);
  using Kind = SelectorTerm::Kind;
  const auto names = [&](std::vector<SelectorTerm> terms) {
    std::string out;
    for (const auto i : table.members(table.acquire({std::move(terms), false, {}})))
      out += p.identities[i].name + ' ';
    return out;
  };
  CHECK(names({{Kind::kIn, "role", {"plc", "hmi"}}}) == "hmi plc safety ");
  CHECK(names({{Kind::kIn, "role", {"plc"}}, {Kind::kNotIn, "safety", {"yes"}}}) == "plc ");
  CHECK(names({{Kind::kNotIn, "role", {"plc"}}}) == "hmi stranger ");
  CHECK(names({{Kind::kExists, "safety", {}}}) == "safety ");
  CHECK(names({{Kind::kName, "", {"stranger", "hmi", "nobody"}}}) == "hmi stranger ");
  CHECK(names({}).empty());
}

TEST_CASE("selector: the table resolves as matches() does", "[policy][selector]") {
  const auto p = load_plant();
  SelectorTable table;
  for (uint32_t i = 0; i < p.identities.size(); ++i) table.add_identity(i, p.identities[i]);
  for (const auto& r : p.relationships) {
    for (const auto* selector : {&r.from, &r.to}) {
      std::vector<uint32_t> expected;
      for (uint32_t i = 0; i < p.identities.size(); ++i) {
        if (matches(*selector, p.identities[i])) expected.push_back(i);
      }
      CHECK(table.members(table.acquire(*selector)) == expected);
    }
  }
}

}  // namespace
}  // namespace bulkhead::policy
