// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace bulkhead::control {

// What became of the events that one export was offered, since control started:
// made = sent + lost_queue_full + lost_refused + queued.
struct ExportReading {
  std::string name;  // as name_of() of its configuration
  uint64_t made = 0;
  uint64_t sent = 0;             // written to the file, or given to this machine's network
  uint64_t lost_queue_full = 0;  // the way out was shut or too slow for too long
  uint64_t lost_refused = 0;     // it can never go out: too long for a datagram
  uint64_t queued = 0;           // with the one that is under way
  bool up = false;               // the last try succeeded, or there was none
  std::string last_error{};      // of the last try; empty: none
};

}  // namespace bulkhead::control
