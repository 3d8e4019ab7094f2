// SPDX-License-Identifier: Apache-2.0
#include "telemetry/operation_counts.h"

#include <catch2/catch.hpp>
#include <memory>
#include <set>

namespace bulkhead::telemetry {
namespace {

constexpr auto kAllowed = static_cast<size_t>(OperationFate::kAllowed);
constexpr auto kRefused = static_cast<size_t>(OperationFate::kRefused);

// Of one of three protocols.
uint64_t key_of(uint32_t code) {
  return operation_key(static_cast<uint8_t>(1 + code % 3), code);
}

uint64_t times_of(const OperationCounts& counts, uint64_t key, size_t fate) {
  uint64_t sum = 0;
  for (const OperationRow& row : counts.rows)
    if (row.key.load() == key) sum += row.times[fate].load();
  return sum;
}

uint64_t all_times(const OperationCounts& counts) {
  uint64_t sum = 0;
  for (const OperationRow& row : counts.rows)
    for (const Counter& times : row.times) sum += times.load();
  for (const Counter& times : counts.other.times) sum += times.load();
  return sum;
}

size_t rows_taken(const OperationCounts& counts) {
  std::set<uint64_t> keys;
  size_t rows = 0;
  for (const OperationRow& row : counts.rows) {
    if (row.key.load() == 0) continue;
    ++rows;
    keys.insert(row.key.load());
  }
  REQUIRE(keys.size() == rows);  // an operation has one row
  return rows;
}

}  // namespace

TEST_CASE("operation counts: each operation has a row of its own", "[telemetry]") {
  const auto counts = std::make_unique<OperationCounts>();
  for (uint32_t code = 0; code < 40; ++code)
    for (uint32_t i = 0; i <= code; ++i) counts->count(key_of(code), OperationFate::kAllowed);
  counts->count(operation_key(1, 3), OperationFate::kRefused);
  for (uint32_t code = 0; code < 40; ++code)
    CHECK(times_of(*counts, key_of(code), kAllowed) == code + 1);
  CHECK(times_of(*counts, operation_key(1, 3), kRefused) == 1);
  CHECK(rows_taken(*counts) == 40);
}

TEST_CASE("operation counts: what has no row is counted among the others, and nothing is lost",
          "[telemetry]") {
  const auto counts = std::make_unique<OperationCounts>();
  for (uint32_t code = 0; code < 5000; ++code)
    counts->count(operation_key(1, code), OperationFate::kAllowed);
  CHECK(rows_taken(*counts) <= OperationCounts::kRows);
  CHECK(rows_taken(*counts) > OperationCounts::kRows * 3 / 4);
  CHECK(counts->other.times[kAllowed].load() == 5000 - rows_taken(*counts));
  CHECK(all_times(*counts) == 5000);
}

TEST_CASE("operation counts: refused operations cannot use up the rows of those that are allowed",
          "[telemetry]") {
  const auto counts = std::make_unique<OperationCounts>();
  for (uint32_t code = 1000; code < 5000; ++code)
    counts->count(operation_key(1, code), OperationFate::kRefused);
  CHECK(rows_taken(*counts) <= OperationCounts::kRowsOfRefused);
  for (uint32_t code = 0; code < 30; ++code)
    counts->count(operation_key(2, code), OperationFate::kAllowed);
  for (uint32_t code = 0; code < 30; ++code)
    CHECK(times_of(*counts, operation_key(2, code), kAllowed) == 1);
}

TEST_CASE("operation counts: what nobody could name is among the others", "[telemetry]") {
  const auto counts = std::make_unique<OperationCounts>();
  counts->count(0, OperationFate::kRefused);
  CHECK(counts->other.times[kRefused].load() == 1);
  CHECK(rows_taken(*counts) == 0);
}

}  // namespace bulkhead::telemetry
