// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gen/talk_sessions.h"
#include "pipeline/direction.h"
#include "pipeline/runs.h"

namespace bulkhead::bench {
namespace {

class MixedRun {
 public:
  explicit MixedRun(const Plant& plant)
      : plant_(plant),
        pair_(plant),
        sessions_(plant, kZoneMac, kPeerZoneMac),
        order_(plant.schedule(1)),
        there_(pair_.a(), false),
        there_in_(pair_.b(), true) {
    there_.start(1e9);
    there_in_.start(1e9);
    for (uint32_t f = 0; f < plant.size().flows; ++f)
      while (!sessions_.open(f)) {
        ask(f);
        pass_there();
        answer(f);
        pass_back();
      }
    operations_before_ = operations();
  }

  // At least so long, and so many frames.
  void run(double seconds, uint64_t frames) {
    there_.start(seconds);
    there_in_.start(seconds);
    frames_ = bytes_ = 0;
    while (!there_.done() || frames_ < frames) batch();
  }

  bool report() {
    std::string broken;
    if (to_servers_ != at_servers_ || to_clients_ != at_clients_)
      broken = "not every frame arrived";
    // Each exchange has one operation: a request, or a report (IEC 104).
    uint64_t exchanges = 0;
    for (uint32_t f = 0; f < plant_.size().flows; ++f) exchanges += sessions_.exchanges(f);
    const uint64_t told = operations() - operations_before_;
    if (told < exchanges || told > exchanges + plant_.size().flows)  // some are half way
      broken = "not every operation was decided";
    if (pair_.a().counters().flows_live.load() != plant_.size().flows)
      broken = "other flows than expected";
    const bool there = print(there_, "encrypt-mixed_ot", broken);
    return print(there_in_, "decrypt-mixed_ot", broken) && there;
  }

 private:
  // The next frame of 64 sessions: of those first whose clients are to speak, then of the others.
  void batch() {
    const size_t first = at_;
    for (uint32_t i = 0; i < kBatch; ++i) ask(next());
    pass_there();
    at_ = first;
    for (uint32_t i = 0; i < kBatch; ++i) answer(next());
    pass_back();
  }
  void ask(uint32_t f) {
    const auto frame = sessions_.next(f, true);
    if (frame.empty()) return;
    waiting_ += pair_.from_client(frame) ? 1 : 0;
    bytes_ += frame.size();
    ++frames_;
  }
  void answer(uint32_t f) {
    const auto frame = sessions_.next(f, false);
    if (!frame.empty()) to_clients_ += pair_.from_server(frame) ? 1 : 0;
  }
  void pass_there() {
    there_.add(waiting_, pair_.poll_a());
    there_in_.add(waiting_, pair_.poll_b());
    to_servers_ += waiting_;
    waiting_ = 0;
    at_servers_ += pair_.reached_servers();
  }
  void pass_back() {
    pair_.poll_b();
    pair_.poll_a();
    at_clients_ += pair_.reached_clients();
  }
  uint32_t next() {
    const uint32_t f = order_[at_];
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    return f;
  }
  [[nodiscard]] uint64_t operations() const {
    return pair_.a().counters().operations_allowed.load();
  }
  bool print(Direction& direction, const char* what, const std::string& broken) {
    Report report = direction.report(name_of_run("ot", what, plant_), broken, pair_);
    report.extra.emplace_back("mean_frame_bytes",
                              static_cast<double>(bytes_) / static_cast<double>(frames_));
    report.extra.emplace_back("protocols", static_cast<double>(ot_mix().size()));
    report.extra.emplace_back("operations", static_cast<double>(operations() - operations_before_));
    bench::print(report);
    return report.valid;
  }

  const Plant& plant_;
  Pair pair_;
  TalkSessions sessions_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  uint64_t waiting_ = 0, frames_ = 0, bytes_ = 0;
  uint64_t to_servers_ = 0, at_servers_ = 0, to_clients_ = 0, at_clients_ = 0;
  uint64_t operations_before_ = 0;
  Direction there_, there_in_;
};

}  // namespace

bool run_mixed_ot(const Plant& plant, double seconds) {
  MixedRun run(plant);
  run.run(seconds / 5, plant.size().flows);  // the first exchange of a flow touches its memory
  run.run(seconds, 0);
  return run.report();
}

}  // namespace bulkhead::bench
