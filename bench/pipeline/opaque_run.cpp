// SPDX-License-Identifier: Apache-2.0
#include "gen/flow_frames.h"
#include "pipeline/direction.h"
#include "pipeline/runs.h"

namespace bulkhead::bench {
namespace {

constexpr uint32_t kLeastPackets = 1024;

class OpaqueRun {
 public:
  OpaqueRun(const Plant& plant, const FrameMix& mix)
      : plant_(plant),
        mix_(mix),
        pair_(plant),
        frames_(plant, FlowFrames::Kind::kUdp),
        order_(plant.schedule(kLeastPackets)),
        encrypt_(pair_.a(), false),
        decrypt_(pair_.b(), true) {}

  // At least so long, and so many frames.
  void run(double seconds, uint64_t frames) {
    frames += sent_;
    encrypt_.start(seconds);
    decrypt_.start(seconds);
    while (!encrypt_.done() || sent_ < frames) {
      for (uint32_t i = 0; i < kBatch; ++i) send();
      encrypt_.add(kBatch, pair_.poll_a());
      decrypt_.add(kBatch, pair_.poll_b());
      reached_ += pair_.reached_servers();
    }
  }

  bool report() {
    std::string broken;
    if (reached_ != sent_) broken = "not every frame reached its server";
    if (pair_.encrypted_by_a() != sent_ || pair_.decrypted_by_b() != sent_)
      broken = "not all were encrypted";
    if (pair_.a().counters().flows_live.load() != plant_.size().flows)
      broken = "other flows than expected";
    const bool there = print(encrypt_, "encrypt-udp", broken);
    return print(decrypt_, "decrypt-udp", broken) && there;
  }

 private:
  void send() {
    sent_ += pair_.from_client(frames_.of(order_[at_], mix_.bytes(number_++))) ? 1 : 0;
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
  }
  bool print(Direction& direction, const char* what, const std::string& broken) {
    Report report = direction.report(name_of_run(mix_.name(), what, plant_), broken, pair_);
    report.extra.emplace_back("mean_frame_bytes", mix_.mean());
    report.extra.emplace_back("gbit_per_second", report.mpps * mix_.mean() * 8 / 1e3);
    bench::print(report);
    return report.valid;
  }

  const Plant& plant_;
  const FrameMix& mix_;
  Pair pair_;
  FlowFrames frames_;
  std::vector<uint32_t> order_;
  size_t at_ = 0, number_ = 0;
  uint64_t sent_ = 0, reached_ = 0;
  Direction encrypt_, decrypt_;
};

}  // namespace

bool run_opaque(const Plant& plant, const FrameMix& mix, double seconds) {
  OpaqueRun run(plant, mix);
  run.run(seconds / 5, plant.size().flows);  // each flow is opened
  run.run(seconds, 0);
  return run.report();
}

}  // namespace bulkhead::bench
