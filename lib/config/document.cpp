// SPDX-License-Identifier: Apache-2.0
// yaml-cpp's events to a tree. Its own Node is not used: it resolves aliases and merges quietly.
#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

namespace bulkhead::config {
namespace {

// Thrown through yaml-cpp to stop it; never leaves this file.
struct Stop {
  YAML::Mark mark;
  std::string sentence;
};

bool has_control_character(const std::string& text, bool lines) {
  return std::any_of(text.begin(), text.end(), [lines](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 || byte == 0x7f) && !(lines && (c == '\n' || c == '\t'));
  });
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const DocumentLimits& limits, Problems& problems)
      : limits_(limits), problems_(problems) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    if (wants_key()) throw Stop{mark, "a key is missing before ':'"};
    (void)place(mark, Node::Kind::kNull);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Stop{mark, "aliases (*name) are not accepted: write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    if (has_control_character(value, several_lines()))
      throw Stop{mark, "text contains a control character or a line break"};
    if (wants_key()) return key(mark, value);
    Node& node = place(mark, Node::Kind::kScalar);
    node.text = value;
    node.quoted = tag == "!";
    if (!node.quoted && (value == "~" || value.empty())) node.kind = Node::Kind::kNull;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    refuse_extras(mark, tag, anchor);
    open(mark, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    refuse_extras(mark, tag, anchor);
    open(mark, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Node* node = nullptr;
    bool has_key = false;    // maps: the next event is its value
    bool duplicate = false;  // the value belongs to a key already there
    Entry spare{};           // receives the value of a duplicate
  };

  static void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      throw Stop{mark, "anchors (&name) are not accepted: write the value out"};
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Stop{mark, "tags (!name) are not accepted: quote the value if it is text"};
  }

  [[nodiscard]] bool wants_key() const {
    return !levels_.empty() && levels_.back().node->kind == Node::Kind::kMap &&
           !levels_.back().has_key;
  }

  // The next value may have lines.
  [[nodiscard]] bool several_lines() const {
    if (limits_.lines.empty() || levels_.empty() || !levels_.back().has_key) return false;
    const Level& level = levels_.back();
    return !level.duplicate && level.node->entries.back().key == limits_.lines;
  }

  void key(const YAML::Mark& mark, const std::string& name) {
    Level& level = levels_.back();
    auto& entries = level.node->entries;
    if (entries.size() >= limits_.map_keys)
      throw Stop{mark, "more than " + std::to_string(limits_.map_keys) + " keys in one map"};
    if (name == "<<") throw Stop{mark, "merge keys (<<) are not accepted: write the values out"};
    level.has_key = true;
    const auto first = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.key == name; });
    level.duplicate = first != entries.end();
    if (level.duplicate) {
      problems_.add(
          mark.line + 1, mark.column + 1, "",
          "duplicate key '" + name + "' (first at line " + std::to_string(first->line) + ")");
      level.spare = Entry{};
    } else {
      entries.push_back({name, mark.line + 1, mark.column + 1, {}});
    }
  }

  Node& place(const YAML::Mark& mark, Node::Kind kind) {
    if (++count_ > limits_.nodes)
      throw Stop{mark, "more than " + std::to_string(limits_.nodes) + " values in the document"};
    Node& node = slot();
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  // Where the next value goes. Only the innermost open node grows, so pointers to outer ones hold.
  Node& slot() {
    if (levels_.empty()) return root_;
    Level& level = levels_.back();
    if (level.node->kind == Node::Kind::kList) return level.node->items.emplace_back();
    level.has_key = false;
    return level.duplicate ? level.spare.value : level.node->entries.back().value;
  }

  void open(const YAML::Mark& mark, Node::Kind kind) {
    if (wants_key()) throw Stop{mark, "a key must be plain text"};
    if (levels_.size() >= limits_.depth)
      throw Stop{mark, "nested deeper than " + std::to_string(limits_.depth) + " levels"};
    Node& node = place(mark, kind);
    levels_.push_back({&node, false, false, {}});
  }
  void close() { levels_.pop_back(); }

  const DocumentLimits& limits_;
  Problems& problems_;
  Node root_;
  // Reserved to the depth limit on first use: a level never moves while `spare` is pointed into.
  std::vector<Level> levels_ = make_levels(limits_.depth);
  size_t count_ = 0;

  static std::vector<Level> make_levels(size_t depth) {
    std::vector<Level> levels;
    levels.reserve(depth + 1);
    return levels;
  }
};

}  // namespace

std::optional<Node> parse_document(const std::string& text, const DocumentLimits& limits,
                                   Problems& problems) {
  if (text.size() > limits.bytes) {
    problems.add(0, 0, "", "longer than " + std::to_string(limits.bytes) + " bytes");
    return std::nullopt;
  }
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    TreeBuilder tree(limits, problems);
    if (!parser.HandleNextDocument(tree)) return Node{};
    TreeBuilder second(limits, problems);
    if (parser.HandleNextDocument(second)) {
      problems.add(0, 0, "",
                   "a second document ('---') follows the first: one file is one document");
      return std::nullopt;
    }
    return tree.take();
  } catch (const Stop& stop) {
    problems.add(stop.mark.line + 1, stop.mark.column + 1, "", stop.sentence);
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.line + 1, error.mark.column + 1, "", "not YAML: " + error.msg);
  }
  return std::nullopt;
}

}  // namespace bulkhead::config
