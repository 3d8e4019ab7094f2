// SPDX-License-Identifier: Apache-2.0
#include "wire/tcp_reset.h"

#include "wire/ip_writer.h"
#include "wire/tcp.h"

namespace bulkhead::wire {

namespace {

struct Numbers {
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint8_t flags = 0;
};

// Sequence space that a segment takes: its bytes, and one each for SYN and FIN.
uint32_t segment_length(const PacketHeaders& segment) noexcept {
  const uint32_t syn = (segment.tcp_flags & tcp_flag::kSyn) ? 1 : 0;
  const uint32_t fin = (segment.tcp_flags & tcp_flag::kFin) ? 1 : 0;
  return segment.payload_length + syn + fin;
}

Numbers numbers_for(const PacketHeaders& refused, ResetTowards towards) noexcept {
  const bool acks = (refused.tcp_flags & tcp_flag::kAck) != 0;
  if (towards == ResetTowards::kReceiver) {
    const uint8_t ack_flag = acks ? tcp_flag::kAck : uint8_t{0};
    return {refused.tcp_seq, acks ? refused.tcp_ack : 0,
            static_cast<uint8_t>(tcp_flag::kRst | ack_flag)};
  }
  if (acks) return {refused.tcp_ack, 0, tcp_flag::kRst};
  return {0, refused.tcp_seq + segment_length(refused), tcp_flag::kRst | tcp_flag::kAck};
}

void write_tcp(Writer& out, uint16_t src_port, uint16_t dst_port, const Numbers& numbers) noexcept {
  constexpr uint8_t kFiveWords = 5 << 4;
  out.be16(src_port).be16(dst_port).be32(numbers.seq).be32(numbers.ack);
  out.u8(kFiveWords).u8(numbers.flags).be16(0).be16(0).be16(0);
}

}  // namespace

size_t build_tcp_reset(std::span<uint8_t> out, const PacketHeaders& refused,
                       ResetTowards towards) noexcept {
  const bool is_tcp = refused.ip_version != 0 && refused.protocol == ip_protocol::kTcp;
  const bool back = towards == ResetTowards::kSender;
  const bool answers_reset = back && (refused.tcp_flags & tcp_flag::kRst) != 0;
  if (!is_tcp || refused.fragment || answers_reset) return 0;
  const IpWrite ip{.src = back ? refused.dst : refused.src,
                   .dst = back ? refused.src : refused.dst,
                   .protocol = ip_protocol::kTcp,
                   .payload_length = kTcpSize};
  Writer to{out};
  write_ip(to, ip);
  write_tcp(to, back ? refused.dst_port : refused.src_port,
            back ? refused.src_port : refused.dst_port, numbers_for(refused, towards));
  if (!to.ok()) return 0;
  write_checksums(to.written(), written_headers(ip));
  return to.size();
}

}  // namespace bulkhead::wire
