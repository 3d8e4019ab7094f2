// SPDX-License-Identifier: Apache-2.0
// docs/mesh.md, "Vector", held against the code: every value of its table is made again from the
// inputs written there. Runs with the source tree as its working directory.
#include <catch2/catch.hpp>
#include <cstdio>
#include <sstream>

#include "base/file.h"
#include "esp/key_chain.h"
#include "mesh/key_schedule.h"
#include "mesh_vector.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxDocument = 1u << 20;

struct LaneRow {
  Direction direction;
  uint32_t index;
  unsigned epoch;
  std::string key;
  std::string salt;
  std::string chain;
};

std::string document() {
  Result<std::string> text = read_file("docs/mesh.md", kMaxDocument);
  REQUIRE(text.ok());
  return std::move(*text);
}

// The cells of each line that is a row of a table, without blanks and backquotes around them.
std::vector<std::vector<std::string>> table_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    std::istringstream cells(line.substr(1));
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) {
      const size_t begin = cell.find_first_not_of(" `");
      const size_t end = cell.find_last_not_of(" `");
      row.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
    }
  }
  return rows;
}

std::vector<LaneRow> lane_rows(const std::string& text) {
  std::vector<LaneRow> rows;
  for (const auto& row : table_rows(text)) {
    unsigned direction = 0;
    unsigned index = 0;
    unsigned epoch = 0;
    if (row.size() != 4 || std::sscanf(row[0].c_str(), "direction %u, index %u, epoch %u",
                                       &direction, &index, &epoch) < 2)
      continue;
    rows.push_back({static_cast<Direction>(direction), index, epoch, row[1], row[2], row[3]});
  }
  return rows;
}

}  // namespace

TEST_CASE("mesh document: the exporter's context is the one that the code makes", "[mesh][keys]") {
  const std::string text = document();
  std::vector<std::string> contexts;
  for (const auto& row : table_rows(text))
    if (row.size() == 2 && row[0] == "context") contexts.push_back(row[1]);
  REQUIRE(contexts == std::vector{hex(exporter_context(vector_transcript()))});
}

TEST_CASE("mesh document: every lane's key, salt and chain are those of the code", "[mesh][keys]") {
  const std::vector<LaneRow> rows = lane_rows(document());
  REQUIRE(rows.size() == 6);
  const KeySchedule schedule(vector_secret());
  for (const LaneRow& row : rows) {
    esp::KeyMaterial keys;
    REQUIRE(schedule.lane(row.direction, row.index, keys).ok());
    for (unsigned epoch = 0; epoch < row.epoch; ++epoch) REQUIRE(esp::step(keys).ok());
    CHECK(row.key == hex(keys.key));
    CHECK(row.salt == hex(keys.salt));
    CHECK(row.chain == hex(keys.chain));
  }
}

}  // namespace bulkhead::control
