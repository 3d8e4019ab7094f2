// SPDX-License-Identifier: Apache-2.0
// Frames of any flow of a plant, made when they are needed: one template for each length, into
// which a flow's addresses, port and checksums are written. A million flows need no memory of their
// own, so that the caches hold what is measured and not what is sent.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "support/plant.h"

namespace bulkhead::bench {

class FlowFrames {
 public:
  enum class Kind : uint8_t {
    kUdp,  // opaque, to kOpaquePort
    kSyn,  // opens a TCP connection to kOpaquePort
  };
  FlowFrames(const Plant& plant, Kind kind);

  // From flow f's client to its server, `bytes` long (without FCS, 60 at least); valid until the
  // next call.
  std::span<const uint8_t> of(uint32_t f, uint16_t bytes);

 private:
  struct Template {
    test::Bytes frame;
    uint32_t ip_sum = 0, transport_sum = 0;  // of everything that no flow changes
  };
  Template& template_of(uint16_t bytes);

  const Plant& plant_;
  Kind kind_;
  std::vector<Template> templates_;  // few: looked for from the front
};

}  // namespace bulkhead::bench
