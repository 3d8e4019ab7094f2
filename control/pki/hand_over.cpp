// SPDX-License-Identifier: Apache-2.0
#include "pki/hand_over.h"

#include <unistd.h>

#include <cerrno>

#include "base/account.h"

namespace bulkhead::pki {

Status hand_over(const std::vector<std::string>& paths) {
  if (::geteuid() != 0) return {};
  const auto account = find_account(kControlUser);
  if (!account) return {};
  for (const std::string& path : paths)
    if (::lchown(path.c_str(), account->user, account->group) != 0 && errno != ENOENT)
      return io_error("give " + path + " to user " + kControlUser);
  return {};
}

}  // namespace bulkhead::pki
