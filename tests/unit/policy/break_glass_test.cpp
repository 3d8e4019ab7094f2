// SPDX-License-Identifier: Apache-2.0
// Break-glass grants as written: what is refused with a place, and what the reference makes of one.
#include "plant.h"
#include "policy/diff.h"

namespace bulkhead::policy {
namespace {

using Catch::Matchers::Contains;

const std::string kKeyA = "ed25519:" + std::string(64, 'a'),
                  kKeyB = "ed25519:" + std::string(64, 'b');

std::string glass(const std::string& terms, const std::string& key_b = kKeyB) {
  return "approvers:\n  - { name: keller, key: \"" + kKeyA + "\" }\n  - { name: ito, key: \"" +
         key_b +
         "\" }\nbreak_glass:\n  - { name: emergency, on: stranger, to: plc, tcp: { ports: [22] "
         "}, " +
         terms + " }\n";
}

const std::string kGood = "for: 2h, approvers: [keller, ito]";

std::string first_problem(const std::string& extra) {
  const auto loaded = load_yaml(kPlantYaml + extra, "plant.yaml");
  for (const auto& finding : loaded.findings)
    if (finding.severity == Finding::Severity::kError) return to_string(finding);
  return "";
}

AccessRequest asked() {
  return tcp("stranger", "plc", 22);
}

TEST_CASE("break-glass grants: a good one is read whole", "[policy][yaml]") {
  const auto policy = load_plant(glass(kGood));
  const auto& grant = policy.relationships.back();
  REQUIRE(grant.break_glass);
  CHECK(grant.is_grant);
  CHECK(grant.break_glass->longest_s == 7200);
  REQUIRE(grant.break_glass->approvers.size() == 2);
  CHECK(grant.break_glass->approvers[1].name == "ito");
  CHECK(grant.break_glass->approvers[1].key[31] == 0xbb);
}

TEST_CASE("break-glass grants: each mistake is named", "[policy][yaml]") {
  CHECK_THAT(first_problem(glass("for: 2h, approvers: [keller]")), Contains("two approvers"));
  CHECK_THAT(first_problem(glass("for: 2h, approvers: [keller, nobody]")),
             Contains("'nobody' is none of the policy's approvers"));
  CHECK_THAT(first_problem(glass("for: 25h, approvers: [keller, ito]")), Contains("'25h'"));
  CHECK_THAT(first_problem(glass("for: soon, approvers: [keller, ito]")), Contains("'soon'"));
  CHECK_THAT(first_problem(glass("approvers: [keller, ito]")), Contains("for"));
  CHECK_THAT(first_problem(glass("for: 2h")), Contains("approvers"));
  CHECK_THAT(first_problem(glass(kGood + ", on_end: drain")), Contains("always cuts"));
  CHECK_THAT(first_problem(glass(kGood + ", mode: monitor")), Contains("always enforces"));
  CHECK_THAT(first_problem(glass(kGood + ", when: { posture: [patched] }")),
             Contains("keeps no hours"));
  CHECK_THAT(first_problem(glass(kGood + ", until: 2027-01-01T00:00Z")), Contains("until"));
  CHECK_THAT(first_problem(glass(kGood, "ed25519:12")), Contains("64 hexadecimal digits"));
  CHECK_THAT(first_problem(glass(kGood, kKeyA)), Contains("each with a key of their own"));
}

TEST_CASE("break-glass grants: closed until opened, whatever is locked; a veto holds",
          "[policy][reference]") {
  const auto policy = load_plant(glass(kGood));
  auto request = asked();
  request.wall_ns = kAfter;  // the plant's own grant of that pair is over
  CHECK(evaluate(policy, request).why == Why::kExpired);
  const std::vector<Opened> opened{{"emergency", kAfter + 1}};
  request.opened = &opened;
  CHECK(evaluate(policy, request).outcome == Outcome::kAllow);
  overlay::Overlay locked;
  locked.locks = {{overlay::LockTarget::kIdentity, "plc"},
                  {overlay::LockTarget::kRelationship, "emergency"}};
  locked.islands = {{"cell", "", {"plc"}}};
  request.overlay = &locked;
  CHECK(evaluate(policy, request).outcome == Outcome::kAllow);
  request.wall_ns = kAfter + 1;
  CHECK(evaluate(policy, request).outcome == Outcome::kDeny);
  auto forbidden = policy;
  forbidden.vetoes.emplace_back().name = "none";
  forbidden.vetoes.back().from.any = forbidden.vetoes.back().to.any = true;
  request.wall_ns = kAfter;
  CHECK(evaluate(forbidden, request).why == Why::kVetoed);
}

TEST_CASE("break-glass grants: explain says who can open it", "[policy][explain]") {
  const auto policy = load_plant(glass(kGood));
  auto request = asked();
  request.wall_ns = kAfter;
  const auto explained = explain(policy, request);
  std::string steps;
  for (const auto& step : explained.steps) steps += step + '\n';
  CHECK_THAT(steps, Contains("once two approvers open it"));
}

TEST_CASE("break-glass grants: a diff tells one as a condition", "[policy][diff]") {
  const auto changes = condition_changes(load_plant(), load_plant(glass(kGood)));
  REQUIRE(changes.size() == 1);
  CHECK_THAT(changes.front().sentence, Contains("break-glass, for 7200 s at most"));
}

}  // namespace
}  // namespace bulkhead::policy
