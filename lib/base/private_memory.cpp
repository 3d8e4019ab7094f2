// SPDX-License-Identifier: Apache-2.0
#include "base/private_memory.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace bulkhead {
namespace {

Status no_core_dumps() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return io_error("switch core dumps off");
  // Also closes /proc/PID/mem and ptrace to other processes of the same user.
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return io_error("make the process undumpable");
  return {};
}

// Without an unlimited RLIMIT_MEMLOCK a later mmap() could fail for the lock's sake: then no lock.
Status no_swapping() {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_MEMLOCK, &all) != 0)
    return io_error("lock memory against swapping (needs CAP_SYS_RESOURCE, or memlock unlimited)");
  // On fault: address space that is only reserved takes no memory.
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    return io_error("lock memory against swapping (needs CAP_IPC_LOCK)");
  return {};
}

}  // namespace

Status keep_memory_private() {
  Status dumps = no_core_dumps();
  Status swap = no_swapping();
  return dumps ? swap : dumps;
}

}  // namespace bulkhead
