// SPDX-License-Identifier: Apache-2.0
// How every benchmark here measures: a run of many slices, each a thousand packets or so long.
//
// Rates come from the clock, cycles per packet from the time stamp counter, slice by slice: on a
// machine that others use, a slice in which the thread was off the processor is an outlier, and the
// median of the slices does not see it. `cpu_share` says how much of the time the thread ran.
#pragma once

#include <x86intrin.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace bulkhead::bench {

// What a benchmark prints: one JSON object on one line.
struct Report {
  std::string name;  // the configuration: 64B-1w-encrypt-udp-256_flows-10_rel
  bool valid = true;
  std::string why_void;  // when not valid: which claim about the traffic's path did not hold
  uint64_t packets = 0;
  double seconds = 0;
  double cpu_share = 0;      // processor time / wall time of the measuring thread
  double tsc_hz = 0;         // counted against the clock during the run
  double mpps = 0;           // packets / wall time
  double cycles_median = 0;  // reference (TSC) cycles per packet, median over slices
  double cycles_p10 = 0;
  double cycles_p90 = 0;
  double pace = 0;                                    // of the core at the end of the run (pace.h)
  std::vector<std::pair<std::string, double>> extra;  // counts that prove the path, stage cycles
  std::vector<std::pair<double, double>> cdf;  // latency in ns, fraction at or below; empty: none

  // The figure is void unless `holds`; the first broken claim is kept.
  void claim(bool holds, const std::string& what);
};

void print(const Report& report, std::FILE* out = stdout);

class Meter {
 public:
  explicit Meter(uint64_t slice_packets = 1024);
  // Call from the thread that is measured: start, then add() after each burst until done().
  void start(double seconds);
  void add(uint64_t packets) noexcept {
    in_slice_ += packets;
    if (in_slice_ >= slice_packets_ || packets == 0) [[unlikely]]
      close_slice();
  }
  // For runs in which only some of the time counts: `cycles` went into these packets.
  void add(uint64_t packets, uint64_t cycles) noexcept {
    own_cycles_ += cycles;
    add(packets);
  }
  [[nodiscard]] bool done() const noexcept { return done_; }
  // Per packet, of all cycles that were given; a slice in which the thread was off the processor
  // counts in full.
  [[nodiscard]] double mean_own_cycles() const noexcept {
    return all_own_cycles_ / static_cast<double>(packets_);
  }
  // Rates and cycles into `report`.
  void finish(Report& report);

 private:
  void close_slice() noexcept;

  uint64_t slice_packets_;
  uint64_t in_slice_ = 0;
  uint64_t own_cycles_ = 0;  // given by the caller for this slice; 0: the slice is timed as a whole
  double all_own_cycles_ = 0;  // of the slices that are closed
  uint64_t packets_ = 0;
  uint64_t slice_start_ = 0;
  uint64_t first_ = 0;
  uint64_t wall_start_ns_ = 0;
  uint64_t wall_end_ns_ = 0;
  uint64_t cpu_start_ns_ = 0;
  uint64_t until_ns_ = 0;
  bool done_ = false;
  std::vector<float> cycles_;  // per packet, by slice; room is made before the run
};

}  // namespace bulkhead::bench
