// SPDX-License-Identifier: Apache-2.0
// A datagram of an I/O connection of CIP: whose data it is, and whether its turn has come.
#pragma once

#include "stage/inspected_segment.h"
#include "table/io_connections.h"
#include "wire/apps/cip/services.h"

namespace bulkhead::dataplane {

class IoDatagram {
 public:
  [[nodiscard]] static bool is(const wire::Operation& operation) noexcept {
    return operation.app == wire::App::kCip && operation.code == wire::cip::kIoData;
  }

  // Tells `operation`, which is(), in full, and in `out_of_turn` whether nobody opened the
  // connection, it is not as it was opened, or its number has passed before.
  IoDatagram(const InspectedSegment& segment, wire::Operation& operation) noexcept;
  // The points are views in this.
  ~IoDatagram() { operation_.points.clear(); }
  IoDatagram(const IoDatagram&) = delete;
  IoDatagram& operator=(const IoDatagram&) = delete;

  // Data for the target, which it acts on; else what the target was asked to send. Of a connection
  // that is not known: what the flow's initiator sends.
  [[nodiscard]] bool writes() const noexcept {
    return found_.known() ? found_.to_target() : segment_.packet.meta.from_initiator;
  }
  // It may pass: remembers its number. False: another worker was faster.
  [[nodiscard]] bool take() const noexcept;

 private:
  const InspectedSegment& segment_;
  wire::Operation& operation_;
  IoConnections::Found found_;
};

// What an answer that passes says of an I/O connection, whose target its sender is.
void note_connection(const InspectedSegment& segment, const wire::cip::IoChange& change) noexcept;

}  // namespace bulkhead::dataplane
