// SPDX-License-Identifier: Apache-2.0
// Prints a fuzz target's dictionary, made from the protocols' tables.
//   fuzz_dict TARGET > FILE, then TARGET_fuzz -dict=FILE     fuzz_dict --list
#include <cstdio>

#include "dictionary.h"

using namespace bulkhead::fuzz;

int main(int argc, char** argv) {
  const std::string_view argument = argc == 2 ? argv[1] : "--help";
  if (argument == "--list") {
    for (const auto name : dictionary_targets())
      std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
    return 0;
  }
  const auto entries = dictionary_of(argument);
  if (entries.empty()) {
    std::fputs("usage: fuzz_dict TARGET | --list\n", stderr);
    return argument == "--help" ? 0 : 2;
  }
  for (const auto& entry : entries) std::fputs(dictionary_line(entry).c_str(), stdout);
  return 0;
}
