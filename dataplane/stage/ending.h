// SPDX-License-Identifier: Apache-2.0
// How a live flow that lost its permission ends: cut, drained, or reading on (docs/policy.md,
// on_end). Only flows under inspection can do anything but be cut, and a veto always cuts.
#pragma once

#include "image/view.h"
#include "table/inspector_pool.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

inline constexpr uint64_t kDrainNs = 5'000'000'000;  // a flow that drains lasts this long at most

// Nothing is under way any more: every request has its answer, and the asker has acknowledged it.
[[nodiscard]] bool drained(const Inspector& inspector) noexcept;

// `decision` denies the live flow. True: it goes on for a while, and `entry` says how. False: cut.
[[nodiscard]] bool go_on(FlowEntry& entry, const image::FlowDecision& decision,
                         WorkerView& view) noexcept;

// The flow has its permission (again).
void resume(FlowEntry& entry) noexcept;

// Ends the packet's flow, which has drained, for the reason it lost its permission.
DropReason end_drained(Packet& packet, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
