// SPDX-License-Identifier: Apache-2.0
// The operations of S7comm-plus.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::s7comm_plus {

// Operation::code: the function, in space 0; in space 1 what has none: the opcode of a
// notification, and the versions that are keep-alives; in space 2 TLS.
enum Function : uint32_t {
  kError = 0x04b1,
  kExplore = 0x04bb,
  kCreateObject = 0x04ca,
  kDeleteObject = 0x04d4,
  kSetVariable = 0x04f2,
  kGetVariable = 0x04fc,
  kAddLink = 0x0506,
  kRemoveLink = 0x051a,
  kGetLink = 0x0524,
  kSetMultiVariables = 0x0542,
  kGetMultiVariables = 0x054c,
  kBeginSequence = 0x0556,
  kEndSequence = 0x0560,
  kInvoke = 0x056b,
  kSetVarSubStreamed = 0x057c,
  kGetVarSubStreamed = 0x0586,
  kGetVariablesAddress = 0x0590,
  kAbort = 0x059a,
  kInitSsl = 0x05b3,
  kNotification = 1u << 24 | 0x33,
  kSystemEvent = 1u << 24 | 0xfe,
  kKeepAlive = 1u << 24 | 0xff,
  kTls = 2u << 24,
};

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;  // nullptr when unknown

// Sets the code, and what the table says of it.
void describe(uint32_t code, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm_plus
