// SPDX-License-Identifier: Apache-2.0
// The system calls of a dataplane that is up: what workers, the admin thread and the drivers' own
// threads still need. With the filter come no_new_privs (prctl(2)), and the kernel's promise that
// both hold for every thread, those there already included.
//
//   allowed      the list in system_calls.cpp; some only with harmless arguments: memory is never
//                executable that was not so at start, sockets are AF_UNIX, threads but no processes
//   kills        what only an intruder asks for: execve, ptrace, mounts, name spaces, modules
//   EPERM        everything else
#pragma once

#include "base/result.h"

namespace bulkhead::dataplane {

// For good. Errors: kUnsupported with the kernel's reason.
Status filter_system_calls();

}  // namespace bulkhead::dataplane
