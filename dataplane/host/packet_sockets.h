// SPDX-License-Identifier: Apache-2.0
// The packet sockets (packet(7)) of this process, as drivers have opened them and do not tell.
#pragma once

#include <vector>

namespace bulkhead::dataplane {

// Those bound to the interface of that index, in order of their descriptors. Index 0: none.
std::vector<int> packet_sockets_on(unsigned interface);

}  // namespace bulkhead::dataplane
