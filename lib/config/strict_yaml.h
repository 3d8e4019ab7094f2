// SPDX-License-Identifier: Apache-2.0
// Strict reading of YAML maps for configuration and policy: unknown key, duplicate key, wrong type
// and out-of-range value become findings with file, line and column.
//
//   MapReader map(node, "ports[0]", findings);
//   port.name = map.required_string("name");
//   port.queues = map.optional_number("queues", 1, 1, 16);
//   map.finish();                                   // reports keys nobody asked for
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace YAML {
class Node;
}

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

}  // namespace bulkhead::config
