// SPDX-License-Identifier: Apache-2.0
// The packet of an event, as control keeps it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/packet_record.h"

namespace bulkhead::control {

struct CapturedPacket {
  std::string port;  // it came in on; empty: the gateway made it
  telemetry::PacketLink link = telemetry::PacketLink::kEthernet;
  uint32_t original_length = 0;
  std::vector<uint8_t> bytes;  // the first of them
};
using CapturedPacketPtr = std::shared_ptr<const CapturedPacket>;

}  // namespace bulkhead::control
