// SPDX-License-Identifier: Apache-2.0
// The kernel's network interfaces in our namespace: which exist, what they carry, and the few
// changes the dataplane makes to them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace bulkhead::dataplane {

std::vector<std::string> interface_names();
std::vector<IpAddress> addresses_of(const std::string& interface);

// The address is added; one that is there already is no error.
Status add_address(const std::string& interface, const IpPrefix& address);
// Into a routing table: the prefix itself is on the link; everything is behind an on-link hop.
// Equal ones that are there are replaced.
Status add_link_route(const std::string& interface, const IpPrefix& prefix, uint32_t table);
Status add_default_route(const std::string& interface, const IpAddress& hop, uint32_t table);
// What is sent from `source` takes that table. A rule that is there already is no error.
Status add_source_rule(const IpAddress& source, uint32_t table);
Status bring_up(const std::string& interface);
Status set_mtu(const std::string& interface, uint16_t mtu);
Status set_mac(const std::string& interface, const MacAddress& mac);

// /proc/sys/net/<family>/conf/<interface>/<key>. Errors: kIo.
Status set_interface_sysctl(std::string_view family, const std::string& interface,
                            std::string_view key, std::string_view value);

}  // namespace bulkhead::dataplane
