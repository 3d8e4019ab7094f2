// SPDX-License-Identifier: Apache-2.0
// One direction through one gateway of a pair: what its polls cost, stage by stage, and the report
// of it. Only the polls are timed, not the ends that make and take the frames.
#pragma once

#include <string>

#include "pipeline/pair.h"
#include "support/measure.h"

namespace bulkhead::bench {

inline constexpr uint32_t kBatch = dataplane::Burst::kCapacity;

class Direction {
 public:
  Direction(const Rig& rig, bool mesh) : watch_(rig, mesh) {}
  void start(double seconds) {
    meter_.start(seconds);
    watch_.start();
  }
  // A poll of `cycles` that had so many frames to handle.
  void add(uint64_t packets, uint64_t cycles) {
    if (packets == 0) return;
    meter_.add(packets, cycles);
    watch_.look();
  }
  [[nodiscard]] bool done() const noexcept { return meter_.done(); }

  // Figures and claims that hold for every run; `broken`: what else did not, or empty.
  Report report(const std::string& name, const std::string& broken, const Pair& pair) {
    Report report;
    report.name = name;
    meter_.finish(report);
    watch_.report_to(report);
    report.claim(report.packets > 0, "no packets");
    report.claim(pair.a().drops() == 0, "gw-a dropped: " + pair.a().drops_text());
    report.claim(pair.b().drops() == 0, "gw-b dropped: " + pair.b().drops_text());
    report.claim(broken.empty(), broken);
    report.mpps = report.tsc_hz / report.cycles_median / 1e6;  // of the timed polls
    return report;
  }
  // Over all polls, those included in which the thread lost its processor.
  [[nodiscard]] double mean_cycles() const noexcept { return meter_.mean_own_cycles(); }

 private:
  Meter meter_{uint64_t{4} * kBatch};
  StageWatch watch_;
};

// "64B-1w-encrypt-udp-256_flows-10_rel-memory"
inline std::string name_of_run(const std::string& frames, const char* what, const Plant& plant) {
  return frames + "-1w-" + what + "-" + name_of(plant.size()) + "-memory";
}

}  // namespace bulkhead::bench
