// SPDX-License-Identifier: Apache-2.0
#include "plant.h"

namespace bulkhead::policy {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + '\n';
  return out;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("explain: a refused value names rule, value and bounds, and the rule that would allow it",
          "[policy][explain]") {
  const auto p = load_plant();
  const WriteOperation high(100, 9999);
  const auto out = explain(p, tcp("hmi", "plc", 502, &high.operation));
  const std::string steps = joined(out.steps);
  INFO(steps);
  CHECK(contains(
      steps,
      "The source hmi is a device at gw-1 port zone0 with address 10.0.0.1, labelled role=hmi."));
  CHECK(contains(steps,
                 "Relationship 'operate' joins the two and opens modbus on tcp/502, icmp echo."));
  CHECK(contains(steps, "allow[1] (write) does not fit: the value 9999 is outside of 0..1500."));
  CHECK(contains(steps,
                 "Denied: a rule of 'operate' would allow this operation with another value."));
  CHECK(joined(out.would_allow) ==
        "# under relationships[operate].modbus.allow:\n"
        "- write: { units: [1], holding: [\"100\"], value: \"9999..9999\" }\n\n");
}

TEST_CASE("explain: what is allowed needs no hint", "[policy][explain]") {
  const auto p = load_plant();
  const auto out = explain(p, tcp("hmi", "plc", 502));
  CHECK(out.steps.back() == "Allowed by 'operate'.");
  CHECK(out.would_allow.empty());
}

TEST_CASE("explain: near misses are named when nothing joins the two", "[policy][explain]") {
  const auto p = load_plant();
  const auto out = explain(p, tcp("plc", "hmi", 502));
  INFO(joined(out.steps));
  CHECK(contains(joined(out.steps), "'operate' joins them the other way round"));
}

TEST_CASE("explain: a veto is said to be final", "[policy][explain]") {
  const auto p = load_plant();
  const auto out = explain(p, tcp("hmi", "safety", 102));
  CHECK(out.steps.back() == "Denied by veto 'no-safety-writes': nothing overrides a veto.");
  CHECK(contains(joined(out.would_allow), "nothing can"));
}

TEST_CASE("explain: the suggested relationship, pasted, allows what was asked",
          "[policy][explain]") {
  const auto p = load_plant();
  const auto read = HoldingOperation::read(5, 9);
  auto status = HoldingOperation(wire::OperationClass::kRead, 7, 0, 0);
  status.operation.points.clear();
  const WriteOperation write(7, 3);
  for (const auto& request : {tcp("stranger", "plc", 502), tcp("stranger", "plc", 8080),
                              tcp("stranger", "plc", 502, &read.operation),
                              tcp("stranger", "plc", 1502, &write.operation),
                              tcp("stranger", "plc", 502, &status.operation),
                              AccessRequest{"stranger", "plc", 17, 161, nullptr, kDuring},
                              AccessRequest{"stranger", "plc", 58, 0, nullptr, kDuring}}) {
    const auto out = explain(p, request);
    REQUIRE(out.decision.outcome == Outcome::kDeny);
    REQUIRE(out.would_allow.size() == 1);
    std::string yaml = kPlantYaml;
    const std::string snippet = out.would_allow[0].substr(std::string("relationships:\n").size());
    yaml.insert(yaml.find("never:"), snippet);
    INFO(snippet);
    const auto loaded = load_yaml(yaml, "pasted.yaml");
    for (const auto& finding : loaded.findings) UNSCOPED_INFO(to_string(finding));
    REQUIRE(loaded.ok());
    CHECK(evaluate(loaded.policy, request).outcome == Outcome::kAllow);
  }
}

TEST_CASE("explain: an unknown source is answered with where to write it down",
          "[policy][explain]") {
  const auto p = load_plant();
  CHECK(contains(joined(explain(p, tcp("", "plc", 502)).steps), "is bound to no identity"));
  CHECK(contains(joined(explain(p, tcp("new", "plc", 502)).would_allow), "- name: new"));
}

TEST_CASE("explain: limits of rate and step are told, and taken as met without a memory",
          "[policy][explain]") {
  auto p = load_plant();
  OperationRule& write = p.relationships.at(0).services.at(0).allow.at(1);
  write.rate = Rate{2, 1, 5};
  write.max_step = 50;
  const WriteOperation some(100, 700);
  const auto out = explain(p, tcp("hmi", "plc", 502, &some.operation));
  const std::string steps = joined(out.steps);
  INFO(steps);
  CHECK(contains(steps, "allow[1] (write) fits, at most 2 per s and 5 at once"));
  CHECK(contains(steps, "in steps of at most 50 from the last value"));
  CHECK(out.steps.back() == "Allowed by 'operate'.");
}

TEST_CASE("explain: a step too large or from an unknown value, and a rate used up, say so",
          "[policy][explain]") {
  auto p = load_plant();
  OperationRule& write = p.relationships.at(0).services.at(0).allow.at(1);
  write.rate = Rate{2, 1, 2};
  write.max_step = 50;
  const WriteOperation some(100, 700);
  AccessRequest request = tcp("hmi", "plc", 502, &some.operation);
  OperationMemory memory{[](const Relationship&, const Rate&) { return true; },
                         [](uint8_t, uint32_t) -> std::optional<uint32_t> { return 649; }};
  request.memory = &memory;
  CHECK(explain(p, request).decision.why == Why::kValueStep);
  memory.last_value = [](uint8_t, uint32_t) { return std::optional<uint32_t>(650); };
  CHECK(explain(p, request).decision.why == Why::kAllowed);
  memory.last_value = [](uint8_t, uint32_t) { return std::optional<uint32_t>(); };
  const auto unknown = explain(p, request);
  CHECK(unknown.decision.why == Why::kValueStep);
  CHECK(contains(joined(unknown.would_allow), "read the registers"));
  memory = limits_met(request);
  memory.has_token = [](const Relationship&, const Rate&) { return false; };
  const auto used_up = explain(p, request);
  CHECK(used_up.decision.why == Why::kRateExceeded);
  CHECK(contains(used_up.steps.back(), "is used up"));
}

}  // namespace
}  // namespace bulkhead::policy
