// SPDX-License-Identifier: Apache-2.0
// The tester's frames: UDP over IPv4 with right checksums, one source port a flow, lengths by a
// mix. Frame n is of flow n mod flows and has the mix's n-th length.
#pragma once

#include <cstdint>
#include <vector>

#include "base/address.h"
#include "gen/frame_mix.h"
#include "packet.h"
#include "rfc2544/stamp.h"
#include "wire/checksum.h"

namespace bulkhead::bench {

// From whom to whom.
struct Way {
  MacAddress src_mac, next_hop_mac;
  IpAddress src, dst;           // IPv4
  uint16_t first_src_port = 0;  // of flow 0
  uint16_t dst_port = 0;
  uint32_t flows = 1;
};

class FrameMaker {
 public:
  FrameMaker(const Way& way, FrameMix mix);

  // Appends the frame of that number to an empty packet. False: the packet has no room.
  bool make(dataplane::Packet& packet, const Stamp& stamp) const noexcept;
  // Length of the frame of that number, without FCS.
  [[nodiscard]] uint16_t bytes(uint32_t sequence) const noexcept { return mix_.bytes(sequence); }
  [[nodiscard]] uint32_t flows() const noexcept { return flows_; }

 private:
  struct Template {
    std::vector<uint8_t> frame;  // source port, stamp and UDP checksum are zero
    wire::ChecksumSum sum;       // over it and the pseudo header
  };
  static Template made_for(const Way& way, uint16_t bytes);
  [[nodiscard]] const Template& template_of(uint16_t bytes) const noexcept;

  FrameMix mix_;
  uint16_t first_src_port_;
  uint32_t flows_;
  std::vector<Template> templates_;  // one a length
};

}  // namespace bulkhead::bench
