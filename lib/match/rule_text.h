// SPDX-License-Identifier: Apache-2.0
// Reads rule text from left to right and knows in which line and column it is. What is wrong is
// kept with its place; reading goes on with the next rule.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::match {

// Lines and columns count from 1.
struct RuleProblem {
  int line = 0;
  int column = 0;
  std::string sentence;
};
std::string to_string(const RuleProblem& problem);  // "line 3, column 14: ..."

class RuleText {
 public:
  static constexpr size_t kMaxProblems = 20;

  struct Place {
    int line = 1;
    int column = 1;
  };

  RuleText(std::string_view text, std::vector<RuleProblem>& problems)
      : text_(text), problems_(problems) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] Place place() const { return place_; }
  char take();
  // Blanks, and line ends behind a backslash: within one rule.
  void skip_blanks();
  // Blanks, empty lines and comments: between rules.
  void skip_to_rule();
  // Gives up on this rule: all up to the end of its line.
  void skip_rule();
  // Up to a blank or one of `stops`.
  std::string_view word(std::string_view stops);
  // The value of an option up to its `;`, with quotes and escapes as written and without the blanks
  // around it. False: the rule ends first.
  bool value(std::string_view& out);
  // False, and a problem: something else is there.
  bool expect(char c, std::string_view where);

  // Always false, so that a reader can return it.
  bool wrong(std::string sentence) { return wrong(place_, std::move(sentence)); }
  bool wrong(Place place, std::string sentence);

 private:
  [[nodiscard]] bool continues() const;  // a backslash and the end of the line

  std::string_view text_;
  std::vector<RuleProblem>& problems_;
  size_t at_ = 0;
  Place place_;
};

}  // namespace bulkhead::match
