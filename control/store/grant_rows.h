// SPDX-License-Identifier: Apache-2.0
// Grants as objects of their own: rows beside the versions, changed in the transactions of
// VersionStore. A grant never changes; which ones a version was compiled with is kept with it, and
// those of the current version are in force (until their time is over).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"

namespace bulkhead::control {

struct StoredGrant {
  uint64_t id = 0;  // 0: not yet stored
  std::string name;
  std::string yaml;
  std::string author{};
  int64_t added_wall_ns = 0;
  int64_t until_wall_ns = 0;
  int64_t ended_wall_ns = 0;  // revoked then; 0: not
  std::string ended_by{};
  bool current = false;  // compiled into the current version
};

Status make_grant_tables(Database& database);
Result<uint64_t> insert_grant(Database& database, const StoredGrant& grant);
Status attach_grant(Database& database, uint64_t generation, uint64_t grant);
Status end_grant(Database& database, uint64_t grant, int64_t wall_ns, const std::string& by);
// The id of one that was added so and not revoked; 0: there is none.
Result<uint64_t> find_grant(Database& database, const std::string& name, const std::string& author,
                            int64_t added_wall_ns);
// By name.
Result<std::vector<StoredGrant>> grants_of(Database& database, uint64_t generation);
// All that ever were, newest first; `current` as of that generation.
Result<std::vector<StoredGrant>> list_grants(Database& database, uint64_t generation,
                                             uint64_t limit);

}  // namespace bulkhead::control
