// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "compliance/report.h"

namespace bulkhead::control {
namespace {

std::string one(const std::string& lines) {
  return "- id: CR 1.1\n  title: t\n  level: 2\n  how: h\n" + lines;
}

std::string fault_of(const std::string& yaml) {
  const auto read = read_requirements(yaml, "t.yaml");
  return read.ok() ? "" : read.error().sentence;
}

std::vector<Requirement> table() {
  auto read = read_requirements(kIec62443Table, "table.yaml");
  INFO((read.ok() ? "" : read.error().sentence));
  REQUIRE(read.ok());
  return std::move(read).value();
}

// The clauses that IEC 62443-4-2:2019 has for every component and for network devices, without
// their enhancements.
constexpr std::string_view kClauses[] = {
    "CR 1.1",   "CR 1.2",  "CR 1.3",   "CR 1.4",  "CR 1.5",   "NDR 1.6",  "CR 1.7",   "CR 1.8",
    "CR 1.9",   "CR 1.10", "CR 1.11",  "CR 1.12", "NDR 1.13", "CR 1.14",  "CR 2.1",   "CR 2.2",
    "CR 2.3",   "NDR 2.4", "CR 2.5",   "CR 2.6",  "CR 2.7",   "CR 2.8",   "CR 2.9",   "CR 2.10",
    "CR 2.11",  "CR 2.12", "NDR 2.13", "CR 3.1",  "NDR 3.2",  "CR 3.3",   "CR 3.4",   "CR 3.5",
    "CR 3.6",   "CR 3.7",  "CR 3.8",   "CR 3.9",  "NDR 3.10", "NDR 3.11", "NDR 3.12", "NDR 3.13",
    "NDR 3.14", "CR 4.1",  "CR 4.2",   "CR 4.3",  "CR 5.1",   "NDR 5.2",  "NDR 5.3",  "CR 5.4",
    "CR 6.1",   "CR 6.2",  "CR 7.1",   "CR 7.2",  "CR 7.3",   "CR 7.4",   "CR 7.5",   "CR 7.6",
    "CR 7.7",   "CR 7.8",
};

}  // namespace

TEST_CASE("compliance: the table has every clause that a network device must meet",
          "[compliance]") {
  std::set<std::string, std::less<>> clauses;
  for (const Requirement& requirement : table()) clauses.insert(requirement.id);
  for (const std::string_view clause : kClauses) {
    INFO(clause);
    CHECK(clauses.contains(clause));
  }
}

TEST_CASE("compliance: each requirement belongs to one of the seven foundational ones",
          "[compliance]") {
  for (const Requirement& requirement : table()) {
    INFO(requirement.id);
    CHECK(foundational(requirement) >= 1);
  }
}

TEST_CASE("compliance: what is not met and does not say what is missing is refused",
          "[compliance]") {
  CHECK(fault_of(one("  state: gap\n")).find("says what is not there") != std::string::npos);
  CHECK(fault_of(one("  state: partly\n  tests: [a]\n")).find("t.yaml:1:3") != std::string::npos);
  CHECK(fault_of(one("  state: gap\n  missing: m\n")).empty());
}

TEST_CASE("compliance: what is met without a test that shows it is refused", "[compliance]") {
  CHECK(fault_of(one("  state: met\n")).find("names a test") != std::string::npos);
  CHECK(fault_of(one("  state: met\n  tests: [a]\n")).empty());
  CHECK_FALSE(fault_of(one("  state: met\n  tests: [a]\n  missing: m\n")).empty());
}

TEST_CASE("compliance: a clause that stands twice, an unknown state and no list are refused",
          "[compliance]") {
  const std::string good = one("  state: not_applicable\n");
  CHECK(fault_of(good).empty());
  CHECK(fault_of(good + good).find("stands twice") != std::string::npos);
  CHECK_FALSE(fault_of(one("  state: perhaps\n")).empty());
  CHECK_FALSE(fault_of("a: b\n").empty());
}

TEST_CASE("compliance: a level leaves out what only higher ones ask for", "[compliance]") {
  const auto all = table();
  const auto first = up_to_level(all, 1);
  CHECK(up_to_level(all, 4).size() == all.size());
  CHECK(first.size() < all.size());
  for (const Requirement& requirement : first) CHECK(requirement.level == 1);
}

TEST_CASE("compliance: the page has a row for each requirement and names every gap again",
          "[compliance]") {
  const auto all = table();
  const std::string page = to_markdown(all, 4, "9.9");
  size_t missing = 0;
  for (const Requirement& requirement : all) {
    INFO(requirement.id);
    CHECK(page.find("\n| " + requirement.id + " | ") != std::string::npos);
    if (requirement.missing.empty()) continue;
    ++missing;
    CHECK(page.find("\n- **" + requirement.id + "** ") != std::string::npos);
  }
  const auto counts = count_states(all);
  CHECK(missing == counts[static_cast<size_t>(RequirementState::kPartly)] +
                       counts[static_cast<size_t>(RequirementState::kGap)]);
}

}  // namespace bulkhead::control
