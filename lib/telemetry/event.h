// SPDX-License-Identifier: Apache-2.0
// One denial, refusal or anomaly as a worker writes it into its event ring. Fixed size, no
// pointers; indices are those of the image with `generation`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/address.h"
#include "telemetry/limit.h"

namespace bulkhead::telemetry {

enum class EventKind : uint8_t {
  kUnspecified = 0,
  kDropped,     // a packet or operation was refused: `reason` says why
  kMonitored,   // would have been refused; a monitor-mode relationship let it pass
  kFlowEnded,   // an established flow was cut because its decision changed
  kIdentified,  // a connection carries a protocol that nobody named, and passes
  kAlert,       // a content signature matched that only says so
};
// "dropped"; "unspecified" for any value that is none of them (records come from shared memory).
std::string_view to_string(EventKind kind) noexcept;

inline constexpr size_t kNameKept = 40;

struct EventRecord {
  int64_t wall_ns = 0;
  uint64_t generation = 0;
  uint64_t sequence = 0;    // per worker, counts every record tried, so gaps show loss
  uint32_t suppressed = 0;  // records of the same key that the rate limit swallowed before this one
  uint8_t kind = 0;         // EventKind
  uint8_t reason = 0;       // DropReason
  uint8_t worker = 0;
  uint8_t from_mesh = 0;          // 1: came in on the mesh side
  uint32_t source = 0xffff'ffff;  // identity index
  uint32_t destination = 0xffff'ffff;
  uint32_t relationship = 0xffff'ffff;
  uint32_t veto = 0xffff'ffff;
  uint32_t peer = 0xffff'ffff;  // gateway index, for packets from the mesh
  uint32_t signature = 0;       // sid of the content signature that matched
  IpAddress src;
  IpAddress dst;
  uint16_t src_port = 0;
  uint16_t dst_port = 0;
  uint16_t vlan = 0xffff;
  uint16_t ethertype = 0;
  uint8_t protocol = 0;
  // The operation, when there is one.
  uint8_t app = 0;              // wire::App
  uint8_t operation_class = 0;  // wire::OperationClass
  uint8_t point_type = 0;       // wire::PointType of the refused range
  uint32_t unit = 0;
  uint32_t operation_code = 0;
  uint32_t fault_offset = 0;
  uint64_t point_first = 0;  // the points refused, where it is certain points of the range
  uint64_t point_last = 0;
  uint64_t value = 0;      // wire::value_key of the value refused, or written to the first point
  Limit limit{};           // that the value, or the operation, did not keep
  uint16_t technique = 0;  // ATT&CK for ICS number
  uint8_t has_value = 0;
  uint8_t name_length = 0;   // of a point that has one; more than kNameKept: the rest is not kept
  uint8_t fault = 0;         // wire::FaultKind, for violations
  uint8_t identified = 0;    // match::Protocol that the connection was identified as
  uint8_t point_access = 0;  // wire::OperationClass in which the points are touched; 0: it is the
                             // operation that is refused, and the points are what it touches
  uint8_t reserved = 0;
  std::array<char, kNameKept> point_name{};
  std::array<uint8_t, 6> src_mac{};
  std::array<uint8_t, 6> dst_mac{};
  uint16_t sample_length = 0;
  uint16_t sample_total = 0;  // payload bytes of the packet
  std::array<uint8_t, 64>
      sample{};  // first bytes of the transport payload (or of L3 when there is none)
};
static_assert(std::is_trivially_copyable_v<EventRecord>);
// No padding: what is in memory by chance does not leave the process.
static_assert(std::has_unique_object_representations_v<EventRecord>);
static_assert(sizeof(EventRecord) <= 320);

}  // namespace bulkhead::telemetry
