// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "control_fixture.h"
#include "process_lock.h"
#include "store/version_store.h"

namespace bulkhead::control {

namespace {

NewVersion version(const std::string& yaml, std::optional<uint64_t> expected = {}) {
  return {.yaml = yaml,
          .author = "alice",
          .comment = "why",
          .applied_wall_ns = 42,
          .expected_generation = expected};
}

std::unique_ptr<VersionStore> opened(const ScratchDirectory& directory) {
  auto store = VersionStore::open(directory.file("db"));
  REQUIRE(store);
  return std::move(*store);
}

}  // namespace

TEST_CASE("store: a new file has no current version", "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  REQUIRE(store->current());
  REQUIRE_FALSE(store->current()->has_value());
  REQUIRE(store->history(10, 0)->empty());
}

TEST_CASE("store: a version comes back as it went in, also after reopening", "[control][store]") {
  const ScratchDirectory directory;
  const std::string yaml = "a: \"\xc3\xa4\"\n" + std::string(1, '\0') + "b";
  Digest digest{};
  digest[31] = 7;
  {
    auto store = opened(directory);
    REQUIRE(*store->begin(version(yaml)) == 1);
    REQUIRE(store->set_digest(1, digest));
    REQUIRE(store->obeyed(1));
  }
  auto store = opened(directory);
  const Version back = **store->current();
  REQUIRE(back.generation == 1);
  REQUIRE(back.state == VersionState::kObeyed);
  REQUIRE(back.yaml == yaml);
  REQUIRE(back.policy_bytes == yaml.size());
  REQUIRE(back.digest == digest);
  REQUIRE(back.author == "alice");
  REQUIRE(back.comment == "why");
  REQUIRE(back.applied_wall_ns == 42);
}

TEST_CASE("store: another expected generation is a conflict and changes nothing",
          "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  REQUIRE(store->begin(version("one", 0)));
  REQUIRE(store->obeyed(1));
  const auto second = store->begin(version("two", 0));
  REQUIRE_FALSE(second);
  REQUIRE(second.error().code == ErrorCode::kConflict);
  REQUIRE((*store->current())->yaml == "one");
  REQUIRE(store->history(10, 0)->size() == 1);
  REQUIRE(*store->begin(version("two", 1)) == 2);
}

TEST_CASE("store: pending and refused versions are never current and use up their number",
          "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  REQUIRE(*store->begin(version("one")) == 1);
  REQUIRE_FALSE(store->current()->has_value());
  REQUIRE(store->pending()->size() == 1);
  REQUIRE(store->stored(1));
  REQUIRE(*store->begin(version("two")) == 2);
  REQUIRE(store->refused(2, "it is bad"));
  REQUIRE((*store->current())->generation == 1);
  REQUIRE((*store->get(2))->refusal == "it is bad");
  REQUIRE(*store->begin(version("three")) == 3);
}

TEST_CASE("store: history is newest first and can be paged", "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  for (int i = 0; i < 5; ++i) REQUIRE(store->begin(version("x")));
  const auto page = store->history(2, 4);
  REQUIRE(page->size() == 2);
  REQUIRE(page->at(0).generation == 3);
  REQUIRE(page->at(1).generation == 2);
  REQUIRE(page->at(0).yaml.empty());
}

TEST_CASE("store: a raised generation is exceeded by the next version", "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  REQUIRE(store->raise_generation(41));
  REQUIRE(store->raise_generation(7));
  REQUIRE(*store->begin(version("x")) == 42);
}

TEST_CASE("store: a file that is no database is refused with its path and what to do",
          "[control][store]") {
  const ScratchDirectory directory;
  std::ofstream(directory.file("db")) << std::string(8192, 'x');
  const auto store = VersionStore::open(directory.file("db"));
  REQUIRE_FALSE(store);
  REQUIRE(store.error().code == ErrorCode::kIo);
  REQUIRE_THAT(store.error().sentence, Catch::Contains(directory.file("db")) &&
                                           Catch::Contains("is damaged or is no store"));
}

TEST_CASE("store: a database with a damaged page is refused", "[control][store]") {
  const ScratchDirectory directory;
  {
    auto store = opened(directory);
    for (int i = 0; i < 50; ++i) REQUIRE(store->begin(version(std::string(2000, 'y'))));
  }
  std::fstream file(directory.file("db"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 4096);
  file << std::string(4096, '\xff');
  file.close();
  const auto store = VersionStore::open(directory.file("db"));
  REQUIRE_FALSE(store);
  REQUIRE(store.error().code == ErrorCode::kIo);
}

TEST_CASE("store: a schema of a newer release is refused", "[control][store]") {
  const ScratchDirectory directory;
  {
    auto database = Database::open(directory.file("db"));
    REQUIRE(database);
    REQUIRE(database->execute("PRAGMA user_version = 99"));
  }
  const auto store = VersionStore::open(directory.file("db"));
  REQUIRE_FALSE(store);
  REQUIRE(store.error().code == ErrorCode::kUnsupported);
}

TEST_CASE("store: its file is readable by its owner only", "[control][store]") {
  const ScratchDirectory directory;
  auto store = opened(directory);
  const auto mode = std::filesystem::status(directory.file("db")).permissions();
  REQUIRE(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("process lock: a second holder is refused until the first is gone", "[control][store]") {
  const ScratchDirectory directory;
  {
    const auto first = lock_process(directory.file("db"));
    REQUIRE(first);
    const auto second = lock_process(directory.file("db"));
    REQUIRE_FALSE(second);
    REQUIRE(second.error().code == ErrorCode::kExists);
  }
  REQUIRE(lock_process(directory.file("db")));
}

}  // namespace bulkhead::control
