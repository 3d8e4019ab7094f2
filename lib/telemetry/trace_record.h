// SPDX-License-Identifier: Apache-2.0
// One step of a packet that is followed through the stages (docs/trace.md), as a worker writes it
// into its trace ring.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/address.h"

namespace bulkhead::telemetry {

enum class TraceStep : uint8_t {
  kUnspecified = 0,
  kEntered,     // it matches, and is followed from here on; `port` is where it came in
  kPassed,      // the stage let it go on, with what the notes say then
  kOperation,   // the stage read this operation in it
  kDropped,     // `reason`
  kSent,        // by `port`
  kHandedOver,  // to worker `port`, which goes on with it
  kTaken,       // the stage keeps it: a fragment, a handshake for control
};

// How the packet's flow stands.
enum class TraceFlow : uint8_t { kNone = 0, kFromInitiator, kFromResponder };

struct TraceRecord {
  int64_t wall_ns = 0;
  uint64_t trace = 0;  // number of the order
  uint64_t generation = 0;
  uint32_t source = 0xffff'ffff;  // identity index
  uint32_t destination = 0xffff'ffff;
  uint32_t relationship = 0xffff'ffff;
  uint32_t peer = 0xffff'ffff;  // gateway index
  IpAddress src, dst;
  uint16_t src_port = 0, dst_port = 0;
  uint16_t length = 0;  // bytes of the packet, as it is now
  uint16_t port = 0xffff;
  uint8_t packet = 0;  // from 1
  uint8_t step = 0;    // TraceStep
  uint8_t reason = 0;  // DropReason
  uint8_t flow = 0;    // TraceFlow
  uint8_t worker = 0;
  uint8_t protocol = 0;  // IP
  uint8_t from_mesh = 0;
  // Of kOperation.
  uint8_t app = 0;              // wire::App
  uint8_t operation_class = 0;  // wire::OperationClass
  uint8_t point_type = 0;       // wire::PointType of its first range
  uint8_t has_value = 0;
  uint8_t answers = 0;  // 1: it is an answer
  uint32_t operation_code = 0;
  uint32_t unit = 0;
  uint32_t reserved = 0;
  uint64_t point_first = 0, point_last = 0;
  uint64_t value = 0;            // wire::value_key of the first one written
  std::array<char, 16> stage{};  // its name, NUL behind
};
static_assert(std::is_trivially_copyable_v<TraceRecord>);
static_assert(std::has_unique_object_representations_v<TraceRecord>);

}  // namespace bulkhead::telemetry
