// SPDX-License-Identifier: Apache-2.0
#include "dpdk/tap_routes.h"

#include "host/kernel_link.h"

namespace bulkhead::dataplane {

Status route_tap(const PortConfig& port, uint16_t index) {
  const uint32_t table = kFirstTapTable + index;
  const IpPrefix& own = *port.address;
  const std::string& tap = port.exception_device;
  if (Status done = add_link_route(tap, own, table); !done) return done;
  if (port.next_hop)
    if (Status done = add_default_route(tap, *port.next_hop, table); !done) return done;
  return add_source_rule(own.address, table);
}

}  // namespace bulkhead::dataplane
