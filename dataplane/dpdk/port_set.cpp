// SPDX-License-Identifier: Apache-2.0
#include "dpdk/port_set.h"

#include <algorithm>

#include "dpdk/exception_tap.h"
#include "host/kernel_link.h"
#include "host/vdev_arguments.h"

namespace bulkhead::dataplane {
namespace {

// net_af_packet of DPDK 22.11 claims 1518 bytes as its largest frame, whatever its ring slots hold:
// the interface gets the MTU from us, and the driver hears no more than it believes in.
constexpr uint16_t kAfPacketMtu = 1500;

PortPlan plan_for(const PortConfig& port, uint16_t index, uint32_t workers) {
  PortPlan plan;
  plan.info.index = index;
  plan.info.role = port.role;
  plan.info.name = port.name;
  plan.info.mtu = port.mtu;
  plan.info.mode = port.mode;
  plan.device_mtu = port.mtu;
  plan.device = device_name(port, index);
  if (port.address) plan.info.address = port.address->address;
  if (port.driver != PortDriver::kPci) plan.string = device_string(port, index, workers);
  if (port.driver == PortDriver::kAfPacket) {
    plan.device_mtu = std::min(port.mtu, kAfPacketMtu);
    plan.before_start = [&port] { return set_mtu(port.device, port.mtu); };
  }
  return plan;
}

}  // namespace

Result<PortSet> open_ports(const DataplaneConfig& config, const MbufPool& pool) {
  PortSet ports;
  for (const PortConfig& port : config.ports) {
    const auto index = static_cast<uint16_t>(ports.size());
    auto opened = DpdkPort::open(plan_for(port, index, config.workers),
                                 static_cast<uint16_t>(config.workers), pool);
    if (!opened) return std::move(opened).error();
    ports.push_back(std::move(opened).value());
  }
  if (config.exception_device.empty()) return ports;
  for (size_t i = 0; i < config.ports.size(); ++i) {
    if (config.ports[i].role != PortRole::kMesh) continue;
    auto tap = open_exception_tap(config, ports[i]->info(), config.ports[i],
                                  static_cast<uint16_t>(ports.size()), pool);
    if (!tap) return std::move(tap).error();
    ports.push_back(std::move(tap).value());
  }
  return ports;
}

}  // namespace bulkhead::dataplane
