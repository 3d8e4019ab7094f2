// SPDX-License-Identifier: Apache-2.0
#include "stage/tcp_segment.h"

#include "wire/cursor.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kFixedHeader = 20;
constexpr uint8_t kEndOfOptions = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kWindowScale = 3;

// kNoWindowScale when the option is absent or the list is malformed.
uint8_t window_scale(std::span<const uint8_t> options) noexcept {
  wire::Cursor in{options};
  while (in.left() > 0) {
    const uint8_t kind = in.u8();
    if (kind == kEndOfOptions) break;
    if (kind == kNoOperation) continue;
    const uint8_t length = in.u8();
    if (!in.ok() || length < 2) break;
    if (kind == kWindowScale && length == 3) return in.u8() % 15;
    in.skip(length - 2u);
  }
  return flow::kNoWindowScale;
}

}  // namespace

flow::TcpSegment segment_of(std::span<const uint8_t> bytes,
                            const wire::PacketHeaders& ip) noexcept {
  flow::TcpSegment segment{ip.tcp_seq,        ip.tcp_ack,   ip.tcp_window,
                           ip.payload_length, ip.tcp_flags, flow::kNoWindowScale};
  const uint16_t header = static_cast<uint16_t>(ip.payload_offset - ip.l4_offset);
  if ((ip.tcp_flags & wire::tcp_flag::kSyn) != 0 && header > kFixedHeader)
    segment.window_scale =
        window_scale(bytes.subspan(ip.l4_offset + kFixedHeader, header - kFixedHeader));
  return segment;
}

}  // namespace bulkhead::dataplane
