// SPDX-License-Identifier: Apache-2.0
// The table of BACnet operations, and how their codes are made.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::bacnet {

// The upper byte of a code: what its number counts.
enum class Space : uint8_t {
  kConfirmed = 0,  // confirmed service choice; its answers and errors have the same code
  kUnconfirmed,    // unconfirmed service choice
  kNetwork,        // network layer message type
  kBvlc,           // BVLC function
  kTransaction,    // APDU type of those that name no service: segment ack, reject, abort
};
constexpr uint32_t code_of(Space space, uint8_t number) noexcept {
  return uint32_t{static_cast<uint8_t>(space)} << 24 | number;
}

// Ascending by code.
std::span<const FunctionFact> functions() noexcept;
// nullptr when unknown.
const FunctionFact* function_of(uint32_t code) noexcept;

}  // namespace bulkhead::wire::bacnet
