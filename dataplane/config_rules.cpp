// SPDX-License-Identifier: Apache-2.0
#include "config_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "telemetry/segment.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxInterfaceName = 15;          // IFNAMSIZ without its NUL
constexpr uint32_t kDescriptorsPerWorker = 1024;  // receive and transmit, of a PCI port

enum class Device : uint8_t { kInterface, kPath, kPci, kOptional, kNone };

struct DriverRow {
  PortDriver driver;
  std::string_view name;
  Device device;
};
constexpr std::array kDriverRows = {
    DriverRow{PortDriver::kAfPacket, "af_packet", Device::kInterface},
    DriverRow{PortDriver::kAfXdp, "af_xdp", Device::kInterface},
    DriverRow{PortDriver::kTap, "tap", Device::kInterface},
    DriverRow{PortDriver::kMemif, "memif", Device::kPath},
    DriverRow{PortDriver::kPcap, "pcap", Device::kOptional},
    DriverRow{PortDriver::kRing, "ring", Device::kNone},
    DriverRow{PortDriver::kNull, "null", Device::kNone},
    DriverRow{PortDriver::kPci, "pci", Device::kPci},
};

const DriverRow& row_of(PortDriver driver) {
  return *std::find_if(kDriverRows.begin(), kDriverRows.end(),
                       [&](const DriverRow& r) { return r.driver == driver; });
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// dddd:bb:dd.f
bool is_pci_address(std::string_view s) {
  return s.size() == 12 && s[4] == ':' && s[7] == ':' && s[10] == '.' && is_hex(s.substr(0, 4)) &&
         is_hex(s.substr(5, 2)) && is_hex(s.substr(8, 2)) && s[11] >= '0' && s[11] <= '7';
}

// Names reach driver argument strings, where ',' and '=' part things.
bool is_interface_name(std::string_view s) {
  return !s.empty() && s.size() <= kMaxInterfaceName &&
         s.find_first_of(",=/ \t") == std::string_view::npos && s != "." && s != "..";
}

void check_device(const PortConfig& port, config::MapReader& map) {
  const DriverRow& row = row_of(port.driver);
  const bool given = !port.device.empty();
  if (row.device == Device::kNone && given)
    map.error("device", fmt::format("driver {} has no device; leave it out", row.name));
  if (row.device == Device::kInterface && !is_interface_name(port.device))
    map.error("device", fmt::format("driver {} needs an interface name of 1 to {} bytes, such as "
                                    "\"eth1\"",
                                    row.name, kMaxInterfaceName));
  if (row.device == Device::kPath && !given)
    map.error("device", fmt::format("driver {} needs the path of its socket", row.name));
  if (row.device == Device::kPci && !is_pci_address(port.device))
    map.error("device", "driver pci needs an address such as \"0000:3b:00.0\"");
  if (row.device == Device::kOptional && !given && port.options.empty())
    map.error("device", fmt::format("driver {} needs a device (an interface to capture on) or "
                                    "options (rx_pcap=...,tx_pcap=...)",
                                    row.name));
}

void check_mesh(const PortConfig& port, config::MapReader& map) {
  if (map.has("mode")) map.refuse("mode", "only zone ports have a mode");
  if (!map.has("address")) {
    map.error("address", "a mesh port needs its own underlay address, such as 192.0.2.1/24");
    return;
  }
  if (!port.address || !port.next_hop) return;
  if (port.next_hop->is_v4() != port.address->address.is_v4())
    map.error("next_hop", "is of another IP version than the address");
  else if (!port.address->contains(*port.next_hop) || *port.next_hop == port.address->address)
    map.error("next_hop", fmt::format("must be another host inside {}", to_string(*port.address)));
}

void check_zone(const PortConfig& port, config::MapReader& map) {
  if (map.has("next_hop")) map.refuse("next_hop", "only mesh ports have a next hop");
  if (map.has("exception_device"))
    map.refuse("exception_device", "only mesh ports have an exception device");
  if (map.has("dscp")) map.refuse("dscp", "only mesh ports mark what they send");
  if (port.mode == ZoneMode::kRouted && !map.has("address"))
    map.error("address", "a routed zone port needs the gateway's address there");
  if (port.mode == ZoneMode::kSegment && map.has("address"))
    map.refuse("address",
               "a segment port has no address of its own; assets keep theirs "
               "(did you mean mode: routed?)");
}

void check_unicast(const PortConfig& port, config::MapReader& map) {
  if (port.address && (port.address->address.is_zero() || port.address->address.is_multicast()))
    map.error("address", "is no address of a host");
}

size_t count_role(const DataplaneConfig& c, PortRole role) {
  return static_cast<size_t>(std::count_if(c.ports.begin(), c.ports.end(),
                                           [&](const PortConfig& p) { return p.role == role; }));
}

void check_exception_names(const DataplaneConfig& c, const std::set<std::string>& devices,
                           config::MapReader& map) {
  std::set<std::string> taps;
  for (const PortConfig& port : c.ports) {
    const std::string& tap = port.exception_device;
    if (tap.empty()) continue;
    if (!is_interface_name(tap))
      map.error("exception_device",
                fmt::format("must be an interface name of 1 to {} bytes: \"{}\"", kMaxInterfaceName,
                            tap));
    if (devices.contains(tap))
      map.error("exception_device",
                "is the device of a port; the dataplane makes it, choose a new name");
    if (!taps.insert(tap).second)
      map.error("exception_device", fmt::format("two mesh ports have the tap \"{}\"", tap));
  }
}

void check_unique(const DataplaneConfig& c, config::MapReader& map) {
  std::set<std::string> names;
  std::set<std::string> devices;
  for (const PortConfig& port : c.ports) {
    if (!port.name.empty() && !names.insert(port.name).second)
      map.error("ports", fmt::format("two ports are named \"{}\"", port.name));
    if (!port.device.empty() && !devices.insert(port.device).second)
      map.error("ports", fmt::format("two ports use the device \"{}\"", port.device));
  }
  check_exception_names(c, devices, map);
}

void check_exception(const DataplaneConfig& c, config::MapReader& map) {
  const bool given = std::any_of(c.ports.begin(), c.ports.end(), [](const PortConfig& port) {
    return !port.exception_device.empty();
  });
  if (c.exception_device.empty() && given)
    map.error("exception_device", "a port names its own, but the first one's name is missing here");
  if (!c.exception_device.empty() && count_role(c, PortRole::kMesh) == 0)
    map.error("exception_device", "handshakes come in on a mesh port, and there is none");
}

// "bh-exc0" and 1 make "bh-exc1"; a name without a number gets one.
std::string counted_on(const std::string& first, size_t by) {
  const size_t digits =
      first.size() - 1 - std::min(first.find_last_not_of("0123456789"), first.size() - 1);
  if (digits == 0 || digits > 9) return first + std::to_string(by);
  const size_t at = first.size() - digits;
  return first.substr(0, at) + std::to_string(std::stoul(first.substr(at)) + by);
}

void check_buffers(const DataplaneConfig& c, config::MapReader& map) {
  const auto pci =
      static_cast<uint64_t>(std::count_if(c.ports.begin(), c.ports.end(), [](const PortConfig& p) {
        return p.driver == PortDriver::kPci;
      }));
  const uint64_t held = pci * c.workers * kDescriptorsPerWorker;
  if (held * 2 > c.packet_buffers && held > 0)
    map.error("packet_buffers",
              fmt::format("{} PCI port(s) with {} worker(s) hold up to {} buffers "
                          "in their rings; configure at least {}",
                          pci, c.workers, held, held * 2));
}

}  // namespace

void check_port(const PortConfig& port, config::MapReader& map) {
  check_device(port, map);
  check_unicast(port, map);
  if (port.role == PortRole::kMesh)
    check_mesh(port, map);
  else
    check_zone(port, map);
}

void name_exception_devices(DataplaneConfig& c) {
  if (c.exception_device.empty()) return;
  size_t place = 0;
  for (PortConfig& port : c.ports) {
    if (port.role != PortRole::kMesh) continue;
    const bool first = place == 0;
    if (port.exception_device.empty())
      port.exception_device = first ? c.exception_device : counted_on(c.exception_device, place);
    ++place;
  }
}

void check_together(const DataplaneConfig& c, config::MapReader& map) {
  const size_t mesh = count_role(c, PortRole::kMesh);
  const size_t most = telemetry::kMaxPorts - (c.exception_device.empty() ? 0 : mesh);
  if (c.ports.empty()) map.error("ports", "at least one port is needed");
  if (c.ports.size() > most)
    map.error("ports", fmt::format("{} ports, but at most {} are possible", c.ports.size(), most));
  if (mesh > kMaxMeshPorts)
    map.error("ports",
              fmt::format("{} mesh ports, but at most {} are possible", mesh, kMaxMeshPorts));
  check_unique(c, map);
  check_exception(c, map);
  check_buffers(c, map);
}

std::vector<std::string> config_warnings(const DataplaneConfig& c) {
  std::vector<std::string> warnings;
  const bool mesh = count_role(c, PortRole::kMesh) > 0;
  if (!mesh) warnings.emplace_back("no mesh port: assets behind other gateways cannot be reached");
  if (mesh && c.exception_device.empty())
    warnings.emplace_back("no exception_device: peers cannot shake hands through the mesh port");
  if (!c.failure_policy.fails_closed())
    warnings.push_back("fails open for " + to_string(c.failure_policy) +
                       ": what passes so is marked by events");
  if (count_role(c, PortRole::kZone) == 0)
    warnings.emplace_back("no zone port: nothing is protected here");
  return warnings;
}

}  // namespace bulkhead::dataplane
