// SPDX-License-Identifier: Apache-2.0
// The traffic of pipeline_bench. Each prints a report for the clients' frames in gw-a (encrypt) and
// one for the same frames in gw-b (decrypt); false: one of them is void.
#pragma once

#include "gen/frame_mix.h"
#include "support/plant.h"

namespace bulkhead::bench {

// Opaque UDP, one way.
bool run_opaque(const Plant& plant, const FrameMix& mix, double seconds);

// Modbus/TCP: requests there, answers back. "pdus_per_second": requests inspected, decided and
// encrypted by one core, by the median slice; "..._by_rate": by the time of all polls.
bool run_modbus(const Plant& plant, double seconds);

// The least program that could do it (ceiling/work.h), with the same frames of the clients over
// memory ports: one report.
bool run_ceiling(const Plant& plant, double seconds);

// Seven protocols beside each other (gen/ot_mix.h).
bool run_mixed_ot(const Plant& plant, double seconds);

}  // namespace bulkhead::bench
