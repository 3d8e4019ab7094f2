// SPDX-License-Identifier: Apache-2.0
// What a worker remembers of one flow, both directions, in three cache lines: the cached decision,
// the key, the transport state and counters. Owned by one worker.
#pragma once

#include <array>
#include <cstdint>

#include "base/strong_id.h"
#include "flow/key.h"
#include "flow/tcp_state.h"
#include "table/scan_pool.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

inline constexpr uint32_t kNoInspector = 0xffff'ffff;

// FlowEntry::scans
inline constexpr uint8_t kScanProtocol = 1;    // its protocol is looked for, or must be judged
inline constexpr uint8_t kScanSignatures = 2;  // signatures look at its bytes
inline constexpr uint8_t kScanBytes = kScanProtocol | kScanSignatures;
inline constexpr uint8_t kScanOperations = 4;  // signatures look at its messages
inline constexpr uint8_t kScanTraced = 8;  // operations of a packet are followed (trace/tracer.h)
inline constexpr uint8_t kNotIdentified = 0xff;

enum class FlowStatus : uint8_t {
  kFree = 0,
  kLive,
  kCut,  // ended by a decision; its packets are dropped until it ages out
};

// What a live flow that lost its permission may still do (policy::OnEnd).
enum class FlowEnding : uint8_t {
  kNone = 0,  // it has its permission
  kDrain,     // be answered what it asked
  kReadOnly,  // read
};

struct alignas(64) FlowEntry {
  // The decision for (initiator, responder, service), good under that Snapshot::decisions until the
  // boundary.
  uint64_t decided_by = 0;
  int64_t boundary_wall_ns = INT64_MAX;
  uint64_t last_seen_ns = 0;  // steady
  IdentityIndex source;       // initiator; meaningful under `decided_by`
  IdentityIndex destination;
  RelationshipIndex relationship;
  PairIndex pair;
  uint32_t inspector = kNoInspector;
  uint16_t responder_port = 0;  // 0: ICMP echo
  FlowStatus status = FlowStatus::kFree;
  wire::App app = wire::App::kNone;
  uint8_t refuse_with = 0;  // policy::RefuseWith
  bool monitor = false;
  bool initiator_is_low = false;  // in the order of the key
  bool replied = false;
  uint8_t on_end = 0;  // policy::OnEnd of the decision that allowed it
  FlowEnding ending = FlowEnding::kNone;
  DropReason ending_reason = DropReason::kNone;  // why it lost its permission
  uint8_t scans = 0;                             // what of it is matched with patterns; bits below
  uint64_t drain_until_ns = UINT64_MAX;          // steady; kDrain only

  // Which flow this is.
  alignas(64) flow::FlowKey key;
  uint64_t hash = 0;                  // keyed, of this process
  uint32_t flow_hash = 0;             // between gateways
  std::array<uint32_t, 2> packets{};  // by initiator, by responder

  // What it has carried.
  alignas(64) flow::TcpConnection tcp;
  std::array<uint64_t, 2> bytes{};  // of IP
  uint32_t scan = kNoScan;
  uint8_t identified = 0;  // match::Protocol; kNotIdentified: none, and no more is looked for
  bool edited = false;     // bytes were taken out or put in: the ends count differently
  bool unseen = false;     // there was no inspector for it once: something may have been asked

  [[nodiscard]] const IpAddress& initiator_ip() const noexcept {
    return initiator_is_low ? key.low_ip : key.high_ip;
  }
  [[nodiscard]] const IpAddress& responder_ip() const noexcept {
    return initiator_is_low ? key.high_ip : key.low_ip;
  }
  [[nodiscard]] bool live() const noexcept { return status == FlowStatus::kLive; }
};
static_assert(sizeof(FlowEntry) == 3 * 64);

}  // namespace bulkhead::dataplane
