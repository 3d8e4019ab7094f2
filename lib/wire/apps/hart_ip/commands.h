// SPDX-License-Identifier: Apache-2.0
// HART commands: what each is called and does, which device variables its data names, and where in
// its data values are.
#pragma once

#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::hart_ip {

// Device variables that every device has (HCF_SPEC-183 common table 34).
inline constexpr uint8_t kPercentOfRange = 244, kLoopCurrent = 245, kPrimaryVariable = 246,
                         kQuaternaryVariable = 249;

// Which device variables a command is about.
enum class Names : uint8_t {
  kDevice,      // no single one: all that the device has
  kPrimary,     // the primary variable
  kPercent,     // percent of range and loop current
  kLoop,        // the loop current
  kLoopAndAll,  // the loop current and the dynamic variables
  kFirstOctet,  // the one whose code the data begins with
  kEachOctet,   // those whose codes the data is a list of
};

// How the data of an answer, behind its two octets of status, carries values (IEEE 754, big
// endian).
enum class Answer : uint8_t {
  kNone,
  kUnitAndValue,   // 1: units, value
  kTwoValues,      // 2: loop current, percent of range
  kLoopAndValues,  // 3: loop current; units and value of each dynamic variable
  kSlotsOfEight,   // 9: extended status; code, classification, units, value, status of each
  kSlotsOfSix,     // 33: code, units, value of each
};

struct CommandRow {
  uint16_t number = 0;
  Names names = Names::kDevice;
  Answer answer = Answer::kNone;
  int8_t value_at = -1;  // in the data of a request; -1: there is none
  uint8_t values = 1;    // so many, one behind the other
};

// nullptr: it names the device, and carries no value that is read.
const CommandRow* command_row(uint32_t number) noexcept;

// Numbers of commands that carry others.
inline constexpr uint16_t kExtended = 31, kToSubDevice = 77, kAggregated = 78;

}  // namespace bulkhead::wire::hart_ip
