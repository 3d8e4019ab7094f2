// SPDX-License-Identifier: Apache-2.0
// A lock, island or fact about posture as the gateways of a fleet tell each other, or its end.
//
// Each is a register by itself (key_of), whose sequence grows by one with each change that the
// fleet has seen. Who orders without the store counts from what it had seen last; a lock so made is
// never lost to what others did meanwhile, an end so made is (control/fleet/order_exchange.h).
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "base/result.h"

namespace bulkhead::fleet {

inline constexpr size_t kMaxOrderName = 1024;  // bytes; a zone is named by its labels
inline constexpr size_t kMaxOrderReason = 255;
inline constexpr uint8_t kMaxOrderScope = 4;  // control::OrderScope

enum class OrderKind : uint8_t { kLock = 1, kIsland = 2, kPosture = 3 };

struct Order {
  OrderKind kind = OrderKind::kLock;
  uint8_t scope = 0;          // control::OrderScope: of what is locked, or inside; kPosture: 0
  std::string name;           // what is locked; of the island; the identity
  std::string detail;         // kIsland: what is inside; kPosture: the attribute
  int64_t until_wall_ns = 0;  // kPosture
  bool ended = false;
  uint64_t sequence = 1;
  std::string author;
  std::string reason;
  int64_t at_wall_ns = 0;
  std::string gateway;  // that signed it
  bool operator==(const Order&) const = default;
};

// The register.
using OrderKey = std::tuple<OrderKind, uint8_t, std::string, std::string>;
OrderKey key_of(const Order& order);

// Form only. Errors: kInvalid with what is wrong.
Status check(const Order& order);

}  // namespace bulkhead::fleet
