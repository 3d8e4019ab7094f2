// SPDX-License-Identifier: Apache-2.0
// af_packet and af_xdp share an interface with the kernel, which would answer for addresses of
// *other* interfaces too: ARP (arp_ignore=0), TCP resets, ICMP unreachables, IPv6 chatter. This
// turns that off per interface, so that the silence of a port is real:
//
//   arp_ignore=8    never answer ARP here
//   rp_filter=1     drop what comes in here, as no route leads back out of an address-less
//   interface disable_ipv6=1  no link-local address, no router solicitations, no answers
#pragma once

#include <string>
#include <vector>

#include "dataplane_config.h"

namespace bulkhead::dataplane {

// What could not be done or spoils the silence (addresses on the interface), one sentence each.
std::vector<std::string> silence_kernel(const DataplaneConfig& config);

// "port zone0: no network interface 'z9' here; there are: lo, m0"
Status check_interfaces(const DataplaneConfig& config, const std::vector<std::string>& existing);

}  // namespace bulkhead::dataplane
