// SPDX-License-Identifier: Apache-2.0
#include "host/kernel_silence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/kernel_link.h"

namespace bulkhead::dataplane {
namespace {

struct Setting {
  std::string_view family;
  std::string_view key;
  std::string_view value;
};
constexpr std::array kSettings = {
    Setting{"ipv4", "arp_ignore", "8"},
    Setting{"ipv4", "rp_filter", "1"},
    Setting{"ipv6", "disable_ipv6", "1"},
};

bool shares_interface(const PortConfig& port) {
  return port.driver == PortDriver::kAfPacket || port.driver == PortDriver::kAfXdp;
}

void silence(const PortConfig& port, std::vector<std::string>& warnings) {
  for (const Setting& s : kSettings)
    if (Status done = set_interface_sysctl(s.family, port.device, s.key, s.value); !done)
      warnings.push_back(fmt::format("port {}: {}: the kernel may answer on this interface",
                                     port.name, done.error().sentence));
  for (const IpAddress& ip : addresses_of(port.device))
    warnings.push_back(
        fmt::format("port {}: interface {} carries {}: the kernel answers for it; "
                    "take the address away",
                    port.name, port.device, to_string(ip)));
}

}  // namespace

std::vector<std::string> silence_kernel(const DataplaneConfig& config) {
  std::vector<std::string> warnings;
  for (const PortConfig& port : config.ports)
    if (shares_interface(port)) silence(port, warnings);
  return warnings;
}

Status check_interfaces(const DataplaneConfig& config, const std::vector<std::string>& existing) {
  std::string missing;
  for (const PortConfig& port : config.ports) {
    if (!shares_interface(port)) continue;
    if (std::find(existing.begin(), existing.end(), port.device) != existing.end()) continue;
    missing +=
        fmt::format("{}port {}: no network interface '{}' here; there are: {}",
                    missing.empty() ? "" : "\n", port.name, port.device, fmt::join(existing, ", "));
  }
  if (missing.empty()) return {};
  return Error{ErrorCode::kNotFound, missing};
}

}  // namespace bulkhead::dataplane
