// SPDX-License-Identifier: Apache-2.0
#include "compliance/requirement.h"

#include <set>

#include "config/strict_yaml.h"

namespace bulkhead::control {
namespace {

using config::MapReader;

constexpr config::Choice<RequirementState> kStates[] = {
    {"met", RequirementState::kMet},
    {"partly", RequirementState::kPartly},
    {"gap", RequirementState::kGap},
    {"not_applicable", RequirementState::kNotApplicable},
};

void check(const Requirement& requirement, MapReader& map) {
  const bool open =
      requirement.state == RequirementState::kPartly || requirement.state == RequirementState::kGap;
  const bool shown =
      requirement.state == RequirementState::kMet || requirement.state == RequirementState::kPartly;
  if (open && requirement.missing.empty()) map.error("missing", "says what is not there");
  if (!open && !requirement.missing.empty())
    map.error("missing", "is for what is met partly, or not at all");
  if (shown && requirement.tests.empty()) map.error("tests", "names a test that shows it");
}

Requirement read_one(MapReader& map) {
  Requirement one;
  one.id = map.required_string("id");
  one.title = map.required_string("title");
  one.level = static_cast<uint8_t>(map.required_number("level", 1, 4));
  map.required("state");
  one.state = map.optional_choice("state", kStates, RequirementState::kGap);
  one.how = map.required_string("how");
  one.missing = map.optional_string("missing", "");
  one.parts = map.optional_strings("parts");
  one.tests = map.optional_strings("tests");
  check(one, map);
  map.finish();
  return one;
}

}  // namespace

std::string_view to_string(RequirementState state) noexcept {
  for (const auto& choice : kStates)
    if (choice.value == state) return choice.name;
  return "?";
}

Result<std::vector<Requirement>> read_requirements(std::string_view yaml, const std::string& file) {
  config::Problems problems(file);
  std::vector<Requirement> out;
  const auto root = config::parse_document(std::string(yaml), {}, problems);
  if (!root) return config::error_of(problems);
  if (root->kind != config::Node::Kind::kList)
    problems.add(root->line, root->column, "", "is no list of requirements");
  std::set<std::string> seen;
  for (const config::Node& item : root->items) {
    MapReader map(item, "[" + std::to_string(out.size()) + "]", problems);
    out.push_back(read_one(map));
    if (!seen.insert(out.back().id).second) map.error("id", "stands twice");
  }
  if (!problems.empty()) return config::error_of(problems);
  return out;
}

}  // namespace bulkhead::control
