// SPDX-License-Identifier: Apache-2.0
// A TCP connection as a gateway between its ends may see it: strict about order (SYN first, no
// pick-up in the middle), loose about windows. Transitions are rows of a table in tcp_state.cpp.
//
//   kClosed -SYN-> kSynSent -SYN+ACK-> kSynReceived -ACK-> kEstablished -FIN-> kHalfClosed -FIN->
//   kClosing any but kClosed -RST in window-> kReset; a SYN in kClosing or kReset opens a new
//   connection
//
// Windows: van Rooij, "Real Stateful TCP Packet Filtering in IP Filter" (2000), section 3.
#pragma once

#include <array>
#include <cstdint>

namespace bulkhead::flow {

enum class TcpState : uint8_t {
  kClosed = 0,
  kSynSent,
  kSynReceived,
  kEstablished,
  kHalfClosed,  // one side has sent FIN
  kClosing,     // both have
  kReset,
};
inline constexpr unsigned kTcpStateCount = 7;

inline constexpr uint8_t kNoWindowScale = 0xff;

struct TcpSegment {
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint16_t window = 0;                    // as in the header, not scaled
  uint16_t length = 0;                    // payload bytes
  uint8_t flags = 0;                      // RFC 9293 3.1, low byte
  uint8_t window_scale = kNoWindowScale;  // option of a SYN, RFC 7323 2.2
};

// What one end has shown. Sequence numbers compare modulo 2^32.
struct TcpSide {
  uint32_t end = 0;         // one past the highest sequence number it sent
  uint32_t limit = 0;       // highest (acknowledgement + window) that the other end granted it
  uint32_t max_window = 0;  // largest window it ever granted
  uint8_t scale = kNoWindowScale;
  bool fin = false;
};

struct TcpConnection {
  std::array<TcpSide, 2> sides{};  // initiator, responder
  TcpState state = TcpState::kClosed;
};

enum class TcpVerdict : uint8_t {
  kRefuse = 0,
  kAccept,
  kReopen,  // a SYN after the end: forget this connection and begin with a fresh one
};

// Only kAccept changes `connection`.
TcpVerdict advance(TcpConnection& connection, bool from_initiator,
                   const TcpSegment& segment) noexcept;

// How long a connection in this state is remembered without a packet.
uint64_t timeout_ns(TcpState state) noexcept;

// a - b as a signed distance.
constexpr int32_t seq_distance(uint32_t a, uint32_t b) noexcept {
  return static_cast<int32_t>(a - b);
}

}  // namespace bulkhead::flow
