// SPDX-License-Identifier: Apache-2.0
// What is wrong with an operator's file, where, and what to do: gathered, not only the first.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bulkhead::config {

// Lines and columns count from 1; 0: unknown.
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string object;
  std::string sentence;
};
std::string to_string(const Problem& problem);  // "file:line:column: object: sentence"

// At most kMax problems are kept; one more says that there were others.
class Problems {
 public:
  static constexpr size_t kMax = 50;

  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(int line, int column, std::string object, std::string sentence);
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] const std::vector<Problem>& items() const noexcept { return items_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  std::string file_;
  std::vector<Problem> items_;
};
// kInvalid, with a line for each.
Error error_of(const Problems& problems);

}  // namespace bulkhead::config
