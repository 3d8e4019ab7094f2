// SPDX-License-Identifier: Apache-2.0
// The parts of `bulkhead top`, each a title line and its rows.
#pragma once

#include <vector>

#include "cli/rates.h"
#include "cli/top_page.h"

namespace bulkhead::cli {

struct TopView {
  const TopReading& before;  // `now` where there is none
  const TopReading& now;
  Interval interval;
};
using TopLines = std::vector<TopLine>;

TopLines top_header(const TopView& view);
TopLines top_ports(const TopView& view);
TopLines top_drops(const TopView& view);  // the most frequent first
TopLines top_peers(const TopView& view);
TopLines top_workers(const TopView& view);
TopLines top_losses(const TopView& view);
TopLines top_events(const TopView& view);  // the newest last; without a title

}  // namespace bulkhead::cli
