// SPDX-License-Identifier: Apache-2.0
// What a packet costs by the number of flows, and what a flow costs that is new: encrypt direction,
// opaque traffic of 64-byte frames over memory ports, one worker.
//
//   flow_scale [--seconds S] [--rounds N] [--flows 1000,10000,100000,1000000] [--capacity N]
//              [--opening N] [--opening-relationships N] [--opening-rounds N]
//
// Established flows: all tables have the same capacity (a start-up setting, flows_per_worker), or
// with --capacity 0 the least that holds their flows. The numbers take turns in every round;
// "ratio" is to the first one in the same round. Flows are taken in shuffled order, each as often
// as any other, so nothing but the caches helps. The hand that looks for flows that timed out is in
// the figure; it passes all entries of the capacity every second, so its part by packet is as large
// as the time between polls, in which frames are made, lets it be.
//
// Opening flows: each packet is the first of its flow, UDP or a TCP SYN, from as many clients as
// there are relationships, into a table that begins empty. --opening 0: none.
//
// Void unless every frame was decided, encrypted and sent, and as many flows are open as were
// opened. Of UDP they are forgotten after 30 s: a run on a machine that is too busy is void. What
// receiving costs is not in here, nor the answers.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>
#include <vector>

#include "gen/flow_frames.h"
#include "pipeline/one_way.h"
#include "support/arguments.h"
#include "support/memory_use.h"

namespace {

using namespace bulkhead;
using bench::FlowFrames, bench::Gateway, bench::Meter, bench::OneWay, bench::Plant, bench::Report;

constexpr uint32_t kBatch = dataplane::Burst::kCapacity;
constexpr uint16_t kBytes = 64;
constexpr uint32_t kRelationships = 1000;  // of established flows
constexpr uint32_t kFewestEntries = 1024;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

bench::RigSize table_of(uint32_t capacity) {
  return {.flows = {.flows = capacity, .share_percent = 100}, .inspected_flows = 64};
}

uint32_t least_capacity(uint32_t flows) {
  return std::max(kFewestEntries, std::bit_ceil(flows));
}

void report_table(Report& report, uint32_t capacity, uint64_t resident) {
  report.extra.emplace_back("flow_table_capacity", capacity);
  report.extra.emplace_back("flow_table_bytes",
                            static_cast<double>(capacity) * dataplane::FlowTable::bytes_per_flow());
  report.extra.emplace_back("bytes_per_flow", dataplane::FlowTable::bytes_per_flow());
  report.extra.emplace_back("worker_resident_bytes", static_cast<double>(resident));
}

// One number of established flows.
class Standing {
 public:
  Standing(uint32_t flows, uint32_t capacity)
      : plant_({flows, kRelationships}),
        gateway_(bench::gateway_with_pretended_peer(plant_)),
        frames_(plant_, FlowFrames::Kind::kUdp),
        order_(plant_.schedule(flows)),
        capacity_(capacity != 0 ? capacity : least_capacity(flows)),
        resident_before_(bench::resident_bytes()),
        way_(*gateway_, table_of(capacity_)),
        watch_(way_.rig(), false) {
    for (uint32_t sent = 0; sent < flows; sent += batch(flows - sent)) way_.poll();
    way_.poll();
    resident_ = bench::resident_bytes() - resident_before_;
  }

  void round(double seconds) {
    Meter meter(uint64_t{4} * kBatch);
    watch_.start();
    meter.start(seconds);
    while (!meter.done()) {
      const uint32_t n = batch(kBatch);
      meter.add(n, way_.poll());
      watch_.look();
    }
    last_ = {};
    meter.finish(last_);
    cycles_.push_back(last_.cycles_median);
    packets_ += last_.packets;
  }

  bool print(const Standing& first) {
    Report report = last_;
    report.name = "64B-1w-encrypt-udp-established-" + name_of(plant_.size()) + "-memory";
    report.packets = packets_;
    report.cycles_median = median(cycles_);
    report.mpps = report.tsc_hz / report.cycles_median / 1e6;
    std::vector<double> ratios;
    for (size_t i = 0; i < cycles_.size(); ++i) ratios.push_back(cycles_[i] / first.cycles_[i]);
    report.extra.emplace_back("flows", plant_.size().flows);
    report.extra.emplace_back("ratio", median(ratios));
    report_table(report, capacity_, resident_);
    watch_.report_to(report);
    const std::string broken = way_.broken(plant_.size().flows);
    report.claim(broken.empty(), broken);
    bench::print(report);
    return report.valid;
  }

 private:
  uint32_t batch(uint32_t most) {
    const uint32_t n = std::min(most, kBatch);
    for (uint32_t i = 0; i < n; ++i) {
      (void)way_.put(frames_.of(order_[at_], kBytes));
      at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    }
    return n;
  }

  Plant plant_;
  std::unique_ptr<Gateway> gateway_;  // of its own: a lane's keys last for 2^27 packets (ADR 4)
  FlowFrames frames_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  uint32_t capacity_;
  uint64_t resident_before_;
  OneWay way_;
  bench::StageWatch watch_;
  uint64_t resident_ = 0, packets_ = 0;
  std::vector<double> cycles_;  // by round
  Report last_;
};

// Flows that open, in a table of their own each round.
bool opening(const Gateway& gateway, const Plant& plant, FlowFrames::Kind kind, uint32_t rounds) {
  const bool udp = kind == FlowFrames::Kind::kUdp;
  const uint32_t flows = plant.size().flows, capacity = least_capacity(flows + flows / 32);
  const std::vector<uint32_t> order = plant.schedule(flows);
  FlowFrames frames(plant, kind);
  Report report;
  std::vector<double> medians, means, deciding;
  std::string broken;
  uint64_t resident = 0;
  for (uint32_t round = 0; round < rounds; ++round) {
    const uint64_t before = bench::resident_bytes();
    OneWay way(gateway, table_of(capacity));
    bench::StageWatch watch(way.rig(), false);
    Meter meter(uint64_t{4} * kBatch);
    watch.start();
    meter.start(0);
    for (uint32_t at = 0; at < flows;) {
      const uint32_t n = std::min(kBatch, flows - at);
      for (uint32_t i = 0; i < n; ++i) (void)way.put(frames.of(order[at++], kBytes));
      meter.add(n, way.poll());
      watch.look();
    }
    report = {};
    meter.finish(report);
    watch.report_to(report);
    medians.push_back(report.cycles_median);
    means.push_back(meter.mean_own_cycles());
    resident = bench::resident_bytes() - before;
    const std::string wrong = way.broken(flows);
    if (!wrong.empty()) broken = wrong;
    if (way.rig().counters().flows_created.load() != flows) broken = "not every packet was a flow";
  }
  report.name = std::string("64B-1w-encrypt-") + (udp ? "udp" : "tcp_syn") + "-opening-" +
                name_of(plant.size()) + "-memory";
  report.cycles_median = median(medians);
  report.mpps = report.tsc_hz / report.cycles_median / 1e6;
  report.extra.emplace_back("new_flows_per_second", report.tsc_hz / report.cycles_median);
  report.extra.emplace_back("new_flows_per_second_by_rate", report.tsc_hz / median(means));
  report_table(report, capacity, resident);
  report.claim(broken.empty(), broken);
  bench::print(report);
  return report.valid;
}

std::vector<uint32_t> numbers(const bench::Arguments& arguments, const std::string& key) {
  std::vector<uint32_t> out;
  const std::string& list = arguments.text(key);
  for (const char* at = list.data(); at < list.data() + list.size(); ++at) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(at, list.data() + list.size(), number);
    if (error != std::errc{} || number < kBatch || number > 4'000'000)
      arguments.fail("--" + key + " is a list of numbers from 64 to 4000000");
    at = end;
    out.push_back(number);
  }
  if (out.empty()) arguments.fail("--" + key + " is empty");
  return out;
}

bool established(const bench::Arguments& arguments) {
  const uint32_t capacity = arguments.number("capacity", 0, 1u << 24);
  std::vector<std::unique_ptr<Standing>> all;
  for (const uint32_t flows : numbers(arguments, "flows")) {
    if (capacity != 0 && (!std::has_single_bit(capacity) || capacity < flows))
      arguments.fail("--capacity is 0 or a power of two that holds all --flows");
    all.push_back(std::make_unique<Standing>(flows, capacity));
  }
  for (uint32_t round = 0; round < arguments.number("rounds", 1, 100); ++round)
    for (auto& one : all) one->round(arguments.real("seconds"));
  bool valid = true;
  for (auto& one : all) valid &= one->print(*all.front());
  return valid;
}

bool opened(const bench::Arguments& arguments) {
  const uint32_t flows = arguments.number("opening", 0, 4'000'000);
  if (flows == 0) return true;
  const Plant plant({flows, arguments.number("opening-relationships", 1, 400'000)},
                    {bench::opaque(bench::Transport::kUdp), bench::opaque(bench::Transport::kTcp)});
  const auto gateway = bench::gateway_with_pretended_peer(plant);
  const uint32_t rounds = arguments.number("opening-rounds", 1, 20);
  const bool udp = opening(*gateway, plant, FlowFrames::Kind::kUdp, rounds);
  return opening(*gateway, plant, FlowFrames::Kind::kSyn, rounds) && udp;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv,
      {{"seconds", "0.5"},
       {"rounds", "7"},
       {"flows", "1000,10000,100000,1000000"},
       {"capacity", "1048576"},
       {"opening", "1000000"},
       {"opening-relationships", "100000"},
       {"opening-rounds", "3"}},
      "usage: flow_scale [--seconds S] [--rounds N] [--flows N,N,...] [--capacity N|0]\n"
      "                  [--opening N|0] [--opening-relationships N] [--opening-rounds N]\n");
  const bool standing = established(arguments);
  return opened(arguments) && standing ? 0 : 1;
}
