// SPDX-License-Identifier: Apache-2.0
#include "dissect/io_data.h"

#include "wire/apps/cip/services.h"

namespace bulkhead::dataplane {

IoData::IoData(const PduPlace& place, IoConnections* table, wire::Operation& operation) {
  if (table == nullptr || operation.app != wire::App::kCip) return;
  const auto now_ns = static_cast<uint64_t>(place.wall_ns);
  if (const wire::cip::IoChange* change = operation.io; change != nullptr) {
    if (change->opens)
      (void)table->opened(place.dst, place.src, change->connection, now_ns);
    else
      table->closed(place.dst, place.src, change->connection.triad);
  }
  if (operation.code != wire::cip::kIoData) return;
  const uint32_t sequence = wire::cip::io_sequence(operation);
  found_ = table->find(place.src, place.dst, wire::cip::io_identifier(operation), now_ns);
  operation.out_of_turn = true;
  if (!found_.known()) return;
  wire::cip::tell_io(found_.telling(), operation);
  operation.out_of_turn |= !found_.ahead(sequence);
  if (!operation.out_of_turn) (void)IoConnections::passed(found_, sequence, now_ns);
}

}  // namespace bulkhead::dataplane
