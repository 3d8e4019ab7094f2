// SPDX-License-Identifier: Apache-2.0
#include "stage/speak.h"

#include <algorithm>

#include "wire/transport_write.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;
using wire::TcpWrite;

constexpr size_t kMostSegments = 8;  // in answer to one packet; acknowledgements ask for the rest
constexpr size_t kMostHeaders = 40 + 32;

std::optional<wire::TcpTimestamps> timestamps_of(const InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  return wire::find_timestamps(
      s.packet.bytes().subspan(ip.l4_offset, ip.payload_offset - ip.l4_offset));
}

uint8_t scale_of(const flow::TcpSide& side) noexcept {
  return side.scale == flow::kNoWindowScale ? 0 : std::min<uint8_t>(side.scale, 14);
}

const flow::TcpSide& side_of(const InspectedSegment& s, bool own) noexcept {
  const bool initiator = s.packet.meta.from_initiator == own;
  return s.entry.tcp.sides[initiator ? 0 : 1];
}

// Back to the packet's sender: everything is the other way round. Its own latest stamp is echoed,
// and what it last echoed is the latest stamp that it has seen of the other end.
TcpWrite reply_to(InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  TcpWrite out{.src = ip.dst, .dst = ip.src, .src_port = ip.dst_port, .dst_port = ip.src_port};
  out.ack = s.own.told;
  out.flags = wire::tcp_flag::kAck;
  // The right edge of its window stays where the other end put it.
  const int32_t open = std::max(seq_distance(side_of(s, true).limit, out.ack), 0);
  out.window = static_cast<uint16_t>(std::min(open >> scale_of(side_of(s, false)), 0xffff));
  if (const auto stamps = timestamps_of(s)) out.timestamps = {stamps->echo, stamps->value};
  return out;
}

// On in the direction of the packet, which has been rewritten.
TcpWrite more_of(InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  TcpWrite out{.src = ip.src, .dst = ip.dst, .src_port = ip.src_port, .dst_port = ip.dst_port};
  out.ack = ip.tcp_ack;
  out.flags = wire::tcp_flag::kAck;
  out.window = ip.tcp_window;
  out.timestamps = timestamps_of(s);
  return out;
}

// Gives the packet to the egress pipeline. `back`: to where the packet in hand came from.
bool send(InspectedSegment& s, Packet* packet, size_t size, bool back) noexcept {
  packet->append(static_cast<uint16_t>(size));
  const PacketMeta& cause = s.packet.meta;
  packet->meta.source = back ? cause.destination : cause.source;
  packet->meta.destination = back ? cause.source : cause.destination;
  packet->meta.flow_hash = cause.flow_hash;
  const bool good = size != 0 && packet->meta.destination.valid() &&
                    wire::parse_ip_packet(packet->bytes(), 0, packet->meta.frame.ip).kind ==
                        wire::FaultKind::kNone;
  if (good && s.view.outbox.send(packet)) return true;
  s.view.outbox.discard(packet);
  return false;
}

// One segment with `size` bytes of `stream` from tcp.seq on.
bool say(InspectedSegment& s, TcpWrite& tcp, const InspectedStream& stream, size_t size,
         bool back) noexcept {
  Packet* packet = s.view.outbox.make();
  if (packet == nullptr) return false;
  size =
      std::min<size_t>(size, packet->tailroom - std::min<size_t>(packet->tailroom, kMostHeaders));
  tcp.payload_length = static_cast<uint16_t>(size);
  const std::span<uint8_t> out{packet->data, packet->tailroom};
  const size_t headers = wire::write_tcp_headers(out, tcp);
  if (headers == 0) return send(s, packet, 0, back);
  if (size != 0) stream.ring.read(stream.end() - tcp.seq, out.subspan(headers, size));
  wire::finish_tcp(out.first(headers + size), tcp);
  return send(s, packet, headers + size, back);
}

// Segments from tcp.seq up to `to`. Returns how far it came.
uint32_t say_all(InspectedSegment& s, TcpWrite& tcp, const InspectedStream& stream, uint32_t to,
                 bool back) noexcept {
  for (size_t i = 0; i < kMostSegments && seq_distance(to, tcp.seq) > 0; ++i) {
    const size_t size = std::min<size_t>(to - tcp.seq, segment_limit(stream));
    tcp.flags = wire::tcp_flag::kAck | (tcp.seq + size == to ? wire::tcp_flag::kPsh : uint8_t{0});
    if (!say(s, tcp, stream, size, back)) break;
    tcp.seq += tcp.payload_length;
  }
  return tcp.seq;
}

void was_sent(InspectedStream& stream, uint32_t until) noexcept {
  if (seq_distance(until, stream.sent) > 0) stream.sent = until;
}

}  // namespace

size_t segment_limit(const InspectedStream& stream) noexcept {
  return std::max(stream.largest, kLeastSegment);
}

Grant grant_of(const InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  const bool fin = ip.tcp_ack == s.other.sent + 1 && s.other.held == 0;  // the other end's
  const uint8_t scale = scale_of(side_of(s, true));
  // Held bytes were acknowledged before the receiver had them: the right edge stays.
  const uint32_t less = (s.other.held + (1u << scale) - 1) >> scale;
  return {s.other.told + (fin ? 1 : 0),
          static_cast<uint16_t>(ip.tcp_window - std::min<uint32_t>(ip.tcp_window, less))};
}

void answer(InspectedSegment& s, uint32_t from) noexcept {
  TcpWrite tcp = reply_to(s);
  tcp.seq = from;
  const wire::PacketHeaders& ip = s.ip();
  const uint32_t edge = ip.tcp_ack + (uint32_t{ip.tcp_window} << scale_of(side_of(s, true)));
  const uint32_t released = s.other.released();
  const uint32_t to = seq_distance(edge, released) < 0 ? edge : released;
  if (seq_distance(to, from) > 0)
    was_sent(s.other, say_all(s, tcp, s.other, to, true));
  else
    (void)say(s, tcp, s.other, 0, true);
}

void follow_up(InspectedSegment& s, uint32_t from, uint32_t to) noexcept {
  if (seq_distance(to, from) <= 0) return;
  TcpWrite tcp = more_of(s);
  tcp.seq = from;
  was_sent(s.own, say_all(s, tcp, s.own, to, false));
}

void answer_datagram(InspectedSegment& s, std::span<const uint8_t> payload) noexcept {
  Packet* packet = s.view.outbox.make();
  if (packet == nullptr) return;
  const wire::PacketHeaders& ip = s.ip();
  const wire::UdpWrite udp{
      .src = ip.dst, .dst = ip.src, .src_port = ip.dst_port, .dst_port = ip.src_port};
  (void)send(s, packet, wire::write_udp({packet->data, packet->tailroom}, udp, payload), true);
}

}  // namespace bulkhead::dataplane
