// SPDX-License-Identifier: Apache-2.0
#include "dpdk/port_set.h"

#include "dpdk/exception_tap.h"
#include "host/vdev_arguments.h"

namespace bulkhead::dataplane {
namespace {

PortPlan plan_for(const PortConfig& port, uint16_t index, uint32_t workers) {
  PortPlan plan;
  plan.info.index = index;
  plan.info.role = port.role;
  plan.info.name = port.name;
  plan.info.mtu = port.mtu;
  plan.info.mode = port.mode;
  plan.device = device_name(port, index);
  if (port.address) plan.info.address = port.address->address;
  if (port.driver != PortDriver::kPci) plan.string = device_string(port, index, workers);
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
    break;  // one mesh port (config.cpp)
  }
  return ports;
}

}  // namespace bulkhead::dataplane
