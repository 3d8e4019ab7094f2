// SPDX-License-Identifier: Apache-2.0
// The encapsulation of EtherNet/IP: a header of 24 bytes, little endian, and what is behind it. CIP
// Vol 2 2-3, 2-4.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::enip {

inline constexpr uint16_t kPort = 44818;
inline constexpr uint16_t kIoPort = 2222;
inline constexpr size_t kHeader = 24;
inline constexpr size_t kLongestFrame = 65535;

namespace command {
inline constexpr uint16_t kNop = 0x00, kListTargets = 0x01, kListServices = 0x04;
inline constexpr uint16_t kListIdentity = 0x63, kListInterfaces = 0x64;
inline constexpr uint16_t kRegisterSession = 0x65, kUnregisterSession = 0x66;
inline constexpr uint16_t kSendRrData = 0x6f, kSendUnitData = 0x70;
inline constexpr uint16_t kIndicateStatus = 0x72, kCancel = 0x73, kStartDtls = 0xc8;
}  // namespace command

struct Header {
  uint16_t command = 0;
  uint16_t length = 0;  // of what is behind it
  uint32_t session = 0;
  uint32_t status = 0;
  uint64_t context = 0;
  uint32_t options = 0;
};
Header read_header(Reader& in) noexcept;

// The code of an operation of this protocol is the command.
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

}  // namespace bulkhead::wire::enip
