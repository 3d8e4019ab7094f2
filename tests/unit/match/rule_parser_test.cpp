// SPDX-License-Identifier: Apache-2.0
#include "match/rule_parser.h"

#include <catch2/catch.hpp>
#include <string>

#include "match/signature_set.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::match {
namespace {

std::string rule(const std::string& options) {
  return "alert tcp any any -> any any (msg:\"m\"; sid:1; " + options + ")\n";
}

// The one signature of a rule with these options.
Signature read(const std::string& options) {
  const ParsedRules parsed = parse_rules(rule(options));
  for (const RuleProblem& problem : parsed.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(parsed.ok());
  REQUIRE(parsed.signatures.size() == 1);
  return parsed.signatures.front();
}

// The first problem of a text.
std::string problem_of(const std::string& text) {
  const ParsedRules parsed = parse_rules(text);
  REQUIRE_FALSE(parsed.ok());
  return to_string(parsed.problems.front());
}
std::string problem_with(const std::string& options) {
  return problem_of(rule(options));
}

std::string refused(const std::string& options) {
  const std::vector<Signature> set = {read(options)};
  const std::vector<const std::vector<Signature>*> sets = {&set};
  const auto compiled = compile_signatures(sets);
  REQUIRE_FALSE(compiled.ok());
  return compiled.error().sentence;
}

using Catch::Contains;

TEST_CASE("rules: header, message, numbers and references of a rule are read", "[match][rules]") {
  const auto parsed = parse_rules(
      "# a comment\n\n"
      "drop udp any any -> any any (msg:\"one \\\"two\\\"\"; content:\"x\"; sid:7; rev:3; \\\n"
      "  classtype:attempted-dos; reference:cve,2024-6242; metadata:created_at 2024;)\n");
  REQUIRE(parsed.ok());
  REQUIRE(parsed.signatures.size() == 1);
  const Signature& signature = parsed.signatures.front();
  CHECK(signature.action == Action::kDrop);
  CHECK(signature.protocol == wire::ip_protocol::kUdp);
  CHECK(signature.message == "one \"two\"");
  CHECK(signature.sid == 7);
  CHECK(signature.rev == 3);
  CHECK(signature.line == 3);
  CHECK(signature.references == std::vector<std::string>{"cve,2024-6242"});
}

TEST_CASE("rules: a content is text and hexadecimal bytes, with quotes and colons escaped",
          "[match][rules]") {
  CHECK(read(R"(content:"a|0D 0a|b\;\"c|00|";)").parts[0].text == std::string("a\r\nb;\"c\0", 8));
}

TEST_CASE("rules: modifiers belong to the content before them", "[match][rules]") {
  const Signature signature = read(
      "content:\"ab\"; nocase; offset:2; depth:10; content:\"cd\"; distance:1; within:4; "
      "pcre:\"/e+\\/f/iR\"; flow:established,to_server;");
  REQUIRE(signature.parts.size() == 3);
  CHECK(signature.parts[0].nocase);
  CHECK(signature.parts[0].place == Part::Place::kAbsolute);
  CHECK(signature.parts[0].first == 2);
  CHECK(signature.parts[0].room == 10u);
  CHECK(signature.parts[1].place == Part::Place::kRelative);
  CHECK(signature.parts[1].first == 1);
  CHECK(signature.parts[1].room == 4u);
  CHECK(signature.parts[2].text == "e+/f");
  CHECK(signature.parts[2].place == Part::Place::kRelative);
  CHECK(signature.toward == Toward::kServer);
}

TEST_CASE("rules: what is wrong is told with its line and column", "[match][rules]") {
  CHECK(problem_of("\nalert tcp any any -> any any (msg:\"m\"; sid:1; content:x;)") ==
        "line 2, column 55: content must be in quotes");
  CHECK_THAT(problem_with("content:\"x\"; bytetest:1;"),
             Contains("column 60: 'bytetest' is not supported: docs/signatures.md"));
}

TEST_CASE("rules: what is not supported is refused by name and never ignored", "[match][rules]") {
  CHECK_THAT(problem_with("content:!\"x\";"), Contains("negated content"));
  CHECK_THAT(problem_with("content:\"x\"; byte_test:1,>,4,0;"), Contains("not computed with"));
  CHECK_THAT(problem_with("content:\"x\"; content:\"y\"; distance:-2;"), Contains("negative"));
  CHECK_THAT(problem_with("pcre:\"/x/U\";"), Contains("pcre flag 'U'"));
  CHECK_THAT(problem_with("content:\"x\"; flow:no_stream;"), Contains("'no_stream'"));
  CHECK_THAT(problem_of("pass tcp any any -> any any (msg:\"m\"; sid:1; content:\"x\";)"),
             Contains("action 'pass'"));
  CHECK_THAT(problem_of("alert http any any -> any any (msg:\"m\"; sid:1; content:\"x\";)"),
             Contains("protocol 'http'"));
  CHECK_THAT(problem_of("alert tcp any any <- any any (msg:\"m\"; sid:1; content:\"x\";)"),
             Contains("direction '<-'"));
}

TEST_CASE("rules: a rule needs sid, msg and something to look for", "[match][rules]") {
  CHECK_THAT(problem_of("alert tcp any any -> any any (msg:\"m\"; content:\"x\";)"),
             Contains("no sid"));
  CHECK_THAT(problem_of("alert tcp any any -> any any (sid:1; content:\"x\";)"),
             Contains("no msg"));
  CHECK_THAT(problem_with("flow:to_server;"), Contains("neither content, pcre nor operation"));
  CHECK_THAT(problem_of(rule("content:\"x\";") + rule("content:\"y\";")),
             Contains("sid 1 is there twice"));
}

TEST_CASE("rules: modifiers that cannot be meant are refused", "[match][rules]") {
  CHECK_THAT(problem_with("nocase; content:\"x\";"), Contains("must follow a content"));
  CHECK_THAT(problem_with("content:\"x\"; distance:1;"), Contains("no content or pcre before"));
  CHECK_THAT(problem_with("pcre:\"/x/R\";"), Contains("no content or pcre before"));
  CHECK_THAT(problem_with("content:\"x\"; content:\"y\"; offset:1; within:3;"),
             Contains("has either"));
  CHECK_THAT(problem_with("content:\"abc\"; depth:2;"), Contains("could never match"));
  CHECK_THAT(problem_with("content:\"x\"; depth:99999;"), Contains("number from 1 to 16384"));
  CHECK_THAT(problem_with("content:\"x|4|\";"), Contains("pairs of hexadecimal"));
  CHECK_THAT(problem_with("content:\"x|41\";"), Contains("odd number"));
  CHECK_THAT(problem_with("content:\"\";"), Contains("empty"));
  CHECK_THAT(problem_with("content:\"" + std::string(256, 'x') + "\";"), Contains("longer than"));
}

TEST_CASE("rules: a rule that does not end does not swallow the next", "[match][rules]") {
  const auto parsed = parse_rules("alert tcp any any -> any any (msg:\"m\"; sid:1; content:\"x\n" +
                                  rule("content:\"y\";"));
  REQUIRE(parsed.problems.size() == 1);
  CHECK_THAT(parsed.problems[0].sentence, Contains("no ';'"));
  CHECK(parsed.signatures.size() == 1);
}

TEST_CASE("rules: problems and rules are counted and bounded", "[match][rules]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "nonsense\n";
  CHECK(parse_rules(text).problems.size() == RuleText::kMaxProblems);
  CHECK_THAT(problem_of(std::string(kMaxRuleTextBytes + 1, '#')), Contains("longer than"));
}

TEST_CASE("rules: a pcre that the matcher does not execute is refused with its place",
          "[match][rules]") {
  CHECK_THAT(refused(R"(pcre:"/(a)\1/";)"), Contains("line 1, column 47: pcre:"));
  CHECK_THAT(refused(R"(pcre:"/a*/";)"), Contains("without a single byte"));
  CHECK_THAT(refused(R"(pcre:"/a)|(b/";)"), Contains("pcre:"));
  CHECK_THAT(refused(R"(pcre:"/(*UTF8)a/";)"), Contains("verbs"));
  CHECK_THAT(refused(R"(content:"x"; pcre:"/^a|b/R";)"), Contains("with R, an anchor"));
  CHECK_THAT(refused(R"(content:"x"; pcre:"/a$/R";)"), Contains("with R, an anchor"));
  CHECK_THAT(refused(R"(pcre:"/a$/A";)"), Contains("with A, other anchors"));
}

}  // namespace
}  // namespace bulkhead::match
