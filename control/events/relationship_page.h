// SPDX-License-Identifier: Apache-2.0
// Relationships page by page: those of the policy, used or not, and those that carried something
// under an earlier one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/relationship_totals.h"
#include "image/view.h"

namespace bulkhead::control {

struct RelationshipPage {
  struct Row {
    std::string name;
    bool in_policy = false;
    RelationshipTotal total;
  };
  std::vector<Row> rows;  // ascending by name
  bool more = false;
};

struct RelationshipQuery {
  std::optional<std::string> after;  // a name; none: from the first
  size_t most = 0;
  bool only_unused = false;  // of the policy, without a packet
};

// `policy` null: there is none.
RelationshipPage relationship_page(const RelationshipQuery& query, const image::ImageView* policy,
                                   const RelationshipTotals& totals);

}  // namespace bulkhead::control
