// SPDX-License-Identifier: Apache-2.0
#include "stage/splice.h"

#include <algorithm>

#include "base/byte_order.h"
#include "stage/speak.h"
#include "wire/tcp_options.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;

constexpr size_t kSeqAt = 4, kAckAt = 8, kFlagsAt = 13, kWindowAt = 14;  // RFC 9293 3.1
constexpr size_t kV4LengthAt = 2, kV6LengthAt = 4, kV6Header = 40;

uint32_t later(uint32_t a, uint32_t b) noexcept {
  return seq_distance(a, b) > 0 ? a : b;
}
uint32_t earlier(uint32_t a, uint32_t b) noexcept {
  return seq_distance(a, b) < 0 ? a : b;
}

// The receiver's numbers of the bytes that the segment stands for.
struct Range {
  uint32_t from = 0, to = 0;
};

// A repeat asks for what the receiver lacks. What the sender was told is there, and is not, only
// the gateway can repeat: it goes with it.
Range repeated(const InspectedSegment& s) noexcept {
  const InspectedStream& own = s.own;
  const uint32_t seq = s.ip().tcp_seq;
  const uint32_t until = seq + static_cast<uint32_t>(s.payload.size());
  const bool ahead = seq_distance(own.told, own.acknowledged) > 0;
  const uint32_t from = ahead ? own.acked : later(own.acked, own.edits.before(seq));
  const uint32_t to = earlier(own.released(), own.edits.behind(until));
  return {earlier(from, own.sent), later(to, earlier(from, own.sent))};
}

Range range_of(const InspectedSegment& s, const Passage& passage) noexcept {
  const InspectedStream& own = s.own;
  const uint32_t seq = s.ip().tcp_seq;
  if (s.payload.empty()) {
    const bool newest = seq_distance(seq, own.next - own.held) >= 0;
    const uint32_t at = newest ? own.sent : earlier(own.edits.before(seq), own.sent);
    return {at, at};
  }
  if (passage.repeat) return repeated(s);
  return {own.sent, own.released()};
}

void write_ip_length(InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  uint8_t* header = s.packet.data + ip.l3_offset;
  if (ip.ip_version == 4)
    store_be(header + kV4LengthAt, ip.l3_length);
  else
    store_be(header + kV6LengthAt, static_cast<uint16_t>(ip.l3_length - kV6Header));
}

// The segment's payload becomes `size` bytes from `from` on. Returns how many there was room for.
size_t replace_payload(InspectedSegment& s, uint32_t from, size_t size) noexcept {
  Packet& packet = s.packet;
  wire::PacketHeaders& ip = packet.meta.frame.ip;
  packet.trim_back(static_cast<uint16_t>(packet.length - ip.payload_offset));
  size = std::min({size, segment_limit(s.own), size_t{packet.tailroom}});
  packet.append(static_cast<uint16_t>(size));
  if (size != 0) s.own.ring.read(s.own.end() - from, packet.bytes().subspan(ip.payload_offset));
  ip.l3_length = static_cast<uint16_t>(ip.l3_length - ip.payload_length + size);
  ip.payload_length = static_cast<uint16_t>(size);
  write_ip_length(s);
  return size;
}

// Selective acknowledgements, in the sender's numbers.
void translate_sack(InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  const auto tcp = s.packet.bytes().subspan(ip.l4_offset, ip.payload_offset - ip.l4_offset);
  const std::span<uint8_t> edges = wire::sack_edges(tcp);
  for (size_t at = 0; at < edges.size(); at += 4)
    store_be(&edges[at], s.other.edits.heard(load_be<uint32_t>(&edges[at])));
}

// The numbers in header and notes. A FIN that cannot follow all of the bytes yet is left to the
// sender's repeat.
void renumber(InspectedSegment& s, uint32_t seq, bool fin, const Grant& grant) noexcept {
  wire::PacketHeaders& ip = s.packet.meta.frame.ip;
  if (s.other.edits.any()) translate_sack(s);
  uint8_t* tcp = s.packet.data + ip.l4_offset;
  ip.tcp_seq = seq;
  if ((ip.tcp_flags & wire::tcp_flag::kAck) != 0) ip.tcp_ack = grant.acknowledges;
  ip.tcp_window = grant.window;
  if (!fin) ip.tcp_flags = static_cast<uint8_t>(ip.tcp_flags & ~wire::tcp_flag::kFin);
  store_be(tcp + kSeqAt, ip.tcp_seq);
  store_be(tcp + kAckAt, ip.tcp_ack);
  tcp[kFlagsAt] = ip.tcp_flags;
  store_be(tcp + kWindowAt, ip.tcp_window);
}

// What the packet's sender must hear: what it was never sent, that its bytes have arrived, or an
// answer of the gateway's own that got lost.
void reply(InspectedSegment& s, const Passage& passage, uint32_t seq, size_t size) noexcept {
  const InspectedStream& other = s.other;
  const bool lost = other.edits.under_way() && other.edits.inserted_at(other.acked);
  if (lost && (passage.repeat || passage.again)) return answer(s, other.acked);
  const bool unsent = other.sent != other.released();
  const bool told = s.own.told != passage.told;
  const bool heard_before = passage.repeat && s.own.edits.any() &&
                            seq_distance(seq + static_cast<uint32_t>(size), s.own.told) <= 0;
  if (unsent || told || heard_before) answer(s, other.sent);
}

}  // namespace

DropReason splice(InspectedSegment& s, const Passage& passage) noexcept {
  const uint32_t seq = s.ip().tcp_seq;
  const size_t size = s.payload.size();
  const Grant grant = grant_of(s);
  reply(s, passage, seq, size);
  if (passage.untouched) {
    renumber(s, seq, s.fin(), grant);
    wire::write_checksums(s.packet.bytes(), s.ip());
    return DropReason::kNone;
  }
  const Range range = range_of(s, passage);
  if (range.from == range.to && passage.refused != DropReason::kNone) return passage.refused;
  const size_t taken = replace_payload(s, range.from, range.to - range.from);
  const auto until = static_cast<uint32_t>(range.from + taken);
  s.own.sent = later(s.own.sent, until);
  const bool all = until == s.own.released() && seq + size == s.own.next;
  renumber(s, range.from, s.fin() && all, grant);
  wire::write_checksums(s.packet.bytes(), s.ip());
  follow_up(s, until, range.to);
  return DropReason::kNone;
}

}  // namespace bulkhead::dataplane
