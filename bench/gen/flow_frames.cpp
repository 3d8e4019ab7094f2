// SPDX-License-Identifier: Apache-2.0
#include "gen/flow_frames.h"

#include <algorithm>
#include <array>

#include "base/byte_order.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kSourceMacAt = 6, kIpAt = 14, kTransportAt = kIpAt + 20;
constexpr size_t kIpSumAt = kIpAt + 10, kSourceAt = kIpAt + 12, kDestinationAt = kIpAt + 16;
constexpr size_t kUdpHeader = 8, kTcpHeader = 20;

// RFC 1071, without the complement; no more words than the sum has room for.
uint32_t sum_of(std::span<const uint8_t> bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += (uint32_t{bytes[i]} << 8) | bytes[i + 1];
  if (bytes.size() % 2 != 0) sum += uint32_t{bytes.back()} << 8;
  return sum;
}

uint16_t checksum(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

size_t sum_at(FlowFrames::Kind kind) {
  return kTransportAt + (kind == FlowFrames::Kind::kUdp ? 6 : 16);
}

test::Bytes frame_of(const PlantFlow& flow, FlowFrames::Kind kind, uint16_t bytes) {
  const auto below = test::ethernet(to_string(flow.client_mac), to_string(kZoneMac)) |
                     test::ipv4(to_string(flow.client), to_string(flow.server));
  if (kind == FlowFrames::Kind::kUdp)
    return below | test::udp(flow.client_port, kOpaquePort) |
           test::filler(bytes - kTransportAt - kUdpHeader);
  test::Bytes frame = below | test::tcp(flow.client_port, kOpaquePort).syn().seq(1);
  frame.resize(bytes);  // padded by Ethernet
  return frame;
}

}  // namespace

FlowFrames::FlowFrames(const Plant& plant, Kind kind) : plant_(plant), kind_(kind) {}

FlowFrames::Template& FlowFrames::template_of(uint16_t bytes) {
  const auto found = std::ranges::find(
      templates_, bytes, [](const Template& t) { return static_cast<uint16_t>(t.frame.size()); });
  if (found != templates_.end()) return *found;
  Template made;
  made.frame = frame_of(plant_.flow(0), kind_, bytes);
  // What changes counts as nothing; the pseudo header's protocol and length stay.
  test::Bytes bare = made.frame;
  std::fill_n(&bare[kIpSumAt], 2, uint8_t{0});
  std::fill_n(&bare[kSourceAt], 8, uint8_t{0});
  std::fill_n(&bare[kTransportAt], 2, uint8_t{0});
  std::fill_n(&bare[sum_at(kind_)], 2, uint8_t{0});
  const size_t length = kind_ == Kind::kUdp ? bytes - kTransportAt : kTcpHeader;
  made.ip_sum = sum_of(std::span(bare).subspan(kIpAt, kTransportAt - kIpAt));
  made.transport_sum = sum_of(std::span(bare).subspan(kTransportAt, length)) + bare[kIpAt + 9] +
                       static_cast<uint32_t>(length);
  templates_.push_back(std::move(made));
  return templates_.back();
}

std::span<const uint8_t> FlowFrames::of(uint32_t f, uint16_t bytes) {
  Template& made = template_of(bytes);
  const PlantFlow flow = plant_.flow(f);
  uint8_t* const frame = made.frame.data();
  std::ranges::copy(flow.client_mac.bytes, frame + kSourceMacAt);
  std::copy_n(flow.client.bytes.end() - 4, 4, frame + kSourceAt);
  std::copy_n(flow.server.bytes.end() - 4, 4, frame + kDestinationAt);
  store_be(frame + kTransportAt, flow.client_port);
  const uint32_t addresses = sum_of({frame + kSourceAt, 8});
  store_be(frame + kIpSumAt, checksum(made.ip_sum + addresses));
  const uint16_t sum = checksum(made.transport_sum + addresses + flow.client_port);
  store_be(frame + sum_at(kind_), sum == 0 ? uint16_t{0xffff} : sum);
  return made.frame;
}

}  // namespace bulkhead::bench
