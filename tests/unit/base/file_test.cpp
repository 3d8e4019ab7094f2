// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace bulkhead;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "bulkhead-file-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }
  [[nodiscard]] size_t files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("file: what was written, is read back with its mode", "[base][file]") {
  const Folder folder;
  const std::string text(100'000, 'x');
  REQUIRE(write_file_atomically(folder / "a", text, 0600).ok());
  CHECK(*read_file(folder / "a", 1 << 20) == text);
  struct stat status {};
  REQUIRE(stat((folder / "a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(folder.files() == 1);
}

TEST_CASE("file: longer than the bound, is refused whole", "[base][file]") {
  const Folder folder;
  REQUIRE(write_file_atomically(folder / "a", std::string_view("12345"), 0600).ok());
  CHECK(read_file(folder / "a", 5).ok());
  const auto text = read_file(folder / "a", 4);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().code == ErrorCode::kExhausted);
}

TEST_CASE("file: absent, is told as not found with its path", "[base][file]") {
  const Folder folder;
  const auto text = read_file(folder / "none", 10);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().code == ErrorCode::kNotFound);
  CHECK(text.error().sentence.find(folder / "none") != std::string::npos);
}

TEST_CASE("file: an overwrite, replaces all and leaves no temporary", "[base][file]") {
  const Folder folder;
  REQUIRE(write_file_atomically(folder / "a", std::string_view("a long first text"), 0600).ok());
  REQUIRE(write_file_atomically(folder / "a", std::string_view("short"), 0600).ok());
  CHECK(*read_file(folder / "a", 100) == "short");
  CHECK(folder.files() == 1);
}

TEST_CASE("file: a write that cannot be, leaves the old content and no temporary", "[base][file]") {
  const Folder folder;
  fs::create_directory(folder / "target");
  std::ofstream(folder / "target" + "/inside") << "kept";
  CHECK_FALSE(write_file_atomically(folder / "target", std::string_view("new"), 0600).ok());
  CHECK(fs::exists(folder / "target" + "/inside"));
  CHECK(folder.files() == 1);
  const Status missing =
      write_file_atomically(folder / "no/such/folder", std::string_view("x"), 0600);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::kIo);
}
