// SPDX-License-Identifier: Apache-2.0
// The EAL command line for a configuration on a machine: a pure function, no DPDK types.
//
// Memory: huge pages with --in-memory where enough are free, else --no-huge with what the packet
// buffers need. Threads: lcore 0 is the admin thread, lcore 1 + i is worker i; there may be more
// workers than processors. `poll` pins each worker, `adaptive` lets them float over the processors
// that we may use, so that two gateways share a small machine. Whatever `eal` in the configuration
// says about the same subject replaces ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataplane_config.h"
#include "host/host_facts.h"

namespace bulkhead::dataplane {

struct EalArguments {
  std::vector<std::string> arguments;  // argv[0] first
  std::string memory;                  // for the log: what was chosen, and why
};

// Bytes of one packet buffer: headroom, the largest frame of any port, room for the ESP trailer.
uint32_t buffer_bytes(const DataplaneConfig& config);

// Errors: kUnsupported when a PCI port meets a machine without enough huge pages.
Result<EalArguments> eal_arguments(const DataplaneConfig& config, const HostFacts& host, int pid);

}  // namespace bulkhead::dataplane
