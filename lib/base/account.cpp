// SPDX-License-Identifier: Apache-2.0
#include "base/account.h"

#include <pwd.h>

#include <array>

namespace bulkhead {

std::optional<Account> find_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> text{};
  if (::getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return Account{found->pw_uid, found->pw_gid};
}

std::vector<uid_t> service_users() {
  std::vector<uid_t> users;
  for (const char* name : {kControlUser, kDataplaneUser})
    if (const auto account = find_account(name)) users.push_back(account->user);
  return users;
}

}  // namespace bulkhead
