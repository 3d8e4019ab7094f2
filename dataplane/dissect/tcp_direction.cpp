// SPDX-License-Identifier: Apache-2.0
#include "dissect/tcp_direction.h"

namespace bulkhead::dataplane {

TcpDirection::Delivery TcpDirection::add(uint32_t seq, bool syn, std::span<const uint8_t> payload) {
  Delivery out{payload, false};
  if (syn) ++seq;
  const auto ahead = static_cast<int32_t>(seq - next_);  // signed distance in sequence space
  if (!started_ || syn || (ahead > 0 && !payload.empty())) {
    out.restarted = started_;
    started_ = true;
    next_ = seq;
  } else if (ahead < 0) {
    const auto old = static_cast<size_t>(-int64_t{ahead});
    out.bytes = payload.subspan(old < payload.size() ? old : payload.size());
  }
  next_ += static_cast<uint32_t>(out.bytes.size());
  return out;
}

}  // namespace bulkhead::dataplane
