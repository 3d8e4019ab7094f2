// SPDX-License-Identifier: Apache-2.0
// What control says from an underlay address leaves by that mesh port's exception tap, wherever the
// peer is: a routing table per tap, chosen by source address. Control's sockets are bound to the
// underlay address of the path they use, so several underlays do not mix, and peers whose address
// changes need no route of their own. What may leave is policed by the exception stage.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "dataplane_config.h"

namespace bulkhead::dataplane {

inline constexpr uint32_t kFirstTapTable = 4500;  // and the port's index

// `port`: a mesh port with address and exception device, whose tap is up; `index`: its port index.
// Table: the on-link prefix, and everything else by next_hop, if there is one.
Status route_tap(const PortConfig& port, uint16_t index);

}  // namespace bulkhead::dataplane
