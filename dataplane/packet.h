// SPDX-License-Identifier: Apache-2.0
// A packet as the stages see it: bytes with room around them, and per-packet notes.
//
// Free of DPDK types: dataplane/dpdk places a Packet in each mbuf's private area, memory ports own
// theirs. `data`/`length` are kept here by the stages and written back by the port on transmit.
#pragma once

#include <cstdint>
#include <span>

#include "base/strong_id.h"
#include "telemetry/drop_reason.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

struct FlowEntry;

inline constexpr uint16_t kNoPort = 0xffff;
inline constexpr uint32_t kNoPeer = 0xffff'ffff;

// Notes that one stage leaves for the next. Valid only after the stage named. The IP header lies at
// data + frame.ip.l3_offset: after decrypt, and in packets the gateway makes, that is 0 and there
// is no Ethernet header; encrypt and deliver take either.
struct PacketMeta {
  wire::Frame frame;               // parse; after decrypt: the inner packet in frame.ip
  IdentityIndex source;            // bind
  IdentityIndex destination;       // flow (or bind)
  FlowEntry* flow = nullptr;       // flow
  GatewayIndex peer;               // decrypt: the gateway that authenticated the packet
  RelationshipIndex relationship;  // decide
  uint32_t flow_hash = 0;          // flow (several workers: parse): picks worker and lane
  uint16_t rx_port = kNoPort;      // port index it came in on
  uint16_t tx_port = kNoPort;      // deliver / encrypt
  uint16_t owner = 0;              // parse: the flow's worker; underlay: the lane's receive worker
  bool from_mesh = false;
  bool from_initiator = false;  // flow: same direction as the flow's first packet
  bool reported = false;        // a stage has already made this packet's event
  // Not 0: what keeps the gateway going (keepalives, handshakes, address answers, its own words).
  // It is sent before data, and offered this often to a queue that is full.
  uint8_t control_tries = 0;
  uint8_t trace = 0;  // number among the packets that are followed (trace/tracer.h); 0: it is not
};

// What every packet's notes are before the first stage. Copied from here they cost a few vector
// moves; from PacketMeta{}, they would be put together on the stack first.
inline constexpr PacketMeta kFreshMeta{};

inline constexpr uint8_t kControlTries = 200;

struct Packet {
  uint8_t* data = nullptr;  // first byte of the frame
  uint16_t length = 0;
  uint16_t headroom = 0;  // writable bytes before data
  uint16_t tailroom = 0;  // writable bytes after data + length
  uint16_t segments = 1;  // > 1: not contiguous, refused by parse
  void* owner = nullptr;  // port's handle
  PacketMeta meta;

  [[nodiscard]] std::span<uint8_t> bytes() noexcept { return {data, length}; }
  [[nodiscard]] std::span<const uint8_t> bytes() const noexcept { return {data, length}; }

  // Grow or shrink at either end. The caller has checked headroom / tailroom / length.
  void prepend(uint16_t n) noexcept {
    data -= n;
    length = static_cast<uint16_t>(length + n);
    headroom = static_cast<uint16_t>(headroom - n);
  }
  void trim_front(uint16_t n) noexcept {
    data += n;
    length = static_cast<uint16_t>(length - n);
    headroom = static_cast<uint16_t>(headroom + n);
  }
  void append(uint16_t n) noexcept {
    length = static_cast<uint16_t>(length + n);
    tailroom = static_cast<uint16_t>(tailroom - n);
  }
  void trim_back(uint16_t n) noexcept {
    length = static_cast<uint16_t>(length - n);
    tailroom = static_cast<uint16_t>(tailroom + n);
  }
};

}  // namespace bulkhead::dataplane
