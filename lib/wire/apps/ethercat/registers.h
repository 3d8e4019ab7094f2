// SPDX-License-Identifier: Apache-2.0
// Registers of a device whose writing is more than a write (ETG.1000.4 6, ESC datasheet section 2).
#pragma once

#include "wire/apps/operation.h"

namespace bulkhead::wire::ethercat {

// Commands in bits 8-10 of the EEPROM control register.
inline constexpr uint16_t kEepromControl = 0x0502;
enum class Eeprom : uint8_t { kNone = 0, kRead = 1, kWrite = 2, kReload = 4 };

// Tells the write of `data` at `address` by `command`: a point for each part that is a register of
// the table, and for what is between them. The operation is called after the part that harms most.
void add_written(uint8_t command, uint16_t address, std::span<const uint8_t> data,
                 Operation& out) noexcept;

}  // namespace bulkhead::wire::ethercat
