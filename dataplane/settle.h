// SPDX-License-Identifier: Apache-2.0
// The end of a dropped packet: its reason is counted and reported, its buffer goes back.
#pragma once

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

void settle(Burst& burst, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
