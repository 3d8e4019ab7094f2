// SPDX-License-Identifier: Apache-2.0
// Stages composed at compile time, straight line. After each stage what it dropped is settled and
// its calls, packets and cycles are counted: once here, for all stages. While the snapshot holds a
// trace order, packets are followed as well: one branch a burst when it does not.
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
#include "settle.h"
#include "trace/tracer.h"
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

  void run(Burst& burst, WorkerView& view) noexcept { start_at<0>(burst, view); }

  // For packets that earlier stages have seen already.
  template <typename Stage>
  void run_from(Burst& burst, WorkerView& view) noexcept {
    start_at<index_of<Stage>()>(burst, view);
  }

 private:
  // From here on a packet's notes say whose it is. Behind the mesh that is the inner packet.
  template <size_t kI>
  static constexpr bool kReadsHeaders = kNames[kI] == "parse" || kNames[kI] == "decrypt";

  template <size_t kFirst>
  void start_at(Burst& burst, WorkerView& view) noexcept {
    if (view.snapshot.trace != nullptr) [[unlikely]]
      return run_traced<kFirst>(burst, view);
    run_from_index<kFirst, false>(burst, view);
  }
  // Apart: it is as large as the other.
  template <size_t kFirst>
  [[gnu::noinline, gnu::cold]] void run_traced(Burst& burst, WorkerView& view) noexcept {
    run_from_index<kFirst, true>(burst, view);
  }

  template <size_t kFirst, bool kTraced>
  void run_from_index(Burst& burst, WorkerView& view) noexcept {
    uint64_t now = __rdtsc();
    [&]<size_t... kI>(std::index_sequence<kI...>) {
      (run_one<kFirst + kI, kTraced>(burst, view, now), ...);
    }
    (std::make_index_sequence<kStages - kFirst>{});
  }

  // `now`: the time stamp at which the stage before ended, and then this one; settling counts to
  // the stage that dropped.
  template <size_t kI, bool kTraced>
  void run_one(Burst& burst, WorkerView& view, uint64_t& now) noexcept {
    if (burst.empty()) return;
    telemetry::StageCounters& count = counters_[kI];
    add(count.calls);
    add(count.packets_in, burst.size());
    if constexpr (kTraced) view.tracer->before(kNames[kI], burst, view);
    std::get<kI>(stages_).process(burst, view);
    if constexpr (kTraced) view.tracer->after(burst, view, kReadsHeaders<kI>);
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
