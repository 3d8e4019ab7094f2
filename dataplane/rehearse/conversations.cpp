// SPDX-License-Identifier: Apache-2.0
#include "rehearse/conversations.h"

#include "wire/ip_writer.h"
#include "wire/tcp.h"

namespace bulkhead::dataplane {
namespace {

using wire::PacketHeaders;
namespace flag = wire::tcp_flag;

bool has_ports(const PacketHeaders& ip) noexcept {
  return ip.protocol == wire::ip_protocol::kTcp || ip.protocol == wire::ip_protocol::kUdp;
}
bool has(const PacketHeaders& ip, uint8_t flags) noexcept {
  return ip.protocol == wire::ip_protocol::kTcp && (ip.tcp_flags & flags) == flags;
}

// Does a policy open this service in this direction?
bool opened(const image::ImageView& policy, const IpAddress& from, const IpAddress& to,
            uint8_t protocol, uint16_t port, int64_t wall_ns) {
  const IdentityIndex source = policy.identity_by_ip(from);
  const IdentityIndex destination = policy.identity_by_ip(to);
  return source.valid() && destination.valid() &&
         policy.decide_flow(source, destination, protocol, port, wall_ns).allowed;
}

// Of a first packet. A SYN says; else what the policy opens; else servers have the lower port.
bool sent_by_initiator(const PacketHeaders& ip, const image::ImageView& policy, int64_t wall_ns) {
  if (has(ip, flag::kSyn | flag::kAck)) return false;
  if (has(ip, flag::kSyn) || !has_ports(ip)) return true;
  if (opened(policy, ip.src, ip.dst, ip.protocol, ip.dst_port, wall_ns)) return true;
  if (opened(policy, ip.dst, ip.src, ip.protocol, ip.src_port, wall_ns)) return false;
  return ip.protocol != wire::ip_protocol::kTcp || ip.dst_port <= ip.src_port;
}

struct Segment {
  bool back = false;  // against the direction of the packet at hand
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint8_t flags = 0;
};

std::vector<uint8_t> made(std::span<const uint8_t> frame, const wire::Frame& parsed,
                          const Segment& s) {
  const PacketHeaders& like = parsed.ip;
  std::vector<uint8_t> out(frame.begin(), frame.begin() + like.l3_offset);
  if (s.back) std::swap_ranges(out.begin(), out.begin() + 6, out.begin() + 6);
  std::array<uint8_t, 60> room{};
  wire::Writer to{room};
  const wire::IpWrite ip{.src = s.back ? like.dst : like.src,
                         .dst = s.back ? like.src : like.dst,
                         .protocol = wire::ip_protocol::kTcp,
                         .payload_length = wire::kTcpSize};
  wire::write_ip(to, ip);
  to.be16(s.back ? like.dst_port : like.src_port).be16(s.back ? like.src_port : like.dst_port);
  to.be32(s.seq).be32(s.ack).u8(5 << 4).u8(s.flags).be16(like.tcp_window).be16(0).be16(0);
  wire::write_checksums(to.written(), wire::written_headers(ip));
  out.insert(out.end(), to.written().begin(), to.written().end());
  return out;
}

}  // namespace

std::vector<std::vector<uint8_t>> opening_of(std::span<const uint8_t> frame,
                                             const wire::Frame& parsed, bool from_initiator) {
  const uint32_t own = parsed.ip.tcp_seq;    // of the packet's sender
  const uint32_t other = parsed.ip.tcp_ack;  // what it expects from the other end
  const uint32_t initiator = from_initiator ? own : other;
  const uint32_t responder = from_initiator ? other : own;
  const bool back = !from_initiator;
  return {made(frame, parsed, {back, initiator - 1, 0, flag::kSyn}),
          made(frame, parsed, {!back, responder - 1, initiator, flag::kSyn | flag::kAck}),
          made(frame, parsed, {back, initiator, responder, flag::kAck})};
}

ConversationTable::Found ConversationTable::look(const PacketHeaders& ip,
                                                 const image::ImageView& policy, int64_t wall_ns) {
  const uint16_t from_port = has_ports(ip) ? ip.src_port : 0;
  const uint16_t to_port = has_ports(ip) ? ip.dst_port : 0;
  const Key forth{ip.src, from_port, ip.dst, to_port, ip.protocol};
  const Key back{ip.dst, to_port, ip.src, from_port, ip.protocol};
  Found found;
  const bool anew = has(ip, flag::kSyn) && !has(ip, flag::kAck);
  const auto known = from_initiator_.find(forth);
  if (known != from_initiator_.end() && !anew) {
    found.from_initiator = known->second;
  } else {
    found.from_initiator = sent_by_initiator(ip, policy, wall_ns);
    found.begun_before =
        ip.protocol == wire::ip_protocol::kTcp && !has(ip, flag::kSyn) && !has(ip, flag::kRst);
    if (from_initiator_.size() < 2 * kMost) {
      from_initiator_[forth] = found.from_initiator;
      from_initiator_[back] = !found.from_initiator;
    }
  }
  const bool to = found.from_initiator;
  found.conversation = {to ? ip.src : ip.dst, to ? ip.dst : ip.src, ip.protocol,
                        to ? to_port : from_port};
  return found;
}

}  // namespace bulkhead::dataplane
