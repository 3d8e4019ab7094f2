// SPDX-License-Identifier: Apache-2.0
// The blocks of a pcapng section (draft-ietf-opsawg-pcapng), in this machine's byte order: section
// header, an interface description the first time an interface is named, a packet with its comment.
// Every text is cut to what an option's length can say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "events/resolved_event.h"

namespace bulkhead::control::pcapng {

inline constexpr size_t kMaxOption = 65'535;  // bytes of an option's value (section 3.5)

// One section, from its header to its last packet: what is given out belongs into one file, in
// order.
class Section {
 public:
  // `gateway`: told in the header, and before the names of the interfaces.
  explicit Section(std::string gateway) : gateway_(std::move(gateway)) {}

  // Section header block. Those interfaces that were described before are forgotten.
  std::string begin();
  // The packet of an event that has one: enhanced packet block, after the description of its
  // interface when it is the first one there. epb_packetid is the event's id.
  std::string packet(const ResolvedEvent& event);

 private:
  std::string gateway_;
  std::map<std::pair<std::string, telemetry::PacketLink>, uint32_t> interfaces_;
};

}  // namespace bulkhead::control::pcapng
