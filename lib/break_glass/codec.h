// SPDX-License-Identifier: Apache-2.0
// An opening as bytes, big endian, lengths before texts:
//
//   "BLHKBGL1" | statement | u8 n, n x { text8 approver, 64 signature }
//   statement: text8 grant | u8 n, n x text8 gateway | i64 until (ns since 1970) | u16 + reason
//              | 16 nonce
#pragma once

#include <span>

#include "break_glass/statement.h"
#include "wire/fault.h"

namespace bulkhead::break_glass {

// Of a statement that check() found good.
std::vector<uint8_t> encode(const Statement& statement);
// Errors: those of check().
Result<std::vector<uint8_t>> encode(const OpeningRequest& request);
// What it gives, check() finds good.
wire::Parsed<OpeningRequest> decode(std::span<const uint8_t> bytes);

}  // namespace bulkhead::break_glass
