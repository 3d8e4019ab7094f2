// SPDX-License-Identifier: Apache-2.0
// The seam between stages and the outside: bursts of packets in and out, one queue per worker.
// Implementations: dataplane/dpdk/dpdk_port (ethdev), dataplane/port/memory_port (tests, benches).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"
#include "dataplane_config.h"
#include "packet.h"

namespace bulkhead::dataplane {

// One queue pair of one port. All calls from the one worker that owns it. No call blocks.
class PortQueue {
 public:
  virtual ~PortQueue() = default;
  // Fills up to out.size() packets; data, length, rooms and owner are set, meta is not.
  virtual size_t receive(std::span<Packet*> out) noexcept = 0;
  // Takes ownership of the first `returned` packets; the caller frees (and counts) the rest.
  virtual size_t transmit(std::span<Packet* const> packets) noexcept = 0;
  // Which poll(2) finds readable while there is something to receive; -1: there is none such.
  [[nodiscard]] virtual int descriptor() const noexcept { return -1; }
};

// Packet buffers for what the gateway says itself. Per worker.
class PacketPool {
 public:
  virtual ~PacketPool() = default;
  // An empty packet with kHeadroom bytes before data, or nullptr.
  virtual Packet* allocate() noexcept = 0;
  virtual void free(std::span<Packet* const> packets) noexcept = 0;
};

struct PortInfo {
  uint16_t index = 0;
  PortRole role = PortRole::kZone;
  std::string_view name;  // lives as long as the configuration
  MacAddress mac;
  uint16_t mtu = 1500;                 // of the frame's payload, without Ethernet and VLAN headers
  ZoneMode mode = ZoneMode::kSegment;  // zone ports
  IpAddress address;                   // routed zone port, mesh port: the gateway's own; zero: none
};

}  // namespace bulkhead::dataplane
