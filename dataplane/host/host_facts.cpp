// SPDX-License-Identifier: Apache-2.0
#include "host/host_facts.h"

#include <sched.h>

#include <charconv>
#include <filesystem>

#include "base/file.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxSysfsBytes = 4096;

uint64_t leading_number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "hugepages-2048kB" -> 2 MiB; 0 for anything else.
uint64_t page_bytes(std::string_view folder) {
  constexpr std::string_view kPrefix = "hugepages-";
  return folder.starts_with(kPrefix) ? leading_number(folder.substr(kPrefix.size())) << 10 : 0;
}

uint64_t free_hugepage_bytes(const std::string& root) {
  uint64_t total = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(root, ignored)) {
    const auto count = read_file(entry.path() / "free_hugepages", kMaxSysfsBytes);
    if (count) total += page_bytes(entry.path().filename().string()) * leading_number(*count);
  }
  return total;
}

std::vector<unsigned> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return {0};
  std::vector<unsigned> cpus;
  for (unsigned i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &set)) cpus.push_back(i);
  return cpus;
}

}  // namespace

HostFacts read_host_facts(const std::string& hugepages) {
  return {.cpus = allowed_cpus(), .free_hugepage_bytes = free_hugepage_bytes(hugepages)};
}

}  // namespace bulkhead::dataplane
