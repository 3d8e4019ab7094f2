// SPDX-License-Identifier: Apache-2.0
// Makes a captured frame into what the gateway would have met: checksums that the capturing host's
// network card was to fill in, the gateway's link-layer address as destination, and, where the
// capture was taken somewhere else, the link-layer addresses of the identities' bindings.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/view.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

// True: checksums were wrong and are right now. Frames that do not parse are left alone.
bool mend_checksums(std::span<uint8_t> frame) noexcept;

// To the gateway, as identity-aware proxy ARP will have its asker send it. Broadcast and multicast
// stay.
void aim(std::span<uint8_t> frame, const MacAddress& gateway) noexcept;

// Source MAC and VLAN as the identity of the source address is bound; unknown sources are left
// alone.
void rebind(std::vector<uint8_t>& frame, const image::ImageView& policy);

}  // namespace bulkhead::dataplane
