// SPDX-License-Identifier: Apache-2.0
// Strict reading of YAML maps for configuration and policy: unknown key, duplicate key, wrong type
// and out-of-range value become problems with file, line and column.
//
//   Problems problems("gateway.yaml");
//   const auto root = parse_document(text, {}, problems);     // duplicate keys are found here
//   MapReader port(*root, "ports[0]", problems);
//   config.name = port.required_string("name");
//   config.queues = port.optional_number("queues", 1, 1, 16);
//   port.finish();                                            // reports keys nobody asked for
//
// Readers go on after a problem with a harmless value; the caller looks at problems.empty().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"

namespace bulkhead::config {

// Text or number of one scalar; a problem and nullopt otherwise. Numbers are plain decimal:
// "010", "0x10", "1_000", "1e3" and "1.0" are refused, because YAML versions disagree on them.
std::optional<std::string> read_string(const Node& node, const std::string& object,
                                       Problems& problems);
std::optional<uint64_t> read_number(const Node& node, const std::string& object, uint64_t min,
                                    uint64_t max, Problems& problems);

template <typename T>
struct Choice {
  std::string_view name;
  T value;
};

class MapReader {
 public:
  // `node` and `problems` outlive the reader. When `node` is not a map that is the only problem.
  MapReader(const Node& node, std::string object, Problems& problems);

  // The value of `key`; nullptr when the key is absent (required: a problem).
  const Node* optional(std::string_view key);
  const Node* required(std::string_view key);

  std::string required_string(std::string_view key);
  std::optional<std::string> optional_string(std::string_view key);
  std::string optional_string(std::string_view key, std::string fallback);
  uint64_t required_number(std::string_view key, uint64_t min, uint64_t max);
  std::optional<uint64_t> optional_number(std::string_view key, uint64_t min, uint64_t max);
  uint64_t optional_number(std::string_view key, uint64_t fallback, uint64_t min, uint64_t max);
  bool optional_bool(std::string_view key, bool fallback);  // true or false, nothing else

  template <typename T, size_t kCount>
  T optional_choice(std::string_view key, const Choice<T> (&choices)[kCount], T fallback);

  // A list; empty when absent. required_list: absent is a problem, empty is not.
  std::vector<const Node*> optional_list(std::string_view key);
  std::vector<const Node*> required_list(std::string_view key);
  // A list of texts, or one text for a list of one.
  std::vector<std::string> optional_strings(std::string_view key);

  // A problem at the key when it is there: for words that are known but not accepted.
  void refuse(std::string_view key, const std::string& sentence);
  // A problem at the value of `key`, or at the map when the key is absent.
  void error(std::string_view key, const std::string& sentence);
  void finish();

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::string object(std::string_view key) const;  // "ports[0].queues"
  [[nodiscard]] const Node& node() const noexcept { return node_; }
  [[nodiscard]] Problems& problems() const noexcept { return problems_; }

 private:
  std::vector<const Node*> items_of(const Node* node, std::string_view key);
  void report_choice(std::string_view key, const std::string& text, const std::string& names);

  const Node& node_;
  std::string object_;
  Problems& problems_;
  std::vector<std::string> known_;  // keys asked for
};

template <typename T, size_t kCount>
T MapReader::optional_choice(std::string_view key, const Choice<T> (&choices)[kCount], T fallback) {
  const auto text = optional_string(key);
  if (!text) return fallback;
  std::string names;
  for (const auto& choice : choices) {
    if (choice.name == *text) return choice.value;
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  report_choice(key, *text, names);
  return fallback;
}

}  // namespace bulkhead::config
