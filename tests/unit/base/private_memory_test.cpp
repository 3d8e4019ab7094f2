// SPDX-License-Identifier: Apache-2.0
#include "base/private_memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

namespace bulkhead {
namespace {

enum Finding : int { kCoreDumps = 1, kDumpable = 2, kSwappable = 4, kUnreported = 8 };

long locked_kilobytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  long kilobytes = 0;
  while (status >> word)
    if (word == "VmLck:") status >> kilobytes;
  return kilobytes;
}

// What is still open after the call. In a child, as none of it can be taken back.
int findings() {
  const Status done = keep_memory_private();
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  int found = 0;
  if (core.rlim_cur != 0 || core.rlim_max != 0) found |= kCoreDumps;
  if (::prctl(PR_GET_DUMPABLE) != 0) found |= kDumpable;
  if (locked_kilobytes() == 0) found |= done.ok() ? kSwappable | kUnreported : kSwappable;
  return found;
}

int findings_of_child() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(findings());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("private memory: the process leaves no core dump and nobody may look", "[base]") {
  REQUIRE((findings_of_child() & (kCoreDumps | kDumpable)) == 0);
}

// Sanitizers do not lock memory at all.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("private memory: what cannot be locked against swapping, is said", "[base]") {
  REQUIRE((findings_of_child() & kUnreported) == 0);
}
#endif

}  // namespace bulkhead
