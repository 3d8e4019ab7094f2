// SPDX-License-Identifier: Apache-2.0
// UMAS, what Schneider Electric's engineering tools say inside Modbus function 90: a session key,
// a code, its data. An answer says only whether it went well, so that its request tells what of.
//
// Sources: Kaspersky ICS CERT, "The secrets of Schneider Electric's UMAS protocol" (2022); the UMAS
// mspec of Apache PLC4X (layout of 0x20, 0x22, 0x23); published lists of codes. No specification.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::umas {

inline constexpr uint8_t kModbusFunction = 90;

// Ascending by code.
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// Adds the memory blocks that a request names. Where its data are not exactly as the layouts above
// say, it names none, and no rule about blocks fits it.
void add_blocks(const FunctionFact& fact, std::span<const uint8_t> data, Operation& out) noexcept;

// The UMAS of one Modbus connection.
class Session {
 public:
  // Turns an operation of Modbus function 90 into one of UMAS; `data`: what follows the function.
  // It stays as it is where the code is not in the table, and where an answer's request is not
  // among the last kMost, or was none of UMAS: only who opens function 90 itself opens those.
  void read(Side side, std::span<const uint8_t> data, Operation& out) noexcept;

  static constexpr size_t kMost = 32;

 private:
  struct Request {
    uint64_t transaction = 0;
    uint32_t unit = 0;
    uint8_t code = 0;  // 0: none of UMAS
  };
  void ask(std::span<const uint8_t> data, Operation& out) noexcept;
  void answer(std::span<const uint8_t> data, Operation& out) const noexcept;
  [[nodiscard]] const FunctionFact* asked(const Operation& answer) const noexcept;

  std::array<Request, kMost> requests_{};
  uint8_t next_ = 0;
};

}  // namespace bulkhead::wire::umas
