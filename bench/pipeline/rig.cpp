// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rig.h"

#include <algorithm>

#include "telemetry/drop_reason.h"

namespace bulkhead::bench {

using dataplane::MeshPipeline;
using dataplane::WorkerPort;
using dataplane::ZonePipeline;

Rig::Rig(const Gateway& gateway, WorkerPort zone, WorkerPort mesh, dataplane::PacketPool& pool,
         const RigSize& size)
    : counters_(std::make_unique<telemetry::WorkerCounters>()) {
  const auto none = published_.exchange(gateway.snapshot());
  dataplane::WorkerSetup setup;
  setup.ports = {zone, mesh};
  setup.pool = &pool;
  setup.clock = &clock_;
  setup.published = &published_;
  setup.epochs = &epochs_;
  setup.counters = counters_.get();
  setup.flows = size.flows;
  setup.inspected_flows = size.inspected_flows;
  setup.seed = 0x62656e6368;
  worker_ = std::make_unique<dataplane::Worker>(setup);
  worker_->online();
}

void Rig::confirm_neighbours() {
  for (const auto& peer : published_.pin()->mesh->peers())
    peer.paths[0].hop->confirmed_ns.store(clock_.now().steady_ns);
}

uint64_t Rig::drops() const {
  uint64_t sum = 0;
  for (const auto& drop : counters_->drops) sum += drop.load();
  // Gateways hear each other's keepalives and questions for addresses, which is no loss.
  for (const DropReason own : {DropReason::kKeepalive, DropReason::kArpConsumed})
    sum -= counters_->drops[static_cast<size_t>(own)].load();
  return sum;
}

std::string Rig::drops_text() const {
  std::string text;
  for (size_t i = 0; i < counters_->drops.size(); ++i) {
    const uint64_t n = counters_->drops[i].load();
    if (n == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(to_string(static_cast<DropReason>(i))) + " " + std::to_string(n);
  }
  return text;
}

StageWatch::StageWatch(const Rig& rig, bool mesh) : rig_(rig), mesh_(mesh) {
  if (mesh)
    names_.assign(MeshPipeline::kNames.begin(), MeshPipeline::kNames.end());
  else
    names_.assign(ZonePipeline::kNames.begin(), ZonePipeline::kNames.end());
  cycles_.resize(names_.size());
}

const telemetry::StageCounters& StageWatch::counter(size_t i) const {
  return mesh_ ? rig_.counters().mesh_stages[i] : rig_.counters().zone_stages[i];
}

void StageWatch::start() {
  samples_.assign(names_.size(), {});
  for (auto& samples : samples_) samples.reserve(kMostLooks);
  packets_ = counter(0).packets_in.load();
  for (size_t i = 0; i < names_.size(); ++i) cycles_[i] = counter(i).cycles.load();
}

void StageWatch::look() {
  const uint64_t packets = counter(0).packets_in.load() - packets_;
  if (packets == 0 || samples_[0].size() == kMostLooks) return;
  packets_ += packets;
  for (size_t i = 0; i < names_.size(); ++i) {
    const uint64_t now = counter(i).cycles.load();
    samples_[i].push_back(static_cast<float>(now - cycles_[i]) / static_cast<float>(packets));
    cycles_[i] = now;
  }
}

void StageWatch::report_to(Report& report) const {
  for (size_t i = 0; i < names_.size(); ++i) {
    std::vector<float> samples = samples_[i];
    if (samples.empty()) continue;
    const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
    std::nth_element(samples.begin(), middle, samples.end());
    if (*middle > 0) report.extra.emplace_back("stage_" + names_[i], static_cast<double>(*middle));
  }
}

}  // namespace bulkhead::bench
