// SPDX-License-Identifier: Apache-2.0
// Cycles per packet by stage, without receiving and sending: the product's workers over memory
// ports, both directions, opaque UDP and inspected Modbus/TCP, few and many flows and
// relationships.
//
//   pipeline_bench [--seconds S] [--only udp-256_flows-10_rel]   a JSON line per variant, direction
//
// Only the polls are timed, not the ends that make and take the frames. A figure is void unless
// every frame sent at one end came out at the other, decided and (Modbus) inspected on its way.
#include <cstdio>
#include <string>
#include <vector>

#include "pipeline/modbus_sessions.h"
#include "pipeline/pair.h"
#include "support/arguments.h"

namespace {

using namespace bulkhead;
using bench::Meter, bench::Pair, bench::Plant, bench::Report, bench::StageWatch;

constexpr uint32_t kBatch = dataplane::Burst::kCapacity;
constexpr bench::PlantSize kSizes[] = {{256, 10}, {10'000, 10}, {256, 1000}, {10'000, 1000}};
constexpr uint32_t kLeastPackets = 1024;

// One direction through one gateway.
struct Direction {
  Direction(const bench::Rig& rig, bool mesh) : watch(rig, mesh) {}
  void start(double seconds) {
    meter.start(seconds);
    watch.start();
  }
  void add(uint64_t cycles) {
    meter.add(kBatch, cycles);
    watch.look();
  }
  Meter meter{uint64_t{4} * kBatch};
  StageWatch watch;
};

void finish(Direction& direction, const std::string& name, const std::string& broken,
            const Pair& pair) {
  Report report;
  report.name = name;
  direction.meter.finish(report);
  direction.watch.report_to(report);
  report.claim(report.packets > 0, "no packets");
  report.claim(pair.a().drops() == 0, "gw-a dropped: " + pair.a().drops_text());
  report.claim(pair.b().drops() == 0, "gw-b dropped: " + pair.b().drops_text());
  report.claim(broken.empty(), broken);
  report.mpps = report.tsc_hz / report.cycles_median / 1e6;  // of the timed polls
  bench::print(report);
}

std::string name_of(const Plant& plant, const std::string& frame, const char* what) {
  return frame + "B-1w-" + what + "-" + bench::name_of(plant.size()) + "-memory";
}

void opaque_udp(const Plant& plant, double seconds) {
  Pair pair(plant);
  std::vector<test::Bytes> frames;
  for (uint32_t f = 0; f < plant.size().flows; ++f)
    frames.push_back(plant.frame(f, 64, bench::Transport::kUdp));
  const std::vector<uint32_t> order = plant.schedule(kLeastPackets);
  size_t at = 0;
  uint64_t sent = 0, reached = 0;
  Direction encrypt(pair.a(), false), decrypt(pair.b(), true);
  const auto run = [&](double duration) {
    encrypt.start(duration);
    decrypt.start(duration);
    while (!encrypt.meter.done()) {
      for (uint32_t i = 0; i < kBatch; ++i) {
        sent += pair.from_client(frames[order[at]]) ? 1 : 0;
        at = at + 1 == order.size() ? 0 : at + 1;
      }
      encrypt.add(pair.poll_a());
      decrypt.add(pair.poll_b());
      reached += pair.reached_servers();
    }
  };
  run(seconds / 5);
  run(seconds);
  std::string broken;
  if (reached != sent) broken = "not every frame reached its server";
  if (pair.encrypted_by_a() != sent || pair.decrypted_by_b() != sent)
    broken = "not all were encrypted";
  if (pair.a().counters().flows_live.load() != plant.size().flows)
    broken = "other flows than expected";
  finish(encrypt, name_of(plant, "64", "encrypt-udp"), broken, pair);
  finish(decrypt, name_of(plant, "64", "decrypt-udp"), broken, pair);
}

class ModbusRun {
 public:
  explicit ModbusRun(const Plant& plant)
      : plant_(plant),
        pair_(plant),
        sessions_(plant, bench::kZoneMac, bench::kPeerZoneMac),
        order_(plant.schedule(1)),
        requests_(pair_.a(), false),
        requests_in_(pair_.b(), true),
        responses_(pair_.b(), false),
        responses_in_(pair_.a(), true) {
    for (uint32_t f = 0; f < plant.size().flows; ++f) handshake(f);
  }

  void run(double seconds) {
    for (Direction* d : {&requests_, &requests_in_, &responses_, &responses_in_}) d->start(seconds);
    while (!requests_.meter.done()) batch();
  }

  void report() {
    const std::string bytes = std::to_string(sessions_.request_bytes());
    std::string broken;
    if (answered_ != asked_) broken = "not every request was answered";
    if (pair_.a().counters().operations_allowed.load() != asked_)
      broken = "not every request was inspected";
    finish(requests_, name_of(plant_, bytes, "encrypt-modbus"), broken, pair_);
    finish(requests_in_, name_of(plant_, bytes, "decrypt-modbus"), broken, pair_);
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
    requests_.add(pair_.poll_a());
    requests_in_.add(pair_.poll_b());
    asked_ += kBatch;
    const size_t arrived = pair_.reached_servers();
    at_ = first;
    for (uint32_t i = 0; i < kBatch; ++i) pair_.from_server(sessions_.response(next()));
    responses_.add(pair_.poll_b());
    responses_in_.add(pair_.poll_a());
    answered_ += std::min(arrived, pair_.reached_clients());
  }
  uint32_t next() {
    const uint32_t f = order_[at_];
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    return f;
  }

  const Plant& plant_;
  Pair pair_;
  bench::ModbusSessions sessions_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  uint64_t asked_ = 0, answered_ = 0;
  Direction requests_, requests_in_, responses_, responses_in_;
};

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"seconds", "0.5"}, {"only", ""}},
                                   "usage: pipeline_bench [--seconds S] [--only PART-OF-NAME]\n");
  const double seconds = arguments.real("seconds");
  const auto wanted = [&](const std::string& name) {
    return name.find(arguments.text("only")) != std::string::npos;
  };
  for (const bench::PlantSize& size : kSizes) {
    const Plant plant(size);
    if (wanted("udp-" + bench::name_of(size))) opaque_udp(plant, seconds);
    if (!wanted("modbus-" + bench::name_of(size))) continue;
    ModbusRun modbus(plant);
    modbus.run(seconds / 5);
    modbus.run(seconds);
    modbus.report();
  }
}
