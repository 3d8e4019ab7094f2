// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over its corpus without libFuzzer: every file, each file's prefixes, and a
// few deterministic mutations of it; of a folder "found", which libFuzzer made, the files alone.
// Usage: NAME_replay FILE-or-DIR... Prints TAP, one line a file.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <vector>

#include "base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

constexpr size_t kMaxInput = 1 << 20;
constexpr size_t kMaxPrefixes = 512;
constexpr int kMutations = 200;
constexpr const char* kFound = "found";

std::vector<std::string> files_in(int argc, char** argv) {
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argv[i]))
      if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A copy in memory of exactly the right size, so that a sanitizer sees any read past the end.
void run(const Bytes& bytes, size_t size) {
  const Bytes exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void mutate(Bytes& bytes, std::mt19937& random) {
  if (bytes.empty()) return;
  for (unsigned i = 0; i < 1 + random() % 4; ++i) {
    uint8_t& at = bytes[random() % bytes.size()];
    at = static_cast<uint8_t>(random() % 2 == 0 ? random() : at ^ (1u << (random() % 8)));
  }
}

void replay(const std::string& text) {
  const Bytes seed(text.begin(), text.end());
  for (size_t n = 0; n <= std::min(seed.size(), kMaxPrefixes); ++n) run(seed, n);
  run(seed, seed.size());
  std::mt19937 random(static_cast<uint32_t>(seed.size()));
  for (int i = 0; i < kMutations; ++i) {
    Bytes mutant = seed;
    mutate(mutant, random);
    run(mutant, mutant.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> files = files_in(argc, argv);
  std::printf("1..%zu\n", files.size());
  size_t failed = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    const auto text = bulkhead::read_file(files[i], kMaxInput);
    const bool found = fs::path(files[i]).parent_path().filename() == kFound;
    if (text.ok() && found) run(Bytes(text->begin(), text->end()), text->size());
    if (text.ok() && !found) replay(*text);
    if (!text.ok()) ++failed;
    std::printf("%s %zu - replay: %s%s the laws\n", text.ok() ? "ok" : "not ok", i + 1,
                fs::path(files[i]).filename().c_str(), found ? " keeps" : " and its mutants keep");
    std::fflush(stdout);  // a law aborts: say how far we came
  }
  return failed == 0 && !files.empty() ? 0 : 1;
}
