// SPDX-License-Identifier: Apache-2.0
#include "config/strict_yaml.h"

#include <algorithm>
#include <charconv>

#include "base/nearest_word.h"

namespace bulkhead::config {
namespace {

const char* kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return "a single value";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "";
}

void report(const Node& node, const std::string& object, Problems& problems, std::string sentence) {
  problems.add(node.line, node.column, object, std::move(sentence));
}

void report_type(const Node& node, const std::string& object, Problems& problems,
                 const char* wanted) {
  report(node, object, problems, std::string("must be ") + wanted + ", but is " + kind_name(node));
}

const Entry* find(const Node& node, std::string_view key) {
  const auto found = std::find_if(node.entries.begin(), node.entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == node.entries.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> read_string(const Node& node, const std::string& object,
                                       Problems& problems) {
  if (node.kind == Node::Kind::kScalar) return node.text;
  report_type(node, object, problems, "text");
  return std::nullopt;
}

std::optional<uint64_t> read_number(const Node& node, const std::string& object, uint64_t min,
                                    uint64_t max, Problems& problems) {
  const std::string range =
      "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (node.kind != Node::Kind::kScalar) {
    report_type(node, object, problems, range.c_str());
    return std::nullopt;
  }
  const std::string& text = node.text;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.size() > 1 && text[0] == '0' && end == text.data() + text.size()) {
    report(node, object, problems,
           "'" + text + "' has a leading zero, which some YAML readers take for octal: write " +
               std::to_string(value));
    return std::nullopt;
  }
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) {
    report(node, object, problems, "'" + text + "' is not " + range);
    return std::nullopt;
  }
  return value;
}

MapReader::MapReader(const Node& node, std::string object, Problems& problems)
    : node_(node), object_(std::move(object)), problems_(problems) {
  if (node.kind != Node::Kind::kMap)
    report_type(node, object_, problems_, "a map (lines of `key: value`)");
}

bool MapReader::has(std::string_view key) const {
  return find(node_, key) != nullptr;
}

std::string MapReader::object(std::string_view key) const {
  return object_.empty() ? std::string(key) : object_ + '.' + std::string(key);
}

const Node* MapReader::optional(std::string_view key) {
  known_.emplace_back(key);
  const Entry* entry = find(node_, key);
  return entry == nullptr ? nullptr : &entry->value;
}

const Node* MapReader::required(std::string_view key) {
  const Node* value = optional(key);
  if (value == nullptr && node_.kind == Node::Kind::kMap)
    report(node_, object_, problems_, "'" + std::string(key) + "' is missing");
  return value;
}

std::string MapReader::required_string(std::string_view key) {
  const Node* value = required(key);
  return value == nullptr ? std::string()
                          : read_string(*value, object(key), problems_).value_or("");
}

std::optional<std::string> MapReader::optional_string(std::string_view key) {
  const Node* value = optional(key);
  return value == nullptr ? std::nullopt : read_string(*value, object(key), problems_);
}

std::string MapReader::optional_string(std::string_view key, std::string fallback) {
  return optional_string(key).value_or(std::move(fallback));
}

uint64_t MapReader::required_number(std::string_view key, uint64_t min, uint64_t max) {
  const Node* value = required(key);
  return value == nullptr ? min
                          : read_number(*value, object(key), min, max, problems_).value_or(min);
}

std::optional<uint64_t> MapReader::optional_number(std::string_view key, uint64_t min,
                                                   uint64_t max) {
  const Node* value = optional(key);
  return value == nullptr ? std::nullopt : read_number(*value, object(key), min, max, problems_);
}

uint64_t MapReader::optional_number(std::string_view key, uint64_t fallback, uint64_t min,
                                    uint64_t max) {
  return optional_number(key, min, max).value_or(fallback);
}

bool MapReader::optional_bool(std::string_view key, bool fallback) {
  static constexpr Choice<bool> kBools[] = {{"true", true}, {"false", false}};
  return optional_choice(key, kBools, fallback);
}

std::vector<const Node*> MapReader::items_of(const Node* node, std::string_view key) {
  std::vector<const Node*> out;
  if (node == nullptr) return out;
  if (node->kind != Node::Kind::kList) {
    report_type(*node, object(key), problems_, "a list");
    return out;
  }
  for (const Node& item : node->items) out.push_back(&item);
  return out;
}

std::vector<const Node*> MapReader::optional_list(std::string_view key) {
  return items_of(optional(key), key);
}
std::vector<const Node*> MapReader::required_list(std::string_view key) {
  return items_of(required(key), key);
}

std::vector<std::string> MapReader::optional_strings(std::string_view key) {
  std::vector<std::string> out;
  const Node* node = optional(key);
  if (node == nullptr) return out;
  if (node->kind == Node::Kind::kScalar) return {node->text};
  size_t index = 0;
  for (const Node* item : items_of(node, key)) {
    const std::string place = object(key) + '[' + std::to_string(index++) + ']';
    if (auto text = read_string(*item, place, problems_)) out.push_back(std::move(*text));
  }
  return out;
}

void MapReader::report_choice(std::string_view key, const std::string& text,
                              const std::string& names) {
  error(key, "'" + text + "' is not one of: " + names);
}

void MapReader::refuse(std::string_view key, const std::string& sentence) {
  known_.emplace_back(key);
  const Entry* entry = find(node_, key);
  if (entry != nullptr) problems_.add(entry->line, entry->column, object(key), sentence);
}

void MapReader::error(std::string_view key, const std::string& sentence) {
  const Entry* entry = find(node_, key);
  report(entry == nullptr ? node_ : entry->value, object(key), problems_, sentence);
}

void MapReader::finish() {
  for (const Entry& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    std::string sentence = "unknown key";
    if (const std::string meant = nearest_word(entry.key, known_); !meant.empty())
      sentence += "; did you mean '" + meant + "'?";
    problems_.add(entry.line, entry.column, object(entry.key), sentence);
  }
}

}  // namespace bulkhead::config
