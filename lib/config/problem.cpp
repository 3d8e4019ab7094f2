// SPDX-License-Identifier: Apache-2.0
#include "config/problem.h"

namespace bulkhead::config {

std::string to_string(const Problem& problem) {
  std::string out = problem.file;
  if (problem.line > 0) out += ':' + std::to_string(problem.line);
  if (problem.line > 0 && problem.column > 0) out += ':' + std::to_string(problem.column);
  if (!problem.object.empty()) out += ": " + problem.object;
  return out + ": " + problem.sentence;
}

void Problems::add(int line, int column, std::string object, std::string sentence) {
  if (items_.size() > kMax) return;
  if (items_.size() == kMax) {
    items_.push_back({file_, 0, 0, "", "more errors follow; correct these first"});
    return;
  }
  items_.push_back({file_, line, column, std::move(object), std::move(sentence)});
}

Error error_of(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.items())
    text += (text.empty() ? "" : "\n") + to_string(problem);
  return {ErrorCode::kInvalid, std::move(text)};
}

}  // namespace bulkhead::config
