// SPDX-License-Identifier: Apache-2.0
// A fleet's order as bytes (fields.h):
//
//   "BLHKFLO1" | u8 kind | u8 scope | text name, detail | i64 until | u8 ended | u64 sequence
//              | text author, reason | i64 at | text gateway
//
// Canonical. Signed as versions are (codec.h), under a context of its own.
#pragma once

#include <span>
#include <vector>

#include "fleet/order.h"
#include "wire/fault.h"

namespace bulkhead::fleet {

inline constexpr size_t kMaxOrderBytes = 8192;

// Errors: those of check().
Result<std::vector<uint8_t>> encode(const Order& order);
// What it gives, check() finds good.
wire::Parsed<Order> decode_order(std::span<const uint8_t> bytes);

}  // namespace bulkhead::fleet
