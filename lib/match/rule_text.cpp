// SPDX-License-Identifier: Apache-2.0
#include "match/rule_text.h"

#include <utility>

namespace bulkhead::match {
namespace {

constexpr bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (blank(text.front()) || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string to_string(const RuleProblem& problem) {
  return "line " + std::to_string(problem.line) + ", column " + std::to_string(problem.column) +
         ": " + problem.sentence;
}

char RuleText::take() {
  const char c = text_[at_++];
  place_.column = c == '\n' ? 1 : place_.column + 1;
  place_.line += c == '\n' ? 1 : 0;
  return c;
}

bool RuleText::continues() const {
  const std::string_view rest = text_.substr(at_);
  return rest.starts_with("\\\n") || rest.starts_with("\\\r\n");
}

void RuleText::skip_blanks() {
  while (!at_end()) {
    if (continues())
      while (take() != '\n') continue;
    else if (blank(peek()))
      take();
    else
      return;
  }
}

void RuleText::skip_to_rule() {
  while (!at_end()) {
    if (peek() == '#')
      while (!at_end() && peek() != '\n') take();
    else if (blank(peek()) || peek() == '\n')
      take();
    else
      return;
  }
}

void RuleText::skip_rule() {
  while (!at_end() && peek() != '\n') {
    if (continues())
      while (take() != '\n') continue;
    else
      take();
  }
}

std::string_view RuleText::word(std::string_view stops) {
  const size_t from = at_;
  while (!at_end() && !blank(peek()) && peek() != '\n' && peek() != '\\' &&
         stops.find(peek()) == std::string_view::npos)
    take();
  return text_.substr(from, at_ - from);
}

bool RuleText::value(std::string_view& out) {
  const size_t from = at_;
  bool quoted = false;
  while (!at_end() && (peek() != '\n' || (at_ > from && text_[at_ - 1] == '\\'))) {
    if (peek() == ';' && !quoted) {
      out = trimmed(text_.substr(from, at_ - from));
      return true;
    }
    if (peek() == '"') quoted = !quoted;
    const bool escaped = take() == '\\' && !at_end() && peek() != '\n' && peek() != '\r';
    if (escaped) take();
  }
  return false;
}

bool RuleText::expect(char c, std::string_view where) {
  skip_blanks();
  if (peek() == c && !at_end()) {
    take();
    return true;
  }
  return wrong(std::string("expected '") + c + "' " + std::string(where));
}

bool RuleText::wrong(Place place, std::string sentence) {
  if (problems_.size() < kMaxProblems)
    problems_.push_back({place.line, place.column, std::move(sentence)});
  return false;
}

}  // namespace bulkhead::match
