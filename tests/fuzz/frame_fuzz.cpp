// SPDX-License-Identifier: Apache-2.0
// Laws of frame parsing: offsets lie within the input and in order, a fault's too; checksums that
// we write are right; what the L2 and transport helpers do stays within the frame.
#include <vector>

#include "law.h"
#include "wire/arp.h"
#include "wire/frame.h"
#include "wire/nd.h"
#include "wire/tcp_options.h"
#include "wire/tcp_reset.h"

using namespace bulkhead::wire;

namespace {

using Bytes = std::vector<uint8_t>;

void check_layout(const PacketHeaders& ip, size_t size) {
  const size_t end = size_t{ip.l3_offset} + ip.l3_length;
  LAW(end <= size);
  LAW(ip.l3_offset < ip.l4_offset);
  LAW(ip.l4_offset <= ip.payload_offset);
  LAW(size_t{ip.payload_offset} + ip.payload_length == end);
  LAW(!ip.fragment || (ip.src_port == 0 && ip.dst_port == 0 && ip.tcp_flags == 0));
  LAW(ip.src.is_v4() == (ip.ip_version == 4));
  LAW(ip.dst.is_v4() == (ip.ip_version == 4));
}

// The short way of plain packets says what the parsers say.
void check_both_ways(std::span<const uint8_t> bytes, const Frame& once, const Fault& fault) {
  Frame slowly;
  const Fault other = parse_any_frame(bytes, slowly);
  LAW(other.kind == fault.kind);
  if (fault.kind != FaultKind::kNone) {
    LAW(other.offset == fault.offset);
    return;
  }
  const PacketHeaders &a = once.ip, &b = slowly.ip;
  LAW(a.src == b.src && a.dst == b.dst && a.protocol == b.protocol && a.fragment == b.fragment);
  LAW(a.l3_length == b.l3_length && a.l4_offset == b.l4_offset);
  LAW(a.payload_offset == b.payload_offset && a.payload_length == b.payload_length);
  LAW(a.src_port == b.src_port && a.dst_port == b.dst_port && a.tcp_flags == b.tcp_flags);
  LAW(a.tcp_seq == b.tcp_seq && a.tcp_ack == b.tcp_ack && a.tcp_window == b.tcp_window);
}

void check_checksums(Bytes bytes, const Frame& frame) {
  write_checksums(bytes, frame.ip);
  Frame again;
  LAW(parse_frame(bytes, again).kind == FaultKind::kNone);
  LAW(transport_checksum_ok(bytes, again.ip));
  const bool changed = clamp_mss(bytes, again.ip, 536);
  LAW(!changed || transport_checksum_ok(bytes, again.ip));
  LAW(!clamp_mss(bytes, again.ip, 536));
}

void check_reset(const PacketHeaders& refused, ResetTowards towards) {
  Bytes out(kMaxResetSize);
  const size_t size = build_tcp_reset(out, refused, towards);
  if (size == 0) return;
  PacketHeaders reset;
  const Fault fault = parse_ip_packet(std::span(out).first(size), 0, reset);
  // Towards the sender the source is the refused destination, which may be a group.
  if (fault.kind == FaultKind::kBadSourceAddress) return;
  LAW(fault.kind == FaultKind::kNone);
  LAW(reset.tcp_flags & tcp_flag::kRst);
  LAW(transport_checksum_ok(std::span(out).first(size), reset));
}

void check_link_protocols(std::span<const uint8_t> bytes, const Frame& frame) {
  if (frame.ethertype == ethertype::kArp) {
    const auto arp = parse_arp(bytes.subspan(frame.ip.l3_offset));
    LAW(!arp.need_more());
    if (arp.faulty()) LAW(arp.fault().offset <= bytes.size());
  }
  if (frame.ip.ip_version != 6) return;
  const auto neighbour = parse_neighbour(bytes, frame);
  LAW(!neighbour.need_more());
  if (neighbour.faulty()) LAW(neighbour.fault().offset <= bytes.size());
  Bytes out(kNeighbourFrameSize + 8);
  if (neighbour.ok()) LAW(build_neighbour_advertisement(out, frame, *neighbour, {}) != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> bytes(data, size);
  Frame frame;
  const Fault fault = parse_frame(bytes, frame);
  LAW(fault.offset <= size);
  check_both_ways(bytes, frame, fault);
  if (fault.kind != FaultKind::kNone) return 0;
  check_link_protocols(bytes, frame);
  if (frame.ip.ip_version == 0) return 0;
  check_layout(frame.ip, size);
  check_checksums(Bytes(bytes.begin(), bytes.end()), frame);
  check_reset(frame.ip, ResetTowards::kSender);
  check_reset(frame.ip, ResetTowards::kReceiver);
  return 0;
}
