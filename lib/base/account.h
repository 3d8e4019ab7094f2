// SPDX-License-Identifier: Apache-2.0
// The users as which the packages run the two processes (scripts/systemd), looked up by name.
// NSS may load libraries and open files: ask before privileges are given away.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace bulkhead {

inline constexpr const char* kControlUser = "bulkhead";
inline constexpr const char* kDataplaneUser = "bulkhead-dataplane";

struct Account {
  uid_t user = 0;
  gid_t group = 0;
};

// Nothing: there is no such user here.
std::optional<Account> find_account(const std::string& name);

// Of both, as far as they exist.
std::vector<uid_t> service_users();

}  // namespace bulkhead
