// SPDX-License-Identifier: Apache-2.0
// Makes a test case of every folder NNN_name beside this file; the case plays the scenario and
// compares with expect.jsonl line by line. The hidden case "update NNN_name" rewrites expect.jsonl:
// scenario_runner '[update]' for all of them. A person reviews what changed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "play.h"

namespace bulkhead::scenario {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Lines lines_of(const fs::path& file) {
  std::istringstream text(read_text(file));
  Lines lines;
  for (std::string line; std::getline(text, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

void compare(const fs::path& folder) {
  const Lines expected = lines_of(folder / "expect.jsonl");
  const Lines actual = play(read_scenario(folder));
  for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string want = i < expected.size() ? expected[i] : "no frame";
    const std::string got = i < actual.size() ? actual[i] : "no frame";
    if (want == got) continue;
    INFO("expected " << want);
    INFO("     got " << got);
    FAIL_CHECK("frame " << i + 1 << " differs");
  }
  SUCCEED();
}

void update(const fs::path& folder) {
  const Lines actual = play(read_scenario(folder));
  std::ofstream file(folder / "expect.jsonl");
  for (const std::string& line : actual) file << line << "\n";
  REQUIRE(file.flush().good());
}

class FolderCase final : public Catch::ITestInvoker {
 public:
  using Run = void (*)(const fs::path&);
  FolderCase(Run run, fs::path folder) : run_(run), folder_(std::move(folder)) {}
  void invoke() const override { run_(folder_); }

 private:
  Run run_;
  fs::path folder_;
};

bool is_scenario(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename();
  return entry.is_directory() && name.size() > 4 && name.find_first_not_of("0123456789") == 3 &&
         name[3] == '_';
}

void add(FolderCase::Run run, const fs::path& folder, const std::string& name,
         const std::string& tags) {
  // Catch2 owns the invoker.
  Catch::AutoReg(new FolderCase(run, folder), CATCH_INTERNAL_LINEINFO, Catch::StringRef(),
                 Catch::NameAndTags(name, tags));
}

bool add_all() {
  std::vector<fs::path> folders;
  std::error_code none;  // an empty list fails below
  for (const auto& entry : fs::directory_iterator(BULKHEAD_SCENARIOS, none))
    if (is_scenario(entry)) folders.push_back(entry.path());
  std::ranges::sort(folders);
  for (const fs::path& folder : folders) {
    const std::string name = folder.filename();
    add(compare, folder, name, "[scenario]");
    add(update, folder, "update " + name, "[.update]");
  }
  return !folders.empty();
}

const bool kFound = add_all();

TEST_CASE("scenario: the folders are there", "[scenario]") {
  REQUIRE(kFound);
}

}  // namespace
}  // namespace bulkhead::scenario
