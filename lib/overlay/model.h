// SPDX-License-Identifier: Apache-2.0
// The overlay: what an operator changes about a policy without changing the policy. Locks, islands
// and facts about posture, by name, so that it outlives any one image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::overlay {

inline constexpr size_t kMaxName = 128;
inline constexpr size_t kMaxGatewayName = 63;
inline constexpr size_t kMaxLocks = 1u << 17;
inline constexpr size_t kMaxIslands = 256;
inline constexpr size_t kMaxMembers = 1u << 17;  // of one island
inline constexpr size_t kMaxFacts = 1u << 17;
inline constexpr size_t kMaxOverlayBytes = 16u << 20;

enum class LockTarget : uint8_t {
  kUnspecified = 0,
  kIdentity,
  kRelationship,  // or grant
  kGateway,       // every identity that is bound there
};

// Nothing passes from, to or by it.
struct Lock {
  LockTarget target = LockTarget::kUnspecified;
  std::string name;
  auto operator<=>(const Lock&) const = default;
};

// Those inside speak only with each other: named identities, or all that are bound at a gateway.
struct Island {
  std::string name;
  std::string gateway;               // empty: `members` are inside
  std::vector<std::string> members;  // ascending
  auto operator<=>(const Island&) const = default;
};

// "hmi-3 is patched, until then."
struct PostureFact {
  std::string identity;
  std::string attribute;
  int64_t until_wall_ns = 0;  // exclusive
  auto operator<=>(const PostureFact&) const = default;
};

struct Overlay {
  uint64_t number = 0;  // a higher one replaces a lower one
  int64_t created_wall_ns = 0;
  std::string gateway;             // whom it is for
  std::vector<Lock> locks;         // ascending
  std::vector<Island> islands;     // ascending by name
  std::vector<PostureFact> facts;  // ascending by identity and attribute, one of each
  bool operator==(const Overlay&) const = default;
};

}  // namespace bulkhead::overlay
