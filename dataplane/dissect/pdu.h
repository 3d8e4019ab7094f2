// SPDX-License-Identifier: Apache-2.0
// One PDU of an OT protocol as a capture holds it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "base/address.h"
#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::dataplane {

// The frame that completed a PDU. Between stations of a link (GOOSE, PROFINET) the ends are MACs,
// and there are no ports.
struct PduPlace {
  uint64_t frame = 0;
  int64_t wall_ns = 0;
  IpAddress src;
  IpAddress dst;
  std::optional<MacAddress> src_mac, dst_mac;
  uint16_t sport = 0;
  uint16_t dport = 0;
  uint8_t protocol = 0;  // ip_protocol; 0: none
};

struct Pdu {
  PduPlace place;
  wire::App app = wire::App::kNone;
  bool to_server = true;                       // of the flow: who is asked, and who asks
  const wire::Operation* operation = nullptr;  // null: it does not parse, see `fault`
  std::span<const wire::PointRange> points;    // of a response: its request's, where it names none
  bool unasked = false;  // an answer to no request of the capture, which had the chance to hold it
  wire::Fault fault;
};

// The views of the PDU live until it returns.
using PduSink = std::function<void(const Pdu&)>;

}  // namespace bulkhead::dataplane
