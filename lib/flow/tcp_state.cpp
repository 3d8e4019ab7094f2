// SPDX-License-Identifier: Apache-2.0
#include "flow/tcp_state.h"

#include <algorithm>

namespace bulkhead::flow {
namespace {

enum class Kind : uint8_t { kSyn = 0, kSynAck, kAck, kFin, kRst, kOther };
constexpr size_t kKinds = 5;  // kOther is refused before the table

// What a row tells to do with a segment.
enum class Act : uint8_t {
  no,      // refuse
  start,   // the first SYN, or one repeated or begun anew before an answer
  answer,  // SYN+ACK
  again,   // SYN+ACK repeated
  finish,  // the ACK that completes the handshake
  pass,    // accept and learn nothing: a SYN on a live connection, which its end answers by itself
  data,    // check windows
  fin,     // check windows, note the FIN
  refuse,  // RST to a SYN: must acknowledge it
  reset,   // RST: must lie in the window
  reopen,
};

struct Row {
  std::array<Act, kKinds> initiator, responder;
};

// clang-format off
constexpr std::array<Row, kTcpStateCount> kTable = {{
    //                 SYN          SYN+ACK      ACK          FIN          RST
    /* kClosed */      {{Act::start,  Act::no,     Act::no,     Act::no,     Act::no},
                        {Act::no,     Act::no,     Act::no,     Act::no,     Act::no}},
    /* kSynSent */     {{Act::start,  Act::no,     Act::no,     Act::no,     Act::reset},
                        {Act::no,     Act::answer, Act::no,     Act::no,     Act::refuse}},
    /* kSynReceived */ {{Act::start,  Act::no,     Act::finish, Act::finish, Act::reset},
                        {Act::no,     Act::again,  Act::no,     Act::no,     Act::reset}},
    /* kEstablished */ {{Act::pass,   Act::no,     Act::data,   Act::fin,    Act::reset},
                        {Act::no,     Act::again,  Act::data,   Act::fin,    Act::reset}},
    /* kHalfClosed */  {{Act::pass,   Act::no,     Act::data,   Act::fin,    Act::reset},
                        {Act::no,     Act::no,     Act::data,   Act::fin,    Act::reset}},
    /* kClosing */     {{Act::reopen, Act::no,     Act::data,   Act::fin,    Act::reset},
                        {Act::reopen, Act::no,     Act::data,   Act::fin,    Act::reset}},
    /* kReset */       {{Act::reopen, Act::no,     Act::no,     Act::no,     Act::reset},
                        {Act::reopen, Act::no,     Act::no,     Act::no,     Act::reset}},
}};

constexpr uint64_t kSecond = 1'000'000'000;
constexpr std::array<uint64_t, kTcpStateCount> kTimeouts = {
    5 * kSecond,     // kClosed
    20 * kSecond,    // kSynSent
    20 * kSecond,    // kSynReceived
    7200 * kSecond,  // kEstablished: polling masters may rest for long
    120 * kSecond,   // kHalfClosed
    30 * kSecond,    // kClosing
    10 * kSecond,    // kReset
};
// clang-format on

// How far behind an acknowledgement may be: the largest unscaled window.
constexpr uint32_t kOldAck = 66'000;

constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kAck = 0x10;

Kind kind_of(const TcpSegment& s) noexcept {
  if (s.flags & kRst) return Kind::kRst;
  if (s.flags & kSyn) return (s.flags & kAck) ? Kind::kSynAck : Kind::kSyn;
  if (!(s.flags & kAck)) return Kind::kOther;
  return (s.flags & kFin) ? Kind::kFin : Kind::kAck;
}

uint32_t max_seq(uint32_t a, uint32_t b) noexcept {
  return seq_distance(a, b) > 0 ? a : b;
}

uint32_t granted(const TcpSide& side, uint16_t window) noexcept {
  const uint32_t scale = side.scale == kNoWindowScale ? 0 : std::min<uint32_t>(side.scale, 14);
  return std::max<uint32_t>(uint32_t{window} << scale, 1);  // 1: zero-window probes
}

bool start(TcpConnection& c, const TcpSegment& s) noexcept {
  if (s.length != 0) return false;  // data with a SYN (RFC 7413) would precede any decision on it
  if (c.state == TcpState::kSynReceived && s.seq + 1 == c.sides[0].end) return true;  // repeated
  c = TcpConnection{};
  c.state = TcpState::kSynSent;
  TcpSide& self = c.sides[0];
  self.end = self.limit = s.seq + 1;
  self.max_window = std::max<uint32_t>(s.window, 1);
  self.scale = s.window_scale;
  return true;
}

bool answer(TcpConnection& c, const TcpSegment& s) noexcept {
  TcpSide& initiator = c.sides[0];
  TcpSide& responder = c.sides[1];
  if (s.ack != initiator.end || s.length != 0) return false;
  responder.end = s.seq + 1;
  responder.limit = responder.end + initiator.max_window;
  responder.max_window = std::max<uint32_t>(s.window, 1);
  responder.scale = s.window_scale;
  initiator.limit = s.ack + responder.max_window;
  // Scaling is in force only when both offered it (RFC 7323 2.2).
  if (initiator.scale == kNoWindowScale || responder.scale == kNoWindowScale)
    initiator.scale = responder.scale = kNoWindowScale;
  c.state = TcpState::kSynReceived;
  return true;
}

// A repeated SYN+ACK is the same one.
bool again(const TcpConnection& c, const TcpSegment& s) noexcept {
  const uint32_t first = c.sides[1].end - 1;
  if (s.length != 0) return false;
  if (c.state == TcpState::kSynReceived) return s.seq == first && s.ack == c.sides[0].end;
  return seq_distance(s.seq, first) <= 0 && seq_distance(s.ack, c.sides[0].end) <= 0;
}

// A FIN has the last number of its side (RFC 9293 3.4): nothing is behind it, whichever came first.
bool beyond_fin(const TcpSide& from, uint32_t end, bool fin) noexcept {
  if (!from.fin && !fin) [[likely]]
    return false;
  const int32_t ahead = seq_distance(end, from.end);
  return (from.fin && ahead > 0) || (fin && ahead < 0);
}

// Van Rooij's four bounds, then what the segment teaches.
bool exchange(TcpConnection& c, bool from_initiator, const TcpSegment& s) noexcept {
  TcpSide& from = c.sides[from_initiator ? 0 : 1];
  TcpSide& to = c.sides[from_initiator ? 1 : 0];
  const uint32_t fin = (s.flags & kFin) ? 1 : 0;
  const uint32_t end = s.seq + s.length + fin;
  const uint32_t window = granted(from, s.window);
  if (seq_distance(end, from.limit) > 0) return false;
  if (seq_distance(s.seq, from.end - to.max_window) < 0) return false;
  if (seq_distance(s.ack, to.end) > 0) return false;
  if (seq_distance(s.ack, to.end - std::max(from.max_window, kOldAck)) < 0) return false;
  if (beyond_fin(from, end, fin != 0)) return false;
  from.end = max_seq(from.end, end);
  from.max_window = std::max(from.max_window, window);
  to.limit = max_seq(to.limit, s.ack + window);
  return true;
}

bool take_fin(TcpConnection& c, bool from_initiator, const TcpSegment& s) noexcept {
  if (!exchange(c, from_initiator, s)) return false;
  c.sides[from_initiator ? 0 : 1].fin = true;
  c.state = c.sides[0].fin && c.sides[1].fin ? TcpState::kClosing : TcpState::kHalfClosed;
  return true;
}

bool finish(TcpConnection& c, const TcpSegment& s) noexcept {
  if (s.ack != c.sides[1].end) return false;
  const TcpConnection before = c;
  c.state = TcpState::kEstablished;
  const bool fits = (s.flags & kFin) ? take_fin(c, true, s) : exchange(c, true, s);
  if (!fits) c = before;
  return fits;
}

bool take_reset(TcpConnection& c, bool from_initiator, const TcpSegment& s) noexcept {
  const TcpSide& from = c.sides[from_initiator ? 0 : 1];
  const TcpSide& to = c.sides[from_initiator ? 1 : 0];
  if (seq_distance(s.seq, from.limit) > 0) return false;
  if (seq_distance(s.seq, from.end - std::max<uint32_t>(to.max_window, 1)) < 0) return false;
  c.state = TcpState::kReset;
  return true;
}

bool refuse_syn(TcpConnection& c, const TcpSegment& s) noexcept {
  if (!(s.flags & kAck) || s.ack != c.sides[0].end) return false;  // RFC 9293 3.10.7.3
  c.state = TcpState::kReset;
  return true;
}

bool perform(Act act, TcpConnection& c, bool from_initiator, const TcpSegment& s) noexcept {
  switch (act) {
    case Act::start:
      return start(c, s);
    case Act::answer:
      return answer(c, s);
    case Act::again:
      return again(c, s);
    case Act::finish:
      return finish(c, s);
    case Act::pass:
      return s.length == 0;
    case Act::data:
      return exchange(c, from_initiator, s);
    case Act::fin:
      return take_fin(c, from_initiator, s);
    case Act::refuse:
      return refuse_syn(c, s);
    case Act::reset:
      return take_reset(c, from_initiator, s);
    case Act::no:
    case Act::reopen:
      break;
  }
  return false;
}

}  // namespace

TcpVerdict advance(TcpConnection& connection, bool from_initiator,
                   const TcpSegment& segment) noexcept {
  const Kind kind = kind_of(segment);
  if (kind == Kind::kOther) return TcpVerdict::kRefuse;
  const Row& row = kTable[static_cast<size_t>(connection.state)];
  const Act act = (from_initiator ? row.initiator : row.responder)[static_cast<size_t>(kind)];
  if (act == Act::reopen) return TcpVerdict::kReopen;
  return perform(act, connection, from_initiator, segment) ? TcpVerdict::kAccept
                                                           : TcpVerdict::kRefuse;
}

uint64_t timeout_ns(TcpState state) noexcept {
  return kTimeouts[static_cast<size_t>(state)];
}

}  // namespace bulkhead::flow
