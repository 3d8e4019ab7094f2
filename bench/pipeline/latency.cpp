// SPDX-License-Identifier: Apache-2.0
// How long a packet is in one worker: from its arrival in the receive ring until it is handed to
// the transmit port. Encrypt direction, opaque UDP of 64 bytes over memory ports; the worker is on
// a thread of its own that polls without rest.
//
//   latency [--seconds S] [--rounds N] [--flows N] [--relationships N] [--ring N] [--cpu N]
//           [--swap-relationships N] [--swap-ms MS]
//
// First the rate that the worker carries when frames never end; then 10, 50 and 90 percent of it,
// by turns, each frame at its own moment of the time stamp counter. A frame that finds the ring
// full is lost ("overrun"): that is the machine's doing when it takes the processor away for longer
// than the ring lasts.
//
// Then under a policy of --swap-relationships (0: not), at 50 percent: without and with the
// product's Publisher, which every --swap-ms puts another generation of that policy in force; each
// flow is decided anew at its next packet. "added_p99.9_us" is the median over the rounds of what
// the second's p99.9 is above the first's. Generations are compiled before; what compiling beside
// the worker does is not in here (policy_cut), nor what a NIC adds.
//
// Times are in microseconds; "cdf" is a list of [nanoseconds, fraction at or below]. Void unless
// every frame that was received was decided, encrypted and sent.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <thread>

#include "admin/publisher.h"
#include "pipeline/one_way.h"
#include "pipeline/paced.h"
#include "support/arguments.h"
#include "support/threads.h"

namespace {

using namespace bulkhead;
using bench::LatencyHistogram, bench::Plant, bench::Report;
using Seconds = std::chrono::duration<double>;

constexpr uint16_t kBytes = 64;
constexpr size_t kBuffers = 1024;
constexpr int kLoads[] = {10, 50, 90};  // percent of the measured rate
constexpr int kSwapLoad = 50;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// What one or more phases of the same kind came to.
struct Times {
  LatencyHistogram cycles;
  std::vector<double> p999_us;  // by phase
  uint64_t received = 0, overrun = 0, sent = 0;
  double seconds = 0, cpu_seconds = 0;
};

struct Swaps {
  uint64_t count = 0;
  std::vector<double> obeyed_us;
};

class Station {
 public:
  Station(const Plant& plant, uint32_t ring, unsigned cpu, int generations)
      : plant_(plant),
        cpu_(cpu),
        gateway_(bench::gateway_with_pretended_peer(plant)),
        pool_(kBuffers),
        clients_(plant, kBytes, ring, pool_),
        underlay_(pool_) {
    for (int i = 1; i < generations; ++i) gateway_->add_generation(plant);
    // Only now: a snapshot grows old.
    rig_ = std::make_unique<bench::Rig>(
        *gateway_, dataplane::WorkerPort{bench::zone_port(bench::kZoneMac), &clients_},
        dataplane::WorkerPort{bench::mesh_port(bench::kOwnGateway, bench::kOwnMeshMac), &underlay_},
        pool_,
        bench::RigSize{.flows = {.flows = 65536, .share_percent = 100}, .inspected_flows = 64});
    publisher_ = std::make_unique<dataplane::Publisher>(rig_->published(), rig_->epochs());
  }

  // Opens all flows and finds out how many packets a second the worker carries, and how fast the
  // time stamp counter goes.
  void find_rate(double seconds) {
    clients_.pace(0);
    Times none;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    phase(none, [&] {
      while (rig_->counters().flows_live.load() < plant_.size().flows &&
             std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const uint64_t sent = underlay_.sent(), tsc = __rdtsc();
      const auto start = std::chrono::steady_clock::now();
      std::this_thread::sleep_for(Seconds(seconds));
      const Seconds took = std::chrono::steady_clock::now() - start;
      rate_ = static_cast<double>(underlay_.sent() - sent) / took.count();
      tsc_hz_ = static_cast<double>(__rdtsc() - tsc) / took.count();
    });
  }

  void at_load(int percent, double seconds, Times& times) {
    phase(times, percent, [&] { std::this_thread::sleep_for(Seconds(seconds)); });
  }
  // The same, while generations come and go.
  void swapping(int percent, double seconds, std::chrono::milliseconds every, Times& times,
                Swaps& swaps) {
    phase(times, percent, [&] {
      const auto end = std::chrono::steady_clock::now() + Seconds(seconds);
      for (auto next = std::chrono::steady_clock::now() + every; next < end; next += every) {
        auto snapshot = gateway_->snapshot();
        std::this_thread::sleep_until(next);
        const auto obeyed = publisher_->publish(std::move(snapshot));
        ++swaps.count;
        if (obeyed) swaps.obeyed_us.push_back(static_cast<double>(obeyed.value()) / 1e3);
      }
      std::this_thread::sleep_until(end);
    });
  }

  void report(Report& out, const Times& times) const {
    out.packets = times.sent;
    out.seconds = times.seconds;
    out.cpu_share = times.cpu_seconds / times.seconds;
    out.tsc_hz = tsc_hz_;
    out.mpps = static_cast<double>(times.sent) / times.seconds / 1e6;
    for (const auto& [name, fraction] : kPercentiles)
      out.extra.emplace_back(name, us(times.cycles.percentile(fraction)));
    out.extra.emplace_back("max_us", us(times.cycles.max()));
    out.extra.emplace_back("measured_rate_mpps", rate_ / 1e6);
    out.extra.emplace_back("received", static_cast<double>(times.received));
    out.extra.emplace_back("overrun", static_cast<double>(times.overrun));
    const uint64_t lost = times.received - std::min(times.received, times.sent);
    out.extra.emplace_back("lost", static_cast<double>(lost));
    for (const auto& [cycles, fraction] : times.cycles.cdf())
      out.cdf.emplace_back(1e3 * us(cycles), fraction);
    const std::string wrong = broken(times);
    out.claim(wrong.empty(), wrong);
  }
  [[nodiscard]] uint64_t generation() const { return rig_->counters().generation.load(); }

 private:
  static constexpr std::pair<const char*, double> kPercentiles[] = {
      {"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99}, {"p99.9_us", 0.999}};

  [[nodiscard]] double us(uint64_t cycles) const {
    return static_cast<double>(cycles) / tsc_hz_ * 1e6;
  }
  void phase(Times& times, int percent, const std::function<void()>& meanwhile) {
    clients_.pace(tsc_hz_ / (rate_ * percent / 100));
    phase(times, meanwhile);
  }
  // The worker runs while `meanwhile` does, and until nothing waits any more.
  void phase(Times& times, const std::function<void()>& meanwhile) {
    rig_->confirm_neighbours();
    const uint64_t received = clients_.received(), overrun = clients_.overrun();
    const uint64_t sent = underlay_.sent();
    stop_.store(false, std::memory_order_relaxed);
    clients_.open(true);
    const auto start = std::chrono::steady_clock::now();
    std::thread worker([this] {
      while (!stop_.load(std::memory_order_relaxed)) rig_->worker().poll_once();
    });
    if (!bench::pin(worker, cpu_)) not_pinned_ = true;
    meanwhile();
    const Seconds took = std::chrono::steady_clock::now() - start;
    const uint64_t cpu = bench::cpu_time_ns(worker);
    clients_.open(false);
    stop_.store(true, std::memory_order_relaxed);
    worker.join();
    while (rig_->worker().poll_once() != 0) {
    }
    const LatencyHistogram cycles = underlay_.take_times();
    times.cycles.add(cycles);
    times.p999_us.push_back(tsc_hz_ == 0 ? 0 : us(cycles.percentile(0.999)));
    times.received += clients_.received() - received;
    times.overrun += clients_.overrun() - overrun;
    times.sent += underlay_.sent() - sent;
    times.seconds += took.count();
    times.cpu_seconds += static_cast<double>(cpu) / 1e9;
  }
  [[nodiscard]] std::string broken(const Times& times) const {
    if (not_pinned_) return "no such processor for the worker";
    if (times.sent == 0) return "no packets";
    if (rig_->drops() != 0) return "dropped: " + rig_->drops_text();
    if (times.sent != times.received) return "not every frame was sent";
    const auto& encrypt =
        rig_->counters().zone_stages[dataplane::ZonePipeline::index_of<dataplane::EncryptStage>()];
    if (encrypt.packets_out.load() < clients_.received()) return "not every frame was encrypted";
    if (rig_->counters().flows_live.load() != plant_.size().flows)
      return "other flows than expected";
    return {};
  }

  const Plant& plant_;
  unsigned cpu_;
  std::unique_ptr<bench::Gateway> gateway_;
  bench::BufferPool pool_;
  bench::PacedClients clients_;
  bench::TimedUnderlay underlay_;
  std::unique_ptr<bench::Rig> rig_;
  std::unique_ptr<dataplane::Publisher> publisher_;
  std::atomic<bool> stop_{false};
  bool not_pinned_ = false;
  double rate_ = 0, tsc_hz_ = 0;
};

struct Wanted {
  double seconds = 0;
  uint32_t rounds = 0, flows = 0, ring = 0;
  unsigned cpu = 0;
};

std::string name_of(const Plant& plant, const std::string& what) {
  return "64B-1w-encrypt-udp-latency-" + what + "-" + name_of(plant.size()) + "-memory";
}

bool loads(const Wanted& wanted, uint32_t relationships) {
  const Plant plant({wanted.flows, relationships});
  Station station(plant, wanted.ring, wanted.cpu, 1);
  station.find_rate(wanted.seconds);
  std::array<Times, std::size(kLoads)> times;
  for (uint32_t round = 0; round < wanted.rounds; ++round)
    for (size_t i = 0; i < times.size(); ++i) station.at_load(kLoads[i], wanted.seconds, times[i]);
  bool valid = true;
  for (size_t i = 0; i < times.size(); ++i) {
    Report report;
    report.name = name_of(plant, std::to_string(kLoads[i]) + "_percent");
    station.report(report, times[i]);
    bench::print(report);
    valid &= report.valid;
  }
  return valid;
}

bool swaps(const Wanted& wanted, uint32_t relationships, std::chrono::milliseconds every) {
  const Plant plant({wanted.flows, relationships});
  Station station(plant, wanted.ring, wanted.cpu, 2);
  station.find_rate(wanted.seconds);
  Times quiet, swapped;
  Swaps done;
  for (uint32_t round = 0; round < wanted.rounds; ++round) {
    station.at_load(kSwapLoad, wanted.seconds, quiet);
    station.swapping(kSwapLoad, wanted.seconds, every, swapped, done);
  }
  Report before, during;
  const std::string load = std::to_string(kSwapLoad) + "_percent";
  before.name = name_of(plant, load);
  during.name = name_of(plant, load + "-swap");
  station.report(before, quiet);
  station.report(during, swapped);
  std::vector<double> added;
  for (size_t i = 0; i < quiet.p999_us.size(); ++i)
    added.push_back(swapped.p999_us[i] - quiet.p999_us[i]);
  during.extra.emplace_back("added_p99.9_us", median(added));
  during.extra.emplace_back("swaps", static_cast<double>(done.count));
  during.extra.emplace_back("publish_to_obeyed_p50_us", median(done.obeyed_us));
  during.extra.emplace_back("publish_to_obeyed_max_us",
                            done.obeyed_us.empty() ? 0 : std::ranges::max(done.obeyed_us));
  during.claim(done.count > 0, "nothing was swapped");
  during.claim(done.obeyed_us.size() == done.count, "the worker did not obey in time");
  during.claim(station.generation() == 1 + done.count % 2, "another generation is in force");
  bench::print(before);
  bench::print(during);
  return before.valid && during.valid;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv,
      {{"seconds", "2"},
       {"rounds", "3"},
       {"flows", "10000"},
       {"relationships", "1000"},
       {"ring", "4096"},
       {"cpu", "1"},
       {"swap-relationships", "100000"},
       {"swap-ms", "200"}},
      "usage: latency [--seconds S] [--rounds N] [--flows N] [--relationships N] [--ring N]\n"
      "               [--cpu N] [--swap-relationships N|0] [--swap-ms MS]\n");
  const Wanted wanted{arguments.real("seconds"), arguments.number("rounds", 1, 100),
                      arguments.number("flows", 64, 60'000), arguments.number("ring", 64, 65536),
                      arguments.number("cpu", 0, 1023)};
  const bool steady = loads(wanted, arguments.number("relationships", 1, 100'000));
  const uint32_t relationships = arguments.number("swap-relationships", 0, 400'000);
  if (relationships == 0) return steady ? 0 : 1;
  const std::chrono::milliseconds every(arguments.number("swap-ms", 1, 60'000));
  return swaps(wanted, relationships, every) && steady ? 0 : 1;
}
