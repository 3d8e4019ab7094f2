// SPDX-License-Identifier: Apache-2.0
// Selectors, ranges and refused words: the pieces that several objects share.
#include <charconv>
#include <cmath>

#include "policy/yaml_read.h"
#include "wire/apps/value_key.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;
using Kind = SelectorTerm::Kind;

std::string at(const std::string& object, size_t index) {
  return object + '[' + std::to_string(index) + ']';
}

void report(const Node& node, const std::string& object, Problems& problems, std::string sentence) {
  problems.add(node.line, node.column, object, std::move(sentence));
}

// One text or a list of texts; never empty without a problem.
std::vector<std::string> read_values(const Node& node, const std::string& object,
                                     Problems& problems) {
  std::vector<std::string> out;
  if (node.kind != Node::Kind::kList) {
    if (auto text = config::read_string(node, object, problems)) out.push_back(std::move(*text));
    return out;
  }
  if (node.items.empty()) report(node, object, problems, "an empty list selects nothing");
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (auto text = config::read_string(node.items[i], at(object, i), problems))
      out.push_back(std::move(*text));
  }
  return out;
}

void read_not(const Node& node, const std::string& object, Problems& problems, Selector& out) {
  if (node.kind != Node::Kind::kMap || node.entries.empty())
    return report(node, object, problems, "must be a map of labels, like { role: hmi }");
  for (const auto& entry : node.entries)
    out.terms.push_back(
        {Kind::kNotIn, entry.key, read_values(entry.value, object + '.' + entry.key, problems)});
}

void read_term(const config::Entry& entry, const std::string& object, Problems& problems,
               Selector& out) {
  const std::string place = object + '.' + entry.key;
  if (entry.key == "not") return read_not(entry.value, place, problems, out);
  auto values = read_values(entry.value, place, problems);
  if (entry.key == "name") {
    out.terms.push_back({Kind::kName, "", std::move(values)});
  } else if (entry.key == "exists") {
    for (auto& key : values) out.terms.push_back({Kind::kExists, std::move(key), {}});
  } else {
    out.terms.push_back({Kind::kIn, entry.key, std::move(values)});
  }
}

std::optional<uint32_t> to_number(const std::string& text, const Node& whole, uint32_t max,
                                  const std::string& object, Problems& problems) {
  Node part = whole;
  part.text = text;
  const auto value = config::read_number(part, object, 0, max, problems);
  return value ? std::optional<uint32_t>(static_cast<uint32_t>(*value)) : std::nullopt;
}

}  // namespace

Place place_of(const Node& node, const Problems& problems) {
  return {problems.file(), node.line, node.column};
}

Selector read_selector(const Node& node, const std::string& object, Problems& problems) {
  Selector out;
  out.place = place_of(node, problems);
  if (node.kind != Node::Kind::kMap) {
    out.terms.push_back({Kind::kName, "", read_values(node, object, problems)});
    return out;
  }
  if (node.entries.empty())
    report(node, object, problems, "is empty and would match nothing: give a name or labels");
  for (const auto& entry : node.entries) read_term(entry, object, problems, out);
  return out;
}

std::optional<NumberRange> read_range(const Node& node, uint32_t max, const std::string& object,
                                      Problems& problems) {
  if (node.kind != Node::Kind::kScalar) {
    report(node, object, problems, "must be a number or a range like \"0-199\"");
    return std::nullopt;
  }
  const std::string& text = node.text;
  size_t cut = text.find("..");
  const size_t width = cut == std::string::npos ? 1 : 2;
  if (cut == std::string::npos) cut = text.find('-');
  if (cut == 0) {
    report(node, object, problems, "'" + text + "': negative numbers are not possible here");
    return std::nullopt;
  }
  const bool single = cut == std::string::npos;
  const auto first = to_number(text.substr(0, cut), node, max, object, problems);
  if (!first) return std::nullopt;
  const auto last =
      single ? first : to_number(text.substr(cut + width), node, max, object, problems);
  if (!last) return std::nullopt;
  if (*first > *last) {
    report(node, object, problems, "'" + text + "' ends before it begins");
    return std::nullopt;
  }
  return NumberRange{*first, *last};
}

std::optional<NumberRange> read_real_range(const Node& node, const std::string& object,
                                           Problems& problems) {
  const auto real = [&](std::string_view text) -> std::optional<double> {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (whole && std::isfinite(value)) return value;
    report(node, object, problems, "'" + std::string(text) + "' is not a number");
    return std::nullopt;
  };
  if (node.kind != Node::Kind::kScalar) {
    report(node, object, problems, "must be a number or a range like \"-40..120.5\"");
    return std::nullopt;
  }
  const std::string_view text = node.text;
  const size_t cut = text.find("..");
  const auto first = real(text.substr(0, cut));
  const auto last = cut == std::string_view::npos ? first : real(text.substr(cut + 2));
  if (!first || !last) return std::nullopt;
  if (*first > *last) {
    report(node, object, problems, "'" + node.text + "' ends before it begins");
    return std::nullopt;
  }
  return NumberRange{wire::ordered_key(*first), wire::ordered_key(*last)};
}

std::vector<NumberRange> read_ranges(MapReader& map, std::string_view key, uint32_t max) {
  std::vector<NumberRange> out;
  const Node* node = map.optional(key);
  if (node == nullptr) return out;
  const std::string object = map.object(key);
  if (node->kind != Node::Kind::kList) {
    if (auto range = read_range(*node, max, object, map.problems())) out.push_back(*range);
    return out;
  }
  if (node->items.empty())
    map.error(key, "an empty list opens nothing: name some, or leave the key out to mean all");
  for (size_t i = 0; i < node->items.size(); ++i) {
    if (auto range = read_range(node->items[i], max, at(object, i), map.problems()))
      out.push_back(*range);
  }
  return out;
}

std::string unexecuted(std::string_view word) {
  return "'" + std::string(word) +
         "' is not executed by this version; remove it (it is never silently ignored)";
}

void refuse_unexecuted(MapReader& map, std::initializer_list<std::string_view> words) {
  for (const auto word : words) map.refuse(word, unexecuted(word));
}

}  // namespace bulkhead::policy
