// SPDX-License-Identifier: Apache-2.0
// The services of OPC UA: one row each way, and the reading of a whole message.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/opcua/layout.h"
#include "wire/apps/opcua/transport.h"
#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire::opcua {

struct Service {
  uint16_t code = 0;      // identifier of the binary encoding, in namespace 0
  uint16_t response = 0;  // code of what answers it; 0: this is a response
  std::string_view name;
  OperationClass cls = OperationClass::kUnspecified;
  uint16_t technique = 0;
  Layout body{};

  [[nodiscard]] bool request() const noexcept { return response != 0; }
};
inline constexpr uint16_t kServiceFault = 397;

std::span<const Service> services() noexcept;
const Service* service_of(uint32_t code) noexcept;

// The bytes of a message behind the sequence header.
struct Message {
  std::span<const uint8_t> bytes{};
  size_t at = 0;     // of its first byte, for faults
  bool cut = false;  // only its beginning is there: its headers are read
  bool from_client = true;
  MessageType type = MessageType::kMessage;
};

// Fills in code, name, class, direction, points, values, exception. A service that is not in the
// table is "unknown" and not read any further. Faults: those of the built-in types; kBadState (a
// request of the server, a response of the client); kBadType (a service in a message of the wrong
// type); kBadLength (bytes behind the last field). `handle`: by which the client knows a request
// again.
Fault read_message(const Message& message, Operation& out, uint32_t& handle) noexcept;

}  // namespace bulkhead::wire::opcua
