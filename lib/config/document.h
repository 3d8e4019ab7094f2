// SPDX-License-Identifier: Apache-2.0
// One YAML document as a plain tree with places. The subset that operator files need: maps with
// text keys, lists, scalars kept as written. Anchors, aliases, tags, merge keys and a second
// document are refused, so a small file cannot unfold into a large tree.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace bulkhead::config {

struct Entry;

struct Node {
  enum class Kind : unsigned char { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;  // scalar in quotes
  int line = 0;         // from 1
  int column = 0;
  std::string text;            // kScalar, exactly as written: no octal, no sexagesimal, no yes/no
  std::vector<Node> items;     // kList
  std::vector<Entry> entries;  // kMap, in order of the file, keys unique
};

struct Entry {
  std::string key;
  int line = 0;
  int column = 0;
  Node value;
};

struct DocumentLimits {
  size_t bytes = 1u << 20;
  size_t nodes = 100'000;
  size_t depth = 16;
  size_t map_keys = 128;
  std::string_view lines = {};  // the key whose value may be a text of several lines
};

// nullopt when the text is not a document (problems say why). Duplicate keys are problems too, but
// the tree (with the first of each) is returned so that other problems can be found. A text
// without content gives a kNull node.
std::optional<Node> parse_document(const std::string& text, const DocumentLimits& limits,
                                   Problems& problems);

}  // namespace bulkhead::config
