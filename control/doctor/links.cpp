// SPDX-License-Identifier: Apache-2.0
// The interfaces of ports that the kernel shares: there, up, with a carrier, carrying whole frames.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr int64_t kUp = 1;  // IFF_UP in sysfs's hexadecimal flags

bool is_up(const Machine& machine, const std::string& place) {
  const auto flags = machine.line(place + "/flags").value_or("0");
  return (std::strtoll(flags.c_str(), nullptr, 16) & kUp) != 0;
}

Finding look_at(const Machine& machine, const PortFact& port) {
  const std::string subject = "port " + port.name;
  const std::string place = "/sys/class/net/" + port.device;
  const auto mtu = machine.number(place + "/mtu");
  if (!mtu)
    return bad(subject, "there is no interface " + port.device, "ip link lists those there are");
  if (!is_up(machine, place))
    return bad(subject, port.device + " is down", "ip link set " + port.device + " up");
  if (machine.number(place + "/carrier").value_or(0) != 1)
    return bad(subject, port.device + " has no carrier", "look at cable, switch and speed");
  if (*mtu < port.mtu)
    return warn(subject,
                port.device + " carries " + std::to_string(*mtu) + " bytes, the port " +
                    std::to_string(port.mtu),
                "the dataplane sets it at start: was it changed since, or is it not running?");
  return ok(subject, port.device + " is up, MTU " + std::to_string(*mtu));
}

}  // namespace

Findings look_at_links(const Patient& patient) {
  Findings found;
  for (const PortFact& port : patient.ports())
    if (port.shares_interface()) found.push_back(look_at(patient.machine, port));
  return found;
}

}  // namespace bulkhead::doctor
