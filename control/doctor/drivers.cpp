// SPDX-License-Identifier: Apache-2.0
// PCI ports: bound to vfio-pci, behind an IOMMU. Ports of the kernel: which driver is under them.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

Finding look_at_pci(const Machine& machine, const PortFact& port, const std::string& subject) {
  const std::string device = "/sys/bus/pci/devices/" + port.device;
  const auto driver = machine.target(device + "/driver");
  if (machine.names(device).empty())
    return bad(subject, "there is no PCI device " + port.device, "lspci -D lists those there are");
  if (driver.value_or("") != "vfio-pci")
    return bad(subject, port.device + " is bound to " + driver.value_or("no driver"),
               "dpdk-devbind.py --bind=vfio-pci " + port.device);
  if (!machine.target(device + "/iommu_group"))
    return bad(
        subject, port.device + " is behind no IOMMU: it can write to any memory",
        "switch the IOMMU on: firmware, and intel_iommu=on iommu=pt on the kernel's command line");
  return ok(subject, port.device + ", vfio-pci, behind the IOMMU");
}

}  // namespace

Findings look_at_drivers(const Patient& patient) {
  Findings found;
  for (const PortFact& port : patient.ports()) {
    const std::string subject = "port " + port.name;
    if (port.is_pci()) {
      found.push_back(look_at_pci(patient.machine, port, subject));
    } else if (port.shares_interface()) {
      const auto driver =
          patient.machine.target("/sys/class/net/" + port.device + "/device/driver");
      found.push_back(ok(subject, port.driver + " on " + port.device + ", kernel driver " +
                                      driver.value_or("unknown (virtual)")));
    }
  }
  return found;
}

}  // namespace bulkhead::doctor
