// SPDX-License-Identifier: Apache-2.0
// One segment of one direction of an inspected flow, or one datagram, and everything that its
// inspection may touch.
#pragma once

#include <span>

#include "packet.h"
#include "table/flow_entry.h"
#include "table/inspector_pool.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

struct InspectedSegment {
  Packet& packet;
  FlowEntry& entry;
  Inspector& inspector;
  InspectedStream& own;    // what the packet's sender sends
  InspectedStream& other;  // what it is sent
  std::span<const uint8_t> payload;
  WorkerView& view;

  [[nodiscard]] const wire::PacketHeaders& ip() const noexcept { return packet.meta.frame.ip; }
  [[nodiscard]] bool tcp() const noexcept { return ip().protocol == wire::ip_protocol::kTcp; }
  [[nodiscard]] bool fin() const noexcept {
    return tcp() && (ip().tcp_flags & wire::tcp_flag::kFin) != 0;
  }
  [[nodiscard]] wire::Side side() const noexcept {
    return packet.meta.from_initiator ? wire::Side::kRequest : wire::Side::kResponse;
  }
  // The operations of the message that is under way: good while own.has_told.
  [[nodiscard]] ToldOperations& told() const noexcept {
    return inspector.rest->told[packet.meta.from_initiator ? 0 : 1];
  }
  [[nodiscard]] bool between() const noexcept {
    return inspector.stack->between(inspector.state(), side());
  }
};

}  // namespace bulkhead::dataplane
