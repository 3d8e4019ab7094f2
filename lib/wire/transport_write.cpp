// SPDX-License-Identifier: Apache-2.0
#include "wire/transport_write.h"

#include "wire/tcp.h"
#include "wire/udp.h"

namespace bulkhead::wire {
namespace {

constexpr uint8_t kNoOperation = 1, kTimestamps = 8, kTimestampsLength = 10;
constexpr size_t kTimestampsSize = 12;  // padded as RFC 7323, appendix A

size_t header_size(const TcpWrite& tcp) noexcept {
  return kTcpSize + (tcp.timestamps ? kTimestampsSize : 0);
}

IpWrite ip_of(const TcpWrite& tcp) noexcept {
  return {.src = tcp.src,
          .dst = tcp.dst,
          .protocol = ip_protocol::kTcp,
          .payload_length = static_cast<uint16_t>(header_size(tcp) + tcp.payload_length)};
}

}  // namespace

size_t write_tcp_headers(std::span<uint8_t> out, const TcpWrite& tcp) noexcept {
  Writer to{out};
  write_ip(to, ip_of(tcp));
  to.be16(tcp.src_port).be16(tcp.dst_port).be32(tcp.seq).be32(tcp.ack);
  to.u8(static_cast<uint8_t>(header_size(tcp) / 4 << 4)).u8(tcp.flags).be16(tcp.window);
  to.be16(0).be16(0);  // checksum, urgent pointer
  if (tcp.timestamps) {
    to.u8(kNoOperation).u8(kNoOperation).u8(kTimestamps).u8(kTimestampsLength);
    to.be32(tcp.timestamps->value).be32(tcp.timestamps->echo);
  }
  return to.ok() ? to.size() : 0;
}

void finish_tcp(std::span<uint8_t> packet, const TcpWrite& tcp) noexcept {
  write_checksums(packet, written_headers(ip_of(tcp)));
}

size_t write_udp(std::span<uint8_t> out, const UdpWrite& udp,
                 std::span<const uint8_t> payload) noexcept {
  const auto length = static_cast<uint16_t>(kUdpSize + payload.size());
  const IpWrite ip{
      .src = udp.src, .dst = udp.dst, .protocol = ip_protocol::kUdp, .payload_length = length};
  Writer to{out};
  write_ip(to, ip);
  to.be16(udp.src_port).be16(udp.dst_port).be16(length).be16(0).bytes(payload);
  if (!to.ok()) return 0;
  write_checksums(to.written(), written_headers(ip));
  return to.size();
}

}  // namespace bulkhead::wire
