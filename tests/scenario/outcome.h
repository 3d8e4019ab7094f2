// SPDX-License-Identifier: Apache-2.0
// What became of one frame, as a line of expect.jsonl:
//   {"frame":1,"out":"zone1","drop":null,"event":null}
// out: the ports where frames left, with ".VLAN" when tagged; a frame whose IP packet is not the
// one that was sent says what it is: "zone0:tcp_reset", "zone0:arp_reply". "mesh" is sealed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "image/view.h"
#include "packet_builder.h"
#include "telemetry/event.h"

namespace bulkhead::scenario {

struct Outcome {
  size_t frame = 0;               // counts from 1
  std::vector<std::string> out;   // out_text() of each frame that left
  std::vector<std::string> drop;  // names of the counters that rose
  std::vector<telemetry::EventRecord> events;
};

std::string out_text(uint16_t port, std::span<const uint8_t> sent,
                     std::span<const uint8_t> received);

std::string to_json(const Outcome& outcome, const image::ImageView& image);

}  // namespace bulkhead::scenario
