// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "pipeline/direction.h"
#include "pipeline/modbus_sessions.h"
#include "pipeline/runs.h"

namespace bulkhead::bench {
namespace {

class ModbusRun {
 public:
  explicit ModbusRun(const Plant& plant)
      : plant_(plant),
        pair_(plant),
        sessions_(plant, kZoneMac, kPeerZoneMac),
        order_(plant.schedule(1)),
        requests_(pair_.a(), false),
        requests_in_(pair_.b(), true),
        responses_(pair_.b(), false),
        responses_in_(pair_.a(), true) {
    for (uint32_t f = 0; f < plant.size().flows; ++f) handshake(f);
  }

  // At least so long, and so many requests.
  void run(double seconds, uint64_t requests) {
    requests += asked_;
    for (Direction* d : {&requests_, &requests_in_, &responses_, &responses_in_}) d->start(seconds);
    while (!requests_.done() || asked_ < requests) batch();
  }

  bool report() {
    const std::string frames = std::to_string(sessions_.request_bytes()) + "B";
    std::string broken;
    if (answered_ != asked_) broken = "not every request was answered";
    if (pair_.a().counters().operations_allowed.load() != asked_)
      broken = "not every request was inspected";
    const bool there = print(requests_, frames, "encrypt-modbus", broken);
    return print(requests_in_, frames, "decrypt-modbus", broken) && there;
  }

 private:
  void pass(bool from_client) {
    from_client ? pair_.poll_a() : pair_.poll_b();
    from_client ? pair_.poll_b() : pair_.poll_a();
    from_client ? pair_.reached_servers() : pair_.reached_clients();
  }
  void handshake(uint32_t f) {
    pair_.from_client(sessions_.syn(f));
    pass(true);
    pair_.from_server(sessions_.syn_ack(f));
    pass(false);
    pair_.from_client(sessions_.ack(f));
    pass(true);
  }
  // A request of each of 64 sessions, then their answers.
  void batch() {
    const size_t first = at_;
    for (uint32_t i = 0; i < kBatch; ++i) pair_.from_client(sessions_.request(next()));
    requests_.add(kBatch, pair_.poll_a());
    requests_in_.add(kBatch, pair_.poll_b());
    asked_ += kBatch;
    const size_t arrived = pair_.reached_servers();
    at_ = first;
    for (uint32_t i = 0; i < kBatch; ++i) pair_.from_server(sessions_.response(next()));
    responses_.add(kBatch, pair_.poll_b());
    responses_in_.add(kBatch, pair_.poll_a());
    answered_ += std::min(arrived, pair_.reached_clients());
  }
  bool print(Direction& direction, const std::string& frames, const char* what,
             const std::string& broken) {
    Report report = direction.report(name_of_run(frames, what, plant_), broken, pair_);
    report.extra.emplace_back("pdus_per_second", report.tsc_hz / report.cycles_median);
    report.extra.emplace_back("pdus_per_second_by_rate", report.tsc_hz / direction.mean_cycles());
    bench::print(report);
    return report.valid;
  }
  uint32_t next() {
    const uint32_t f = order_[at_];
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    return f;
  }

  const Plant& plant_;
  Pair pair_;
  ModbusSessions sessions_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  uint64_t asked_ = 0, answered_ = 0;
  Direction requests_, requests_in_, responses_, responses_in_;
};

}  // namespace

bool run_modbus(const Plant& plant, double seconds) {
  ModbusRun run(plant);
  run.run(seconds / 5, plant.size().flows);  // the first request of a flow touches its memory
  run.run(seconds, 0);
  return run.report();
}

}  // namespace bulkhead::bench
