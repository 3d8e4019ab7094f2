// SPDX-License-Identifier: Apache-2.0
#include "match/database.h"

#include <catch2/catch.hpp>

namespace bulkhead::match {
namespace {

std::vector<uint8_t> compiled(Mode mode) {
  std::vector<uint8_t> out;
  CompileError error;
  const std::vector<Pattern> patterns = {{"abc", true}, {"^x[0-9]+y", false}};
  REQUIRE(compile_database(patterns, mode, out, error));
  return out;
}

TEST_CASE("database: the same patterns give the same bytes", "[match]") {
  CHECK(compiled(Mode::kStream) == compiled(Mode::kStream));
}

TEST_CASE("database: what was compiled loads, in its mode only", "[match]") {
  CHECK(Database::load(compiled(Mode::kStream), Mode::kStream).ok());
  CHECK(Database::load(compiled(Mode::kBlock), Mode::kBlock).ok());
  const auto other = Database::load(compiled(Mode::kBlock), Mode::kStream);
  REQUIRE_FALSE(other.ok());
  CHECK_THAT(other.error().sentence, Catch::Contains("another mode"));
}

TEST_CASE("database: bytes that were changed or cut do not load", "[match]") {
  const auto whole = compiled(Mode::kStream);
  for (size_t at : {size_t{0}, size_t{5}, size_t{13}, whole.size() / 2, whole.size() * 3 / 4}) {
    CAPTURE(at);
    auto changed = whole;
    changed[at] ^= 0x40;
    CHECK_FALSE(Database::load(changed, Mode::kStream).ok());
  }
  for (size_t size : {size_t{0}, size_t{3}, size_t{100}, size_t{255}, whole.size() - 1}) {
    CAPTURE(size);
    CHECK_FALSE(Database::load(std::span(whole).first(size), Mode::kStream).ok());
  }
}

TEST_CASE("database: nothing to look for is no bytes", "[match]") {
  std::vector<uint8_t> out = {1};
  CompileError error;
  REQUIRE(compile_database({}, Mode::kStream, out, error));
  CHECK(out.empty());
}

}  // namespace
}  // namespace bulkhead::match
