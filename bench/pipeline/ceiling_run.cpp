// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "ceiling/work.h"
#include "pipeline/direction.h"
#include "pipeline/modbus_sessions.h"
#include "pipeline/runs.h"

namespace bulkhead::bench {
namespace {

class CeilingRun {
 public:
  explicit CeilingRun(const Plant& plant)
      : plant_(plant),
        sessions_(plant, kZoneMac, kPeerZoneMac),
        order_(plant.schedule(kBatch)),
        why_(work_.start()) {}

  // At least so long, and so many frames.
  void run(double seconds, uint64_t frames) {
    frames += received_;
    meter_.start(seconds);
    while (why_ == nullptr && (!meter_.done() || received_ < frames)) batch();
  }

  bool report() {
    Report report;
    const std::string frames = std::to_string(sessions_.request_bytes()) + "B";
    report.name = name_of_run(frames, "ceiling-modbus", plant_);
    meter_.finish(report);
    report.claim(why_ == nullptr, why_ == nullptr ? "" : why_);
    report.claim(report.packets > 0, "no packets");
    report.claim(work_.encrypted() == received_, "not every packet was encrypted");
    report.claim(work_.flows() == plant_.size().flows, "other flows than expected");
    report.mpps = report.tsc_hz / report.cycles_median / 1e6;  // of the timed polls
    print(report);
    return report.valid;
  }

 private:
  void batch() {
    for (uint32_t i = 0; i < kBatch; ++i) in_.push_back(pool_.copy_of(sessions_.request(next())));
    const uint64_t start = __rdtsc();
    const size_t n = poll();
    meter_.add(n, __rdtsc() - start);
    received_ += n;
    pool_.free(out_);
    out_.clear();
  }
  size_t poll() {
    std::array<dataplane::Packet*, kBatch> burst;
    const size_t n = queue_.receive(burst);
    for (size_t i = 0; i < n; ++i) wrap(*burst[i]);
    queue_.transmit({burst.data(), n});
    return n;
  }
  void wrap(dataplane::Packet& packet) {
    const CeilingWork::Wrapped wrapped = work_.handle(packet.data);
    if (wrapped.frame == nullptr) why_ = "more flows than the table is made for";
    packet.data = wrapped.frame;
    packet.length = wrapped.length;
  }
  uint32_t next() {
    const uint32_t f = order_[at_];
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    return f;
  }

  const Plant& plant_;
  ModbusSessions sessions_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  uint64_t received_ = 0;
  BufferPool pool_{size_t{2} * kBatch};
  Fifo in_, out_;
  FifoQueue queue_{in_, out_};
  CeilingWork work_;
  const char* why_;  // it is void; nullptr: it is not
  Meter meter_{uint64_t{4} * kBatch};
};

}  // namespace

bool run_ceiling(const Plant& plant, double seconds) {
  CeilingRun run(plant);
  run.run(seconds / 5, plant.size().flows);  // each flow is opened
  run.run(seconds, 0);
  return run.report();
}

}  // namespace bulkhead::bench
