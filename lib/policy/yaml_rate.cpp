// SPDX-License-Identifier: Apache-2.0
// Rates as an operator writes them: "2/s", "10/min", "600/h burst 20".
#include "policy/limits.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::Node;
using config::Problems;

constexpr const char* kShape =
    "must be a rate like \"2/s\", \"10/min\" or \"600/h burst 20\" (per s, min or h)";

struct Unit {
  std::string_view name;
  uint32_t seconds;
};
constexpr Unit kUnits[] = {{"s", 1}, {"min", 60}, {"h", 3600}};

uint32_t seconds_of(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.seconds;
  }
  return 0;
}

std::optional<uint32_t> number(std::string_view text, const Node& whole, uint32_t max,
                               const std::string& object, Problems& problems) {
  Node part = whole;
  part.text = text;
  const auto value = config::read_number(part, object, 1, max, problems);
  return value ? std::optional<uint32_t>(static_cast<uint32_t>(*value)) : std::nullopt;
}

}  // namespace

std::optional<Rate> read_rate(const Node& node, const std::string& object, Problems& problems) {
  constexpr std::string_view kBurst = " burst ";
  const std::string_view text = node.text;
  const size_t slash = text.find('/');
  const size_t burst = text.find(kBurst);
  if (node.kind != Node::Kind::kScalar || slash == std::string_view::npos ||
      (burst != std::string_view::npos && burst < slash)) {
    problems.add(node.line, node.column, object, kShape);
    return std::nullopt;
  }
  Rate out;
  const size_t unit_end = burst == std::string_view::npos ? text.size() : burst;
  out.seconds = seconds_of(text.substr(slash + 1, unit_end - slash - 1));
  if (out.seconds == 0) {
    problems.add(node.line, node.column, object, kShape);
    return std::nullopt;
  }
  const auto count = number(text.substr(0, slash), node, kMaxRateCount, object, problems);
  if (!count) return std::nullopt;
  out.count = *count;
  out.burst = std::min(*count, kMaxRateBurst);
  if (burst == std::string_view::npos) return out;
  const auto most =
      number(text.substr(burst + kBurst.size()), node, kMaxRateBurst, object, problems);
  if (!most) return std::nullopt;
  out.burst = *most;
  return out;
}

}  // namespace bulkhead::policy
