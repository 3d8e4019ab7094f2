// SPDX-License-Identifier: Apache-2.0
// Which protocols are looked for in a capture, and where.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "dissect/connection.h"

namespace bulkhead::dataplane {

// One way in which a protocol travels.
struct ProtocolRow {
  std::string_view name;        // of --port
  uint8_t transport = 0;        // ip_protocol::kTcp, kUdp; 0: right behind the Ethernet header
  std::vector<uint16_t> ports;  // of servers; or ethertypes
  std::unique_ptr<Conversation> (*begin)() = nullptr;
  // Are these first bytes of a TCP connection's opener this protocol, on whatever port? Null: only
  // its ports tell.
  bool (*recognises)(std::span<const uint8_t> bytes) noexcept = nullptr;
  // Devices work on a frame while it passes, and it comes back as its own answer: with the local
  // bit of its source address set by the first of them (ESC datasheet section 1).
  bool comes_back = false;
};

// With the ports that are usual.
std::vector<ProtocolRow> usual_protocols();

}  // namespace bulkhead::dataplane
