// SPDX-License-Identifier: Apache-2.0
#include "host/vdev_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::dataplane {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr uint32_t kEthernetAndTags = 14 + 2 * 4;
constexpr uint32_t kTpacketHeader = 96;  // tpacket2_hdr, sockaddr_ll, alignment
constexpr uint32_t kBlockBytes = 65536;
constexpr uint32_t kRingBytes = 8u << 20;  // per queue and direction

constexpr std::string_view driver_prefix(PortDriver driver) {
  switch (driver) {
    case PortDriver::kAfPacket:
      return "net_af_packet";
    case PortDriver::kAfXdp:
      return "net_af_xdp";
    case PortDriver::kTap:
      return "net_tap";
    case PortDriver::kMemif:
      return "net_memif";
    case PortDriver::kPcap:
      return "net_pcap";
    case PortDriver::kRing:
      return "net_ring";
    case PortDriver::kNull:
      return "net_null";
    case PortDriver::kPci:
      break;
  }
  return "";
}

Pairs af_packet(const PortConfig& port, uint32_t queues) {
  const uint32_t frame = frame_slot_bytes(port.mtu);
  return {{"iface", port.device},
          {"qpairs", std::to_string(queues)},
          {"blocksz", std::to_string(std::max(kBlockBytes, frame))},
          {"framesz", std::to_string(frame)},
          {"framecnt", std::to_string(kRingBytes / frame)}};
}

Pairs own_arguments(const PortConfig& port, uint32_t queues) {
  switch (port.driver) {
    case PortDriver::kAfPacket:
      return af_packet(port, queues);
    case PortDriver::kAfXdp:
      return {
          {"iface", port.device}, {"start_queue", "0"}, {"queue_count", std::to_string(queues)}};
    case PortDriver::kTap:
      return {{"iface", port.device}};
    case PortDriver::kMemif:
      return {{"socket", port.device}, {"socket-abstract", "no"}};
    case PortDriver::kPcap:
      return port.device.empty() ? Pairs{} : Pairs{{"iface", port.device}};
    case PortDriver::kNull:
      return {{"no-rx", "1"}};  // else it makes frames up
    case PortDriver::kRing:
    case PortDriver::kPci:
      return {};
  }
  return {};
}

// Is `key=` among the comma-separated options?
bool mentions(std::string_view options, std::string_view key) {
  while (!options.empty()) {
    const size_t comma = std::min(options.find(','), options.size());
    const std::string_view item = options.substr(0, comma);
    if (item.substr(0, item.find('=')) == key) return true;
    options.remove_prefix(std::min(comma + 1, options.size()));
  }
  return false;
}

}  // namespace

uint32_t frame_slot_bytes(uint16_t mtu) {
  return std::max(2048u, std::bit_ceil(mtu + kEthernetAndTags + kTpacketHeader));
}

std::string device_name(const PortConfig& port, size_t index) {
  if (port.driver == PortDriver::kPci) return port.device;
  return fmt::format("{}{}", driver_prefix(port.driver), index);
}

std::string device_string(const PortConfig& port, size_t index, uint32_t queues) {
  std::string text = device_name(port, index);
  for (const auto& [key, value] : own_arguments(port, queues))
    if (!mentions(port.options, key)) text += fmt::format(",{}={}", key, value);
  if (!port.options.empty()) text += "," + port.options;
  return text;
}

std::string pci_allow(const PortConfig& port) {
  return port.options.empty() ? port.device : port.device + "," + port.options;
}

}  // namespace bulkhead::dataplane
