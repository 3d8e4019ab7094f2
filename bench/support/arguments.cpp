// SPDX-License-Identifier: Apache-2.0
#include "support/arguments.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace bulkhead::bench {
namespace {

template <typename T>
bool read(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && at == end;
}

}  // namespace

Arguments::Arguments(int argc, char** argv, Defaults defaults, std::string usage)
    : values_(std::move(defaults)), usage_(std::move(usage)) {
  for (int i = 1; i < argc; i += 2) {
    const std::string key = argv[i];
    if (!key.starts_with("--") || !values_.contains(key.substr(2))) fail("what is " + key + "?");
    if (i + 1 == argc) fail(key + " needs a value");
    values_[key.substr(2)] = argv[i + 1];
  }
}

const std::string& Arguments::text(const std::string& key) const {
  return values_.at(key);
}

double Arguments::real(const std::string& key) const {
  double value = 0;
  if (!read(text(key), value)) fail("--" + key + " is not a number: " + text(key));
  return value;
}

uint32_t Arguments::number(const std::string& key, uint32_t least, uint32_t most) const {
  uint32_t value = 0;
  if (!read(text(key), value) || value < least || value > most)
    fail("--" + key + " is not a number from " + std::to_string(least) + " to " +
         std::to_string(most) + ": " + text(key));
  return value;
}

void Arguments::fail(const std::string& sentence) const {
  std::fprintf(stderr, "%s\n%s", sentence.c_str(), usage_.c_str());
  std::exit(2);
}

}  // namespace bulkhead::bench
