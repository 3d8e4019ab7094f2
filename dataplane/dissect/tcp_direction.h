// SPDX-License-Identifier: Apache-2.0
// The segments of one direction of a captured TCP connection, as tshark takes them by default:
// repeated bytes are dropped, and a hole is a loss of the capture, behind which framing starts
// anew.
#pragma once

#include <cstdint>
#include <span>

namespace bulkhead::dataplane {

class TcpDirection {
 public:
  struct Delivery {
    std::span<const uint8_t> bytes;  // the new ones of `payload`
    bool restarted = false;          // bytes in front of them are missing for good
  };

  Delivery add(uint32_t seq, bool syn, std::span<const uint8_t> payload);

 private:
  bool started_ = false;
  uint32_t next_ = 0;
};

}  // namespace bulkhead::dataplane
