// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/host.h"

#include <x86intrin.h>

#include <array>
#include <utility>

#include "burst.h"
#include "wire/arp.h"

namespace bulkhead::bench {
namespace {

using dataplane::Packet;

constexpr uint8_t kUnreachable = 3;  // ICMP type, RFC 792
constexpr uint8_t kFragmentationNeeded = 4;
// Codes of "administratively prohibited": RFC 1812 5.2.7.1.
constexpr bool is_prohibited(uint8_t code) {
  return code == 9 || code == 10 || code == 13;
}

}  // namespace

size_t Host::poll(Sink* sink) noexcept {
  std::array<Packet*, dataplane::Burst::kCapacity> burst;
  const size_t n = queue_.receive(burst);
  if (n == 0) return 0;
  const uint64_t now = __rdtsc();
  for (size_t i = 0; i < n; ++i) hear(*burst[i], sink, now);
  pool_.free(std::span(burst).first(n));
  return n;
}

Heard Host::take_heard() noexcept {
  return std::exchange(heard_, {});
}

void Host::hear(const Packet& packet, Sink* sink, uint64_t now) noexcept {
  wire::Frame frame;
  if (packet.segments != 1 ||
      wire::parse_frame(packet.bytes(), frame).kind != wire::FaultKind::kNone)
    ++heard_.foreign;
  else if (frame.ethertype == wire::ethertype::kArp)
    hear_arp(packet.bytes(), frame);
  else if (frame.ip.ip_version == 4 && frame.ip.protocol == wire::ip_protocol::kUdp)
    hear_udp(packet.bytes(), frame, sink, now);
  else if (frame.ip.ip_version == 4 && frame.ip.protocol == wire::ip_protocol::kIcmp &&
           frame.ip.icmp_type == kUnreachable && frame.ip.dst == address_.ip)
    hear_unreachable(packet.bytes(), frame);
  else
    ++heard_.foreign;
}

void Host::hear_arp(std::span<const uint8_t> bytes, const wire::Frame& frame) noexcept {
  const auto arp = wire::parse_arp(bytes.subspan(frame.ip.l3_offset));
  if (!arp.ok()) {
    ++heard_.foreign;
    return;
  }
  if (arp->sender_ip == address_.next_hop) hop_ = arp->sender_mac;
  if (arp->operation == wire::ArpOperation::kRequest && arp->target_ip == address_.ip)
    say([&](std::span<uint8_t> out) {
      return wire::build_arp_reply(out, frame, *arp, address_.mac);
    });
}

void Host::hear_unreachable(std::span<const uint8_t> bytes, const wire::Frame& frame) noexcept {
  if (is_prohibited(frame.ip.icmp_code)) {
    ++heard_.prohibited;
  } else if (frame.ip.icmp_code != kFragmentationNeeded) {
    ++heard_.unreachable;
  } else {
    ++heard_.too_big;
    wire::Cursor icmp{bytes.subspan(frame.ip.l4_offset)};  // next-hop MTU: RFC 1191 4
    icmp.skip(6);
    heard_.mtu = icmp.be16();
  }
}

void Host::hear_udp(std::span<const uint8_t> bytes, const wire::Frame& frame, Sink* sink,
                    uint64_t now) noexcept {
  const auto stamp = read_stamp(bytes.subspan(frame.ip.payload_offset, frame.ip.payload_length));
  if (!stamp || sink == nullptr || frame.ip.dst != address_.ip)
    ++heard_.foreign;
  else if (!wire::transport_checksum_ok(bytes, frame.ip))
    ++heard_.damaged;
  else
    sink->take(*stamp, frame.ip.l3_offset + frame.ip.l3_length, now);
}

template <typename Build>
void Host::say(Build build) noexcept {
  Packet* packet = pool_.allocate();
  if (packet == nullptr) return;  // ARP is asked again
  const size_t size = build(std::span<uint8_t>(packet->data, packet->tailroom));
  packet->append(static_cast<uint16_t>(size));
  if (size == 0 || queue_.transmit(std::span(&packet, 1)) == 0) pool_.free(std::span(&packet, 1));
}

void Host::ask() noexcept {
  say([&](std::span<uint8_t> out) {
    return wire::build_arp_request(out, wire::kNoVlan, address_.mac, address_.ip,
                                   address_.next_hop);
  });
}

}  // namespace bulkhead::bench
