// SPDX-License-Identifier: Apache-2.0
// The exception path to control's TCP socket: a kernel tap whose kernel end looks like the mesh
// port (same MAC, the underlay address, link up), while the dataplane end is one more port. What
// may pass is the mesh stages' business; nothing reaches the kernel but through them.
#pragma once

#include <memory>

#include "dataplane_config.h"
#include "dpdk/dpdk_port.h"

namespace bulkhead::dataplane {

// `mesh` and `own`: the mesh port as opened and as configured.
Result<std::unique_ptr<DpdkPort>> open_exception_tap(const DataplaneConfig& config,
                                                     const PortInfo& mesh, const PortConfig& own,
                                                     uint16_t index, const MbufPool& pool);

}  // namespace bulkhead::dataplane
