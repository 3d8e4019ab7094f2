// SPDX-License-Identifier: Apache-2.0
// One bulkhead-control per store: a lock file beside it, held by the kernel as long as we live.
#pragma once

#include <fcntl.h>
#include <sys/file.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace bulkhead::control {

// Errors: kExists when another process holds it, kIo.
inline Result<UniqueFd> lock_process(const std::string& store) {
  const std::string path = store + ".lock";
  UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!fd.valid()) return io_error("open " + path);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return Error{ErrorCode::kExists, "another bulkhead-control uses " + store + " (it holds " + path +
                                       "): stop it first"};
}

}  // namespace bulkhead::control
