// SPDX-License-Identifier: Apache-2.0
// Can this set of peers be reached from these mesh ports?
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "ipc/messages.h"
#include "table/mesh_table.h"

namespace bulkhead::dataplane {

// kInvalid with the peer and what is wrong: names and addresses are unique, every path starts at an
// own mesh port of its IP version, and an address that must be learnt has prefixes to come from.
Status check_peers(const ipc::SetPeers& message, std::span<const Underlay> own);

// The own mesh port of that name; empty: the first. kNoUnderlay: there is none.
inline constexpr size_t kNoUnderlay = ~size_t{0};
size_t underlay_named(std::span<const Underlay> own, std::string_view mesh_port) noexcept;

}  // namespace bulkhead::dataplane
