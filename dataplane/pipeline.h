// SPDX-License-Identifier: Apache-2.0
// Stages composed at compile time, straight line. After each stage what it dropped is settled and
// its calls, packets and cycles are counted: once here, for all stages.
#pragma once

#include <x86intrin.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "burst.h"
#include "latency_meter.h"
#include "settle.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

template <typename... Stages>
class Pipeline {
 public:
  static constexpr size_t kStages = sizeof...(Stages);
  static_assert(kStages <= telemetry::kMaxStages);
  static constexpr std::array<std::string_view, kStages> kNames = {Stages::kName...};

  template <typename Stage>
  static constexpr size_t index_of() noexcept {
    static_assert((std::is_same_v<Stage, Stages> || ...), "no such stage");
    constexpr std::array same = {std::is_same_v<Stage, Stages>...};
    size_t i = 0;
    while (!same[i]) ++i;
    return i;
  }
  template <typename Earlier, typename Later>
  static constexpr bool kBefore = index_of<Earlier>() < index_of<Later>();

  explicit Pipeline(std::span<telemetry::StageCounters> counters) noexcept : counters_(counters) {}

  BurstTime run(Burst& burst, WorkerView& view) noexcept { return run_from_index<0>(burst, view); }

  // For packets that earlier stages have seen already.
  template <typename Stage>
  BurstTime run_from(Burst& burst, WorkerView& view) noexcept {
    return run_from_index<index_of<Stage>()>(burst, view);
  }

 private:
  template <size_t kFirst>
  BurstTime run_from_index(Burst& burst, WorkerView& view) noexcept {
    const uint64_t start = __rdtsc();
    uint64_t now = start, sent = 0;
    [&]<size_t... kI>(std::index_sequence<kI...>) {
      (run_one<kFirst + kI>(burst, view, now, sent), ...);
    }
    (std::make_index_sequence<kStages - kFirst>{});
    return {now - start, sent};
  }

  // `now`: the time stamp at which the stage before ended, and then this one; settling counts to
  // the stage that dropped. `sent`: set by the last stage.
  template <size_t kI>
  void run_one(Burst& burst, WorkerView& view, uint64_t& now, uint64_t& sent) noexcept {
    if (burst.empty()) return;
    telemetry::StageCounters& count = counters_[kI];
    add(count.calls);
    add(count.packets_in, burst.size());
    if constexpr (kI == kStages - 1) sent = burst.size();
    std::get<kI>(stages_).process(burst, view);
    if constexpr (kI == kStages - 1) sent -= burst.size() + burst.dropped().size();
    add(count.packets_out, burst.size());
    if (!burst.dropped().empty()) [[unlikely]]
      settle(burst, view);
    const uint64_t start = std::exchange(now, __rdtsc());
    add(count.cycles, now - start);
  }

  std::tuple<Stages...> stages_;
  std::span<telemetry::StageCounters> counters_;
};

}  // namespace bulkhead::dataplane
