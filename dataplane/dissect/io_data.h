// SPDX-License-Identifier: Apache-2.0
// What of a capture's I/O connections of CIP is known: an answer that opens or closes one is noted,
// data of one is told with what it was opened to.
#pragma once

#include "dissect/pdu.h"
#include "table/io_connections.h"

namespace bulkhead::dataplane {

class IoData {
 public:
  // `table` null: nothing is known. The points of `operation` are good as long as this is.
  IoData(const PduPlace& place, IoConnections* table, wire::Operation& operation);

 private:
  IoConnections::Found found_;
};

}  // namespace bulkhead::dataplane
