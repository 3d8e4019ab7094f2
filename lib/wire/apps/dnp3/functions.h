// SPDX-License-Identifier: Apache-2.0
// The operations of DNP3: application functions, and the functions of the link itself.
#pragma once

#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::dnp3 {

// Spaces of Operation::code, in its upper eight bits; the functions of each are numbered apart.
inline constexpr uint32_t kPrimarySpace = 1u << 24;    // link: what a station asks
inline constexpr uint32_t kSecondarySpace = 2u << 24;  // link: what it answers

namespace function {
inline constexpr uint8_t kConfirm = 0;
inline constexpr uint8_t kRead = 1;
inline constexpr uint8_t kWrite = 2;
inline constexpr uint8_t kSelect = 3;
inline constexpr uint8_t kOperate = 4;
inline constexpr uint8_t kDirectOperate = 5;
inline constexpr uint8_t kDirectOperateNoAck = 6;
inline constexpr uint8_t kImmediateFreeze = 7;
inline constexpr uint8_t kImmediateFreezeNoAck = 8;
inline constexpr uint8_t kFreezeAndClearNoAck = 10;
inline constexpr uint8_t kFreezeWithTimeNoAck = 12;
inline constexpr uint8_t kEnableUnsolicited = 20;
inline constexpr uint8_t kDisableUnsolicited = 21;
inline constexpr uint8_t kAssignClass = 22;
inline constexpr uint8_t kAuthenticationError = 33;
inline constexpr uint8_t kResponse = 129;
inline constexpr uint8_t kUnsolicited = 130;
inline constexpr uint8_t kAuthResponse = 131;
}  // namespace function

// Ascending by code.
std::span<const FunctionFact> functions() noexcept;
// nullptr when unknown.
const FunctionFact* function_of(uint32_t code) noexcept;

}  // namespace bulkhead::wire::dnp3
