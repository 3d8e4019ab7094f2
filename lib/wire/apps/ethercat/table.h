// SPDX-License-Identifier: Apache-2.0
// How the codes of EtherCAT's operations are made: space << 24 | sub-function << 16 | function.
#pragma once

#include <cstdint>

namespace bulkhead::wire::ethercat {

// kMailbox and above: the number of a mailbox's type on top.
enum class Space : uint8_t { kCommand = 0, kRegister = 1, kFrame = 2, kMailbox = 16 };

// ETG.1000.4 5.4; NOP aside, what is above is unknown, and devices do nothing about it.
enum class Command : uint8_t {
  kNop = 0,
  kAprd,
  kApwr,
  kAprw,
  kFprd,
  kFpwr,
  kFprw,
  kBrd,
  kBwr,
  kBrw,
  kLrd,
  kLwr,
  kLrw,
  kArmw,
  kFrmw,
};

// ETG.1000.4 5.3, ETG.8200.
enum class FrameType : uint8_t { kCommands = 1, kNetworkVariables = 4, kMailbox = 5 };

// ETG.1000.4 5.6.
enum class MailboxType : uint8_t {
  kError = 0,
  kAoe = 1,
  kEoe = 2,
  kCoe = 3,
  kFoe = 4,
  kSoe = 5,
  kVoe = 15,
};

constexpr uint32_t code_of(Command command) noexcept {
  return static_cast<uint32_t>(command);
}
// `first`: the register's first address.
constexpr uint32_t register_code(uint16_t first, uint32_t sub = 0) noexcept {
  return static_cast<uint32_t>(Space::kRegister) << 24 | sub << 16 | first;
}
constexpr uint32_t code_of(FrameType type) noexcept {
  return static_cast<uint32_t>(Space::kFrame) << 24 | static_cast<uint32_t>(type);
}
constexpr uint32_t code_of(MailboxType type, uint32_t function, uint32_t sub = 0) noexcept {
  const uint32_t space = static_cast<uint32_t>(Space::kMailbox) + static_cast<uint32_t>(type);
  return space << 24 | sub << 16 | function;
}

}  // namespace bulkhead::wire::ethercat
