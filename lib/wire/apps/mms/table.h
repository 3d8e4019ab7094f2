// SPDX-License-Identifier: Apache-2.0
// The table of MMS operations, and how their codes are made.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::mms {

// The upper byte of a code: what its number counts.
enum class Space : uint8_t {
  kConfirmed = 0,  // confirmed service; answers have the code of what they answer
  kUnconfirmed,    // unconfirmed service
  kPdu,            // kind of MMS PDU, of those that name no service
  kAcse,           // ACSE APDU that carries no MMS
  kSession,        // session SPDU that carries neither
  kOther,          // data of a presentation context that is not MMS: its identifier
};
constexpr uint32_t code_of(Space space, uint32_t number) noexcept {
  return uint32_t{static_cast<uint8_t>(space)} << 24 | (number & 0xffff);
}

// Confirmed services.
inline constexpr uint32_t kGetNameList = 1, kRead = 4, kWrite = 5, kGetVariableAttributes = 6,
                          kGetListAttributes = 12;

// IEC 61850 control by reads and writes (61850-8-1 20): the sub-function.
enum class Control : uint8_t { kNone = 0, kOperate, kSelectWithValue, kCancel };
constexpr uint32_t write_code(Control control) noexcept {
  return kWrite | uint32_t{static_cast<uint8_t>(control)} << 16;
}
inline constexpr uint32_t kSelect = kRead | 1u << 16;

// Kinds of MMS PDUs.
enum class Pdu : uint8_t {
  kConfirmedRequest = 0,
  kConfirmedResponse,
  kConfirmedError,
  kUnconfirmed,
  kReject,
  kCancelRequest,
  kCancelResponse,
  kCancelError,
  kInitiateRequest,
  kInitiateResponse,
  kInitiateError,
  kConcludeRequest,
  kConcludeResponse,
  kConcludeError,
};
inline constexpr uint32_t kPdus = 14;

std::span<const FunctionFact> functions() noexcept;
// nullptr when unknown.
const FunctionFact* function_of(uint32_t code) noexcept;
// Code, name, class and technique, as the table has them.
void describe(uint32_t code, Operation& out) noexcept;

}  // namespace bulkhead::wire::mms
