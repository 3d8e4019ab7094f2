// SPDX-License-Identifier: Apache-2.0
// What one flow carried since it was last told of, as a worker writes it into its flow ring. Fixed
// size, no pointers; indices are those of the image with `generation`. Of pairs of numbers the
// first is the initiator's, the second the responder's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/address.h"

namespace bulkhead::telemetry {

// Why there is no further record of a flow; kOpen: there may be.
enum class FlowEnd : uint8_t {
  kOpen = 0,
  kTimeout,   // nothing was said for as long as its state allows
  kClosed,    // both ends said FIN
  kReset,     // by either end
  kCut,       // by the gateway: `reason` says why
  kReopened,  // a new connection between the same ports took its place
};
inline constexpr unsigned kFlowEndCount = 6;
// "timeout"; "unknown" for any value that is none of them (records come from shared memory).
std::string_view to_string(FlowEnd end) noexcept;

struct FlowRecord {
  int64_t wall_ns = 0;
  uint64_t generation = 0;    // under whose decision all of it was carried; 0: none
  uint64_t sequence = 0;      // per worker, counts every record made, so gaps show loss
  int64_t began_wall_ns = 0;  // the flow's first packet
  int64_t last_wall_ns = 0;   // its newest
  IpAddress initiator;
  IpAddress responder;
  // Since the flow's record before this one. Bytes of IP.
  std::array<uint64_t, 2> bytes{};
  std::array<uint32_t, 2> packets{};
  uint32_t operations_allowed = 0;
  uint32_t operations_refused = 0;
  uint32_t operations_monitored = 0;
  uint32_t source = 0xffff'ffff;  // identity index, of the initiator
  // Since it began, under whichever decisions.
  std::array<uint64_t, 2> total_bytes{};
  std::array<uint64_t, 2> total_packets{};
  uint32_t destination = 0xffff'ffff;
  uint32_t relationship = 0xffff'ffff;
  uint16_t initiator_port = 0;  // ICMP echo: the identifier, in both
  uint16_t responder_port = 0;
  uint8_t worker = 0;
  uint8_t protocol = 0;  // of IP
  uint8_t app = 0;       // wire::App under inspection; 0: none
  uint8_t end = 0;       // FlowEnd
  uint8_t reason = 0;    // DropReason, of kCut
  uint8_t first = 0;     // 1: the flow's first record
  std::array<uint8_t, 6> reserved{};

  [[nodiscard]] bool ended() const noexcept { return end != 0; }
};
static_assert(std::is_trivially_copyable_v<FlowRecord>);
// No padding: what is in memory by chance does not leave the process.
static_assert(std::has_unique_object_representations_v<FlowRecord>);
static_assert(sizeof(FlowRecord) == 168);

}  // namespace bulkhead::telemetry
