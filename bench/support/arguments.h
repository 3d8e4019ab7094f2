// SPDX-License-Identifier: Apache-2.0
// "--key value" pairs against a table of keys and defaults. What does not fit ends the program with
// the usage: benchmarks have no other use for a wrong argument.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bulkhead::bench {

class Arguments {
 public:
  using Defaults = std::map<std::string, std::string>;
  Arguments(int argc, char** argv, Defaults defaults, std::string usage);

  [[nodiscard]] const std::string& text(const std::string& key) const;
  [[nodiscard]] double real(const std::string& key) const;
  [[nodiscard]] uint32_t number(const std::string& key, uint32_t least, uint32_t most) const;
  [[noreturn]] void fail(const std::string& sentence) const;

 private:
  Defaults values_;
  std::string usage_;
};

}  // namespace bulkhead::bench
