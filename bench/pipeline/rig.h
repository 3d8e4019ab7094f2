// SPDX-License-Identifier: Apache-2.0
// One worker of a benchmarked gateway: the product's Worker with its published snapshot, counters
// and clock, over whatever ports the benchmark gives it.
#pragma once

#include <memory>
#include <vector>

#include "pipeline/gateway.h"
#include "support/measure.h"
#include "worker.h"

namespace bulkhead::bench {

// What of the start-up file matters here (docs/dataplane_config.md).
struct RigSize {
  dataplane::FlowTableSize flows;
  uint32_t inspected_flows = 16384;
};

class Rig {
 public:
  // `zone` and `mesh` outlive the rig. The snapshot is taken from `gateway` as it is now.
  Rig(const Gateway& gateway, dataplane::WorkerPort zone, dataplane::WorkerPort mesh,
      dataplane::PacketPool& pool, const RigSize& size = {});

  // For a Publisher; the worker has been online since the rig was made.
  sync::Published<dataplane::Snapshot>& published() noexcept { return published_; }
  sync::Epochs& epochs() noexcept { return epochs_; }
  dataplane::Worker& worker() noexcept { return *worker_; }
  [[nodiscard]] const telemetry::WorkerCounters& counters() const noexcept { return *counters_; }
  // As if the next hops had just answered, so that they are not asked among what is measured.
  void confirm_neighbours();
  [[nodiscard]] const dataplane::FlowTable& flows() const noexcept { return worker_->flows(); }
  [[nodiscard]] uint64_t drops() const;
  // "unknown_source 12, mtu 3"; empty: none.
  [[nodiscard]] std::string drops_text() const;

 private:
  SystemClock clock_;
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_{1};
  std::unique_ptr<telemetry::WorkerCounters> counters_;
  std::unique_ptr<dataplane::Worker> worker_;
};

// What each stage costs: medians over many short looks at the worker's counters, so that a look in
// which the thread lost the processor does not count.
class StageWatch {
 public:
  // Of the zone pipeline, or of the mesh pipeline.
  StageWatch(const Rig& rig, bool mesh);
  // Forgets what was before.
  void start();
  // One look: call every few bursts.
  void look();
  // "stage_NAME": cycles per packet that entered the pipeline, for stages that were called.
  void report_to(Report& report) const;

 private:
  static constexpr size_t kMostLooks = 65536;
  [[nodiscard]] const telemetry::StageCounters& counter(size_t i) const;

  const Rig& rig_;
  bool mesh_;
  std::vector<std::string> names_;
  std::vector<uint64_t> cycles_;  // by stage, at the last look
  uint64_t packets_ = 0;          // the same
  std::vector<std::vector<float>> samples_;
};

}  // namespace bulkhead::bench
