// SPDX-License-Identifier: Apache-2.0
// Compiling for Hyperscan: control's side of the library. Databases are made for any x86-64 with
// SSSE3, whatever machine compiles them: the dataplane may run on another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::match {

enum class Mode : uint8_t {
  kStream = 1,  // state goes from one piece of bytes to the next
  kBlock,       // each piece by itself
};

inline constexpr size_t kMaxDatabaseBytes = 32u << 20;

// Empty, or why the library does not execute it.
std::string expression_refused(const std::string& expression);

struct Pattern {
  std::string expression;
  bool once = false;  // its first match is all that is asked for
};

struct CompileError {
  int pattern = -1;  // -1: of none in particular
  std::string sentence;
};

// A serialised database; a pattern is reported under its index. The same patterns give the same
// bytes. Empty without patterns. `error` says what is wrong when there is no result.
bool compile_database(std::span<const Pattern> patterns, Mode mode, std::vector<uint8_t>& out,
                      CompileError& error);

}  // namespace bulkhead::match
