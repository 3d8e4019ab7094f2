// SPDX-License-Identifier: Apache-2.0
// Configures an ethdev: MTU, one queue pair per worker, symmetric RSS where the NIC has it.
#pragma once

#include <rte_mempool.h>

#include <cstdint>
#include <string>

#include "base/address.h"
#include "base/result.h"

namespace bulkhead::dataplane {

struct EthdevShape {
  uint16_t mtu = 1500;
  uint16_t workers = 1;        // queue pairs
  uint16_t descriptors = 512;  // per queue, as far as the driver takes that
};

// Leaves the device configured and stopped. Returns its number of receive queues (<= workers).
// Errors: kUnsupported when it has fewer transmit queues than there are workers.
Result<uint16_t> configure_ethdev(uint16_t id, const EthdevShape& shape, rte_mempool* pool);

struct EthdevIdentity {
  MacAddress mac;
  std::string driver;
  unsigned interface = 0;  // index of the kernel interface it stands on; 0: none
};
Result<EthdevIdentity> identify_ethdev(uint16_t id);

// "what: Invalid argument" from a negative errno of DPDK.
Error driver_error(const std::string& what, int error);

}  // namespace bulkhead::dataplane
