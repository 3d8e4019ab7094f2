// SPDX-License-Identifier: Apache-2.0
// The examples for Grafana and Prometheus ask for metrics that exist, in files that are well
// formed.
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "base/file.h"
#include "metrics_documents.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMostBytes = 1u << 20;

// Every text at `key`, wherever it is.
void collect(const YAML::Node& node, const std::string& key, std::vector<std::string>& out) {
  if (node.IsSequence())
    for (const YAML::Node& item : node) collect(item, key, out);
  if (!node.IsMap()) return;
  for (const auto& entry : node) {
    const bool wanted = entry.first.as<std::string>() == key && entry.second.IsScalar();
    if (wanted) out.push_back(entry.second.as<std::string>());
    collect(entry.second, key, out);
  }
}

// JSON is YAML too.
std::vector<std::string> expressions_of(const std::string& path) {
  std::vector<std::string> out;
  collect(YAML::LoadFile(path), "expr", out);
  return out;
}

std::set<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const std::regex wanted(pattern);
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
    out.insert(at->str(1));
  return out;
}

void require_exposed(const std::string& name) {
  static const std::map<std::string, std::string> known = documented_metrics();
  CAPTURE(name);
  if (known.contains(name)) return;
  const std::string of_histogram = std::regex_replace(name, std::regex("_(bucket|sum|count)$"), "");
  REQUIRE(known.contains(of_histogram));
  REQUIRE(known.at(of_histogram) == "histogram");
}

}  // namespace

std::map<std::string, std::string> documented_metrics() {
  const auto text = read_file("docs/metrics.md", kMostBytes);
  REQUIRE(text);
  std::map<std::string, std::string> out;
  const std::regex row("\\| `([a-z_]+)` \\| ([a-z]+) \\|");
  for (std::sregex_iterator at(text->begin(), text->end(), row), end; at != end; ++at)
    out[(*at)[1]] = (*at)[2];
  return out;
}

TEST_CASE("metrics: dashboard and alert rules ask for metrics that are exposed",
          "[control][metrics]") {
  for (const char* file :
       {"docs/examples/grafana-dashboard.json", "docs/examples/prometheus-rules.yml"}) {
    CAPTURE(file);
    const std::vector<std::string> expressions = expressions_of(file);
    REQUIRE(expressions.size() > 15);
    size_t names = 0;
    for (const std::string& expression : expressions)
      for (const std::string& name : all_matches(expression, "\\b(bulkhead_[a-z_]+)")) {
        require_exposed(name);
        ++names;
      }
    REQUIRE(names >= expressions.size() - 1);  // `up` is Prometheus' own
  }
}

TEST_CASE("metrics: the reasons that alert rules name are drop reasons", "[control][metrics]") {
  std::set<std::string> known;
  for (uint8_t i = 1; i < kDropReasonCount; ++i)
    known.insert(std::string(to_string(static_cast<DropReason>(i))));
  size_t named = 0;
  for (const std::string& expression : expressions_of("docs/examples/prometheus-rules.yml"))
    for (const std::string& list : all_matches(expression, "reason=~\"([a-z_|]+)\""))
      for (const std::string& reason : all_matches(list, "([a-z_]+)")) {
        CAPTURE(reason);
        REQUIRE(known.contains(reason));
        ++named;
      }
  REQUIRE(named > 20);
}

}  // namespace bulkhead::control
