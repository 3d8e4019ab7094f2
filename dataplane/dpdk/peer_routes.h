// SPDX-License-Identifier: Apache-2.0
// Handshakes to peers beyond the underlay's own prefix leave the kernel by the exception tap, too:
// one host route each, by the mesh port's next hop. Peers on the prefix have the connected route.
#pragma once

#include "dataplane_config.h"
#include "ipc/messages.h"

namespace bulkhead::dataplane {

// What fails is logged: the peer is then unreachable for control, and its handshakes say so.
void route_peers(const DataplaneConfig& config, const ipc::SetPeers& peers);

}  // namespace bulkhead::dataplane
