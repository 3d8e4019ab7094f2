// SPDX-License-Identifier: Apache-2.0
// The published table of functions is the code's.
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "wire/apps/modbus.h"

namespace bulkhead::wire::modbus {
namespace {

std::string markdown_row(const FunctionRow& row) {
  std::string code = std::to_string(row.code & 0xff);
  const bool has_sub_function = (row.code & 0xff) == 8 || (row.code & 0xff) == 43;
  if (has_sub_function) code += "/" + std::to_string(row.code >> 8);
  char technique[8];
  std::snprintf(technique, sizeof technique, "T%04u", unsigned{row.technique} % 10000);
  return "| " + code + " | " + std::string(row.name) + " | " + std::string(to_string(row.cls)) +
         " | " + technique + " |";
}

std::set<std::string> rows_of_document() {
  std::ifstream document(std::string(BULKHEAD_SOURCE_ROOT) + "/docs/protocols/modbus.md");
  std::set<std::string> rows;
  bool in_table = false;
  for (std::string line; std::getline(document, line);) {
    if (in_table && line.starts_with("| ") && !line.starts_with("| ---")) rows.insert(line);
    in_table = in_table || line.starts_with("| code |");
  }
  return rows;
}

}  // namespace

TEST_CASE("modbus: docs/protocols/modbus.md, lists exactly the functions of the table",
          "[wire][modbus][docs]") {
  std::set<std::string> expected;
  for (const FunctionRow& row : functions()) expected.insert(markdown_row(row));
  REQUIRE(rows_of_document() == expected);
}

}  // namespace bulkhead::wire::modbus
