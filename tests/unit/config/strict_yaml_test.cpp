// SPDX-License-Identifier: Apache-2.0
#include "config/strict_yaml.h"

#include <catch2/catch.hpp>

namespace bulkhead::config {
namespace {

// The problems of a document, one per line.
std::string problems_of(const std::string& text, const DocumentLimits& limits = {}) {
  Problems problems("f.yaml");
  (void)parse_document(text, limits, problems);
  std::string out;
  for (const auto& problem : problems.items()) out += to_string(problem) + '\n';
  return out;
}

struct Document {
  Problems problems{"f.yaml"};
  Node root;
  explicit Document(const std::string& text) : root(*parse_document(text, {}, problems)) {}
  MapReader map() { return {root, "", problems}; }
  [[nodiscard]] std::string first() const {
    return problems.empty() ? "" : to_string(problems.items().front());
  }
};

TEST_CASE("strict yaml: a tree keeps scalars as written and their places", "[config]") {
  Problems problems("f.yaml");
  const auto root = parse_document("a: 010\nb: [yes, \"x\"]\nc: ~\n", {}, problems);
  REQUIRE(problems.empty());
  REQUIRE(root->entries.size() == 3);
  CHECK(root->entries[0].value.text == "010");
  CHECK(root->entries[0].value.column == 4);
  CHECK(root->entries[1].value.items[0].text == "yes");
  CHECK(root->entries[1].value.items[1].quoted);
  CHECK(root->entries[1].line == 2);
  CHECK(root->entries[2].value.kind == Node::Kind::kNull);
}

TEST_CASE("strict yaml: an empty text is a null document, not an error", "[config]") {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    Problems problems("f.yaml");
    const auto root = parse_document(text, {}, problems);
    REQUIRE(root);
    CHECK(root->kind == Node::Kind::kNull);
  }
}

TEST_CASE("strict yaml: a duplicate key is found with both lines", "[config]") {
  CHECK(problems_of("a: 1\nb: 2\na: 3\n") == "f.yaml:3:1: duplicate key 'a' (first at line 1)\n");
  CHECK(problems_of("m: {x: {deep: 1}, x: {deep: 2}}\n") ==
        "f.yaml:1:19: duplicate key 'x' (first at line 1)\n");
  CHECK(problems_of("\"a\": 1\na: 2\n").find("duplicate") != std::string::npos);
}

TEST_CASE("strict yaml: anchors, aliases, tags and merge keys are refused", "[config]") {
  CHECK(problems_of("a: &x 1\n").find("anchors") != std::string::npos);
  CHECK(problems_of("a: &x [1]\nb: *x\n").find("anchors") != std::string::npos);
  CHECK(problems_of("a: !!int 1\n").find("tags") != std::string::npos);
  CHECK(problems_of("<<: {a: 1}\n").find("merge") != std::string::npos);
}

TEST_CASE("strict yaml: depth, size, number of values and of keys are bounded", "[config]") {
  const std::string open(1000, '['), close(1000, ']');
  CHECK(problems_of("a: " + open + close).find("deeper than 16") != std::string::npos);
  CHECK_FALSE(problems_of(std::string(100'000, '[')).empty());
  CHECK_FALSE(problems_of(std::string(100'000, '{')).empty());
  CHECK(problems_of("abc: 1", {.bytes = 3}).find("longer than 3 bytes") != std::string::npos);
  CHECK(problems_of("[1, 2, 3, 4]", {.nodes = 3}).find("more than 3 values") != std::string::npos);
  CHECK(problems_of("{a: 1, b: 1, c: 1}", {.map_keys = 2}).find("more than 2 keys") !=
        std::string::npos);
}

TEST_CASE("strict yaml: what is not one document is refused with its place", "[config]") {
  CHECK(problems_of("a: [1\n").find("not YAML") != std::string::npos);
  CHECK(problems_of("a: 1\n---\nb: 2\n").find("second document") != std::string::npos);
  CHECK(problems_of("[a]: 1\n").find("key must be plain text") != std::string::npos);
  CHECK(problems_of("a: \"x\\u0007\"\n").find("control character") != std::string::npos);
}

TEST_CASE("map reader: an unknown key is reported with its place and the nearest word",
          "[config]") {
  Document doc("name: a\nquues: 3\n");
  auto map = doc.map();
  CHECK(map.required_string("name") == "a");
  CHECK(map.optional_number("queues", 1, 1, 16) == 1);
  map.finish();
  CHECK(doc.first() == "f.yaml:2:1: quues: unknown key; did you mean 'queues'?");
}

TEST_CASE("map reader: a missing key is reported at the map", "[config]") {
  Document doc("\n\nother: 1\n");
  CHECK(doc.map().required_string("name").empty());
  CHECK(doc.first() == "f.yaml:3:1: 'name' is missing");
}

TEST_CASE("map reader: a number that YAML versions read differently is refused", "[config]") {
  for (const char* text : {"010", "0x10", "1_000", "1e3", "1.0", "+1", "-1", "1 0",
                           "99999999999999999999", "17", "0"}) {
    Document doc("n: " + std::string(text) + "\n");
    (void)doc.map().optional_number("n", 5, 1, 16);
    INFO(text);
    CHECK_FALSE(doc.problems.empty());
  }
  Document octal("n: 010\n");
  (void)octal.map().optional_number("n", 5, 1, 16);
  CHECK(octal.first().find("leading zero") != std::string::npos);
}

TEST_CASE("map reader: a bool is true or false and nothing else", "[config]") {
  Document doc("a: true\nb: false\nc: yes\n");
  auto map = doc.map();
  CHECK(map.optional_bool("a", false));
  CHECK_FALSE(map.optional_bool("b", true));
  CHECK(doc.problems.empty());
  (void)map.optional_bool("c", false);
  CHECK(doc.first() == "f.yaml:3:4: c: 'yes' is not one of: true, false");
}

TEST_CASE("map reader: a wrongly typed value is reported as what it is", "[config]") {
  Document doc("a: [1]\nb: {x: 1}\nc: 5\nd:\n");
  auto map = doc.map();
  (void)map.required_string("a");
  (void)map.required_number("b", 0, 9);
  (void)map.optional_list("c");
  (void)map.required_string("d");
  REQUIRE(doc.problems.items().size() == 4);
  CHECK(doc.problems.items()[0].sentence == "must be text, but is a list");
  CHECK(doc.problems.items()[2].sentence == "must be a list, but is a single value");
  CHECK(doc.problems.items()[3].sentence == "must be text, but is nothing");
}

TEST_CASE("map reader: something that is no map is one problem, not many", "[config]") {
  Document doc("[1, 2]\n");
  auto map = doc.map();
  (void)map.required_string("a");
  map.finish();
  CHECK(doc.problems.items().size() == 1);
}

TEST_CASE("problems: at most fifty are kept, and that there are more is said", "[config]") {
  Problems problems("f.yaml");
  for (int i = 0; i < 1000; ++i) problems.add(i, 1, "x", "wrong");
  REQUIRE(problems.items().size() == Problems::kMax + 1);
  CHECK(problems.items().back().sentence == "more errors follow; correct these first");
}

}  // namespace
}  // namespace bulkhead::config
