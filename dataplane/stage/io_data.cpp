// SPDX-License-Identifier: Apache-2.0
#include "stage/io_data.h"

namespace bulkhead::dataplane {

IoDatagram::IoDatagram(const InspectedSegment& segment, wire::Operation& operation) noexcept
    : segment_(segment), operation_(operation) {
  operation.out_of_turn = true;
  if (segment.view.io == nullptr) return;
  const wire::PacketHeaders& ip = segment.ip();
  found_ = segment.view.io->find(ip.src, ip.dst, wire::cip::io_identifier(operation),
                                 segment.view.now.steady_ns);
  if (!found_.known()) return;
  wire::cip::tell_io(found_.telling(), operation);
  operation.out_of_turn |= !found_.ahead(wire::cip::io_sequence(operation));
}

bool IoDatagram::take() const noexcept {
  return IoConnections::passed(found_, wire::cip::io_sequence(operation_),
                               segment_.view.now.steady_ns);
}

void note_connection(const InspectedSegment& segment, const wire::cip::IoChange& change) noexcept {
  IoConnections* const table = segment.view.io;
  if (table == nullptr) return;
  const IpAddress& target = segment.ip().src;
  const IpAddress& originator = segment.ip().dst;
  const wire::cip::IoConnection& connection = change.connection;
  if (!change.opens) return table->closed(originator, target, connection.triad);
  (void)table->opened(originator, target, connection, segment.view.now.steady_ns);
}

}  // namespace bulkhead::dataplane
