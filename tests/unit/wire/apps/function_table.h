// SPDX-License-Identifier: Apache-2.0
// Holds the table of operations in docs/protocols/NAME.md against the code's: the rows behind
// "| code |", each `| code | name | class | Tnnnn |` (code/sub where there is a sub-function; a
// space above 0 in front: `s:code`).
#pragma once

#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "wire/apps/protocol.h"

namespace bulkhead::test {

inline std::string markdown_row(const wire::FunctionFact& fact) {
  const uint32_t space = fact.code >> 24, sub = fact.code >> 16 & 0xff;
  std::string code = space != 0 ? std::to_string(space) + ':' : "";
  code += std::to_string(fact.code & 0xffff);
  if (sub != 0) code += '/' + std::to_string(sub);
  char technique[8] = "-";
  if (fact.technique != 0)
    std::snprintf(technique, sizeof technique, "T%04u", unsigned{fact.technique} % 10000);
  return "| " + code + " | " + std::string(fact.name) + " | " + std::string(to_string(fact.cls)) +
         " | " + technique + " |";
}

inline std::set<std::string> expected_rows(std::span<const wire::FunctionFact> facts) {
  std::set<std::string> rows;
  for (const wire::FunctionFact& fact : facts) rows.insert(markdown_row(fact));
  return rows;
}

// `name`: of docs/protocols/NAME.md; `table`: which of its tables, from 0.
inline std::set<std::string> documented_rows(const std::string& name, int table = 0) {
  std::ifstream document(std::string(BULKHEAD_SOURCE_ROOT) + "/docs/protocols/" + name + ".md");
  std::set<std::string> rows;
  int at = -1;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("| code |")) {
      inside = ++at == table;
      continue;
    }
    if (!line.starts_with("|")) inside = false;
    if (inside && !line.starts_with("| ---")) rows.insert(line);
  }
  return rows;
}

}  // namespace bulkhead::test
