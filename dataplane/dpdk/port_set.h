// SPDX-License-Identifier: Apache-2.0
// All ports of a configuration, in its order; then the exception taps, in that of the mesh ports.
#pragma once

#include <memory>
#include <vector>

#include "dataplane_config.h"
#include "dpdk/dpdk_port.h"

namespace bulkhead::dataplane {

using PortSet = std::vector<std::unique_ptr<DpdkPort>>;

Result<PortSet> open_ports(const DataplaneConfig& config, const MbufPool& pool);

}  // namespace bulkhead::dataplane
