// SPDX-License-Identifier: Apache-2.0
// A proposal allows all that the evidence holds, and no other identities, ports, units and points.
#include <algorithm>
#include <catch2/catch.hpp>

#include "laws.h"
#include "learn/proposal.h"
#include "policy/reference.h"
#include "policy/yaml.h"

namespace bulkhead {
namespace {

using learn::Evidence;
using learn::Interaction;
using wire::OperationClass;
using wire::PointType;
using Random = std::mt19937_64;

struct Kind {
  uint16_t code;
  OperationClass cls;
  PointType type;
};
constexpr Kind kKinds[] = {{1, OperationClass::kRead, PointType::kCoil},
                           {2, OperationClass::kRead, PointType::kDiscrete},
                           {3, OperationClass::kRead, PointType::kHolding},
                           {4, OperationClass::kRead, PointType::kInput},
                           {6, OperationClass::kWrite, PointType::kHolding},
                           {15, OperationClass::kWrite, PointType::kCoil},
                           {17, OperationClass::kDiscover, PointType::kNone},
                           {7, OperationClass::kDiagnose, PointType::kNone}};

std::string name_of(uint64_t roll) {
  return "asset-" + std::to_string(roll % 4);
}

Interaction random_operation(Random& random) {
  const Kind& kind = kKinds[random() % std::size(kKinds)];
  Interaction out{.from = name_of(random()), .to = name_of(random())};
  out.protocol = wire::ip_protocol::kTcp;
  out.port = random() % 4 == 0 ? 1502 : 502;
  out.app = wire::App::kModbus;
  out.cls = kind.cls;
  out.code = kind.code;
  out.unit = static_cast<uint8_t>(random() % 3);
  out.type = kind.type;
  if (kind.type == PointType::kNone) return out;
  out.first = static_cast<uint32_t>(random() % 60);
  out.last = out.first + static_cast<uint32_t>(random() % 5);
  return out;
}

Interaction random_flow(Random& random) {
  Interaction out{.from = name_of(random()), .to = name_of(random())};
  constexpr uint8_t kProtocols[] = {wire::ip_protocol::kTcp, wire::ip_protocol::kUdp,
                                    wire::ip_protocol::kIcmp};
  out.protocol = kProtocols[random() % 3];
  out.port =
      out.protocol == wire::ip_protocol::kIcmp ? 0 : static_cast<uint16_t>(random() % 4 + 20);
  return out;
}

Evidence random_evidence(Random& random) {
  Evidence out;
  const learn::Seen once{1, 0, 0, {}, true};
  for (uint64_t n = random() % 25; n > 0; --n) {
    const Interaction what = random() % 4 == 0 ? random_flow(random) : random_operation(random);
    if (what.from != what.to) out.add(what, once);
  }
  return out;
}

policy::Policy policy_with(const Evidence& evidence) {
  std::string yaml = "identities:\n";
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    yaml += "  - { name: asset-" + n +
            ", bind: { gateway: gw-a, port: zone0, mac: \"02:00:00:00:00:0" + n +
            "\", ip: 10.0.0." + std::to_string(i + 1) + " } }\n";
  }
  const auto loaded =
      policy::load_yaml(yaml + learn::propose(evidence, {.source = "a test"}).yaml, "proposal");
  for (const auto& finding : loaded.findings)
    if (finding.severity == policy::Finding::Severity::kError) RC_FAIL(policy::to_string(finding));
  return loaded.policy;
}

bool allows(const policy::Policy& policy, const Interaction& what) {
  policy::AccessRequest request;
  request.source = what.from;
  request.destination = what.to;
  request.protocol = what.protocol;
  request.port = what.port;
  wire::Operation operation;
  operation.app = what.app;
  operation.cls = what.cls;
  operation.code = what.code;
  operation.unit = what.unit;
  if (what.type != PointType::kNone)
    (void)operation.points.push_back({what.type, what.cls, what.first, what.last});
  if (what.app != wire::App::kNone) request.operation = &operation;
  return policy::evaluate(policy, request).outcome == policy::Outcome::kAllow;
}

bool covers(const Evidence& evidence, const Interaction& asked, uint64_t point) {
  return std::ranges::any_of(evidence.all(), [&](const auto& each) {
    const Interaction& seen = each.first;
    return seen.from == asked.from && seen.to == asked.to && seen.port == asked.port &&
           seen.app == asked.app && seen.unit == asked.unit && seen.cls == asked.cls &&
           seen.type == asked.type &&
           (seen.type == PointType::kNone ? seen.code == asked.code
                                          : seen.first <= point && point <= seen.last);
  });
}

bool was_seen(const Evidence& evidence, const Interaction& asked) {
  for (uint64_t point = asked.first; point <= asked.last; ++point)
    if (!covers(evidence, asked, point)) return false;
  return true;
}

}  // namespace

TEST_CASE("learn: a proposal allows what was seen, and no other operation", "[learn][property]") {
  REQUIRE(test::holds("learn", 400, 0, [](const auto&, uint64_t seed) {
    Random random(seed);
    const Evidence evidence = random_evidence(random);
    const policy::Policy policy = policy_with(evidence);
    for (const auto& [what, seen] : evidence.all()) RC_ASSERT(allows(policy, what));
    for (int i = 0; i < 60; ++i) {
      const Interaction other = random_operation(random);
      RC_ASSERT(allows(policy, other) == was_seen(evidence, other));
    }
  }));
}

TEST_CASE("learn: a proposal opens no other service", "[learn][property]") {
  REQUIRE(test::holds("learn services", 400, 0, [](const auto&, uint64_t seed) {
    Random random(seed);
    const Evidence evidence = random_evidence(random);
    const policy::Policy policy = policy_with(evidence);
    for (int i = 0; i < 60; ++i) {
      const Interaction other = random_flow(random);
      RC_ASSERT(allows(policy, other) == evidence.all().contains(other));
    }
  }));
}

}  // namespace bulkhead
