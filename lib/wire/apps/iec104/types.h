// SPDX-License-Identifier: Apache-2.0
// What IEC 60870-5-104 can say: types of ASDUs and control functions, as a table.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::iec104 {

// Operation::code of an I frame is its type identification; of U and S frames these.
inline constexpr uint32_t kUFrames = 1u << 24;  // | function, as 0x07 for STARTDT act
inline constexpr uint32_t kSFrame = 2u << 24;

enum class UFunction : uint8_t {
  kStartdtAct = 0x07,
  kStartdtCon = 0x0b,
  kStopdtAct = 0x13,
  kStopdtCon = 0x23,
  kTestfrAct = 0x43,
  kTestfrCon = 0x83,
};

// Which way a type is sent (IEC 60870-5-101 7.2.1.1).
enum class Way : uint8_t {
  kMonitor,  // from the controlled station
  kControl,  // commands, system commands, parameters: to it, and their confirmations back
  kFile,     // both
};

// One type of ASDU.
struct TypeRow {
  uint8_t id = 0;
  Way way = Way::kMonitor;
  uint8_t octets = 0;       // of one information element, without its address
  bool open_ended = false;  // F_SG: as many more as its length octet says
  ValueView::Encoding encoding = ValueView::Encoding::kNone;  // of the element's first octets
  int8_t qualifier = -1;  // which octet of a command qualifies it (select/execute); none: -1
};
const TypeRow* type_of(uint8_t id) noexcept;  // nullptr when unknown

// Types, then control functions.
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

}  // namespace bulkhead::wire::iec104
