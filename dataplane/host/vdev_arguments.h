// SPDX-License-Identifier: Apache-2.0
// The DPDK device string of a configured port: a pure function, no DPDK types.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane_config.h"

namespace bulkhead::dataplane {

// Bytes of an af_packet ring slot that holds a frame of this MTU with two VLAN tags and the
// kernel's own header: a power of two, 2048 at least.
uint32_t frame_slot_bytes(uint16_t mtu);

// "net_af_packet0": the name that the ethdev gets. PCI: the address.
std::string device_name(const PortConfig& port, size_t index);

// "net_af_packet0,iface=z0,blocksz=65536,...": name, what the driver needs, then port.options, in
// which a key given by the operator replaces ours. PCI: the address and its options.
std::string device_string(const PortConfig& port, size_t index, uint32_t queues);

// The value of EAL's -a for a PCI port.
std::string pci_allow(const PortConfig& port);

}  // namespace bulkhead::dataplane
