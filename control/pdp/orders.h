// SPDX-License-Identifier: Apache-2.0
// What operators ordered over the policy, in their own words: zones are still labels here, and
// become names when an overlay is made (pdp/overlay_maker.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::control {

// The numbers are those of the store.
enum class OrderScope : uint8_t {
  kUnspecified = 0,
  kIdentity = 1,
  kRelationship = 2,  // or grant
  kGateway = 3,
  kZone = 4,
};

struct Ordered {
  std::string author;
  std::string reason;
  int64_t at_wall_ns = 0;
};

struct LockOrder {
  OrderScope scope = OrderScope::kUnspecified;
  std::string name;  // of a zone: its labels
  Ordered by;
};

struct IslandOrder {
  std::string name;
  OrderScope scope = OrderScope::kUnspecified;  // kGateway or kZone
  std::string of;
  Ordered by;
};

struct PostureOrder {
  std::string identity;
  std::string attribute;
  int64_t until_wall_ns = 0;
  std::string author;
};

// By kind and name.
struct Orders {
  std::vector<LockOrder> locks;
  std::vector<IslandOrder> islands;
  std::vector<PostureOrder> posture;
};

}  // namespace bulkhead::control
