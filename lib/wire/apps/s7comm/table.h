// SPDX-License-Identifier: Apache-2.0
// The operations of S7comm, and how their numbers are made.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::s7comm {

// Functions of jobs and their acknowledgements.
inline constexpr uint8_t kRead = 0x04;
inline constexpr uint8_t kWrite = 0x05;
inline constexpr uint8_t kRequestDownload = 0x1a;
inline constexpr uint8_t kDownloadBlock = 0x1b;
inline constexpr uint8_t kDownloadEnded = 0x1c;
inline constexpr uint8_t kStartUpload = 0x1d;
inline constexpr uint8_t kUpload = 0x1e;
inline constexpr uint8_t kEndUpload = 0x1f;
inline constexpr uint8_t kPiService = 0x28;
inline constexpr uint8_t kPlcStop = 0x29;
inline constexpr uint8_t kSetup = 0xf0;

// Function groups of userdata.
inline constexpr uint8_t kModeTransition = 0;
inline constexpr uint8_t kProgrammer = 1;
inline constexpr uint8_t kCyclic = 2;
inline constexpr uint8_t kBlocks = 3;
inline constexpr uint8_t kCpu = 4;
inline constexpr uint8_t kPbc = 6;

// Operation::code of a job is its function; of a PI service the number of the service besides, for
// the function alone does not say whether it starts, deletes or copies; of userdata the group, the
// sub-function, and space 1.
constexpr uint32_t userdata_code(uint32_t group, uint32_t sub) noexcept {
  return group | sub << 16 | 1u << 24;
}
// The service of that text. Unknown ones: a code that no row has.
uint32_t pi_code_of(std::string_view service) noexcept;

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;  // nullptr when unknown

// Sets the code, and what the table says of it.
void describe(uint32_t code, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm
