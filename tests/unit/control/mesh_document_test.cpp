// SPDX-License-Identifier: Apache-2.0
// docs/mesh.md, "Vector", held against the code: every value of its table is made again from the
// inputs written there. Runs with the source tree as its working directory.
#include <catch2/catch.hpp>
#include <regex>

#include "base/file.h"
#include "mesh/key_schedule.h"
#include "mesh_vector.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxDocument = 1u << 20;

struct LaneRow {
  Direction direction;
  uint32_t index;
  std::string key;
  std::string salt;
  std::string chain;
};

std::string document() {
  Result<std::string> text = read_file("docs/mesh.md", kMaxDocument);
  REQUIRE(text.ok());
  return std::move(*text);
}

std::vector<std::smatch> matches(const std::string& text, const char* pattern) {
  const std::regex row(pattern);
  return {std::sregex_iterator(text.begin(), text.end(), row), std::sregex_iterator()};
}

std::vector<LaneRow> lane_rows(const std::string& text) {
  std::vector<LaneRow> rows;
  for (const std::smatch& row : matches(text,
                                        "\\| direction ([01]), index ([0-9]+) \\| `([0-9a-f]{64})`"
                                        " \\| `([0-9a-f]{8})` \\| `([0-9a-f]{64})` \\|"))
    rows.push_back({static_cast<Direction>(std::stoi(row[1])),
                    static_cast<uint32_t>(std::stoul(row[2])), row[3], row[4], row[5]});
  return rows;
}

}  // namespace

TEST_CASE("mesh document: the exporter's context is the one that the code makes", "[mesh][keys]") {
  const std::string text = document();
  const auto rows = matches(text, "\\| context \\| `([0-9a-f]{64})` \\|");
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0][1] == hex(exporter_context(vector_transcript())));
}

TEST_CASE("mesh document: every lane's key, salt and chain are those of the code", "[mesh][keys]") {
  const std::vector<LaneRow> rows = lane_rows(document());
  REQUIRE(rows.size() == 4);
  const KeySchedule schedule(vector_secret());
  for (const LaneRow& row : rows) {
    esp::KeyMaterial keys;
    REQUIRE(schedule.lane(row.direction, row.index, keys).ok());
    CHECK(row.key == hex(keys.key));
    CHECK(row.salt == hex(keys.salt));
    CHECK(row.chain == hex(keys.chain));
  }
}

}  // namespace bulkhead::control
