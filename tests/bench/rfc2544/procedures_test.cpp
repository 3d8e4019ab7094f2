// SPDX-License-Identifier: Apache-2.0
// The tests of RFC 2544 over trials that are written down here.
#include "rfc2544/procedures.h"

#include <catch2/catch.hpp>
#include <map>

namespace bulkhead::bench {
namespace {

using Catch::Matchers::Contains;

TesterConfig config_for(Tests tests) {
  TesterConfig c;
  c.tests = tests;
  c.out.host.ip = IpAddress::v4(0x0a14'00c9);
  c.back.host.ip = c.out.host.next_hop = IpAddress::v4(0x0a14'00ca);
  c.back.port.name = "back";
  c.seconds = 10;
  c.back_to_back_repeats = 2;
  return c;
}

// Takes so many frames a second; what is beyond is lost. A burst fits when it is no longer than so
// many frames.
struct Device {
  double limit = 1e9;
  uint64_t longest_burst = UINT64_MAX;
  std::vector<TrialPlan> plans = {};

  TrialResult operator()(const TrialPlan& plan) {
    plans.push_back(plan);
    TrialResult r;
    for (const Phase& phase : plan.phases) {
      const bool burst = phase.frames != UINT64_MAX;
      const double seconds =
          burst ? static_cast<double>(phase.frames) / phase.per_second : phase.seconds;
      const auto offered = static_cast<uint64_t>(phase.per_second * seconds + 0.5);
      r.seconds += seconds;
      r.offered += offered;
      r.received += burst
                        ? std::min(offered, longest_burst)
                        : static_cast<uint64_t>(std::min(phase.per_second, limit) * seconds + 0.5);
    }
    for (int i = 1; i <= 1000; ++i) r.ticks.add(static_cast<uint64_t>(i) * 1000);
    return r;
  }
};

struct Told {
  std::map<std::string, Figure> figures = {};
  Status status = {};
};

Told run(const TesterConfig& config, Device& device, double link_mbps = 1000,
         const std::string& size = "64") {
  Told told;
  const Actions actions{[&](const std::string&, const TrialPlan& plan) -> Result<TrialResult> {
                          return device(plan);
                        },
                        [&](const Figure& f) { told.figures.emplace(f.name, f); }};
  const FrameSize frame = *frame_size(size);
  Procedures procedures(config, frame, link_mbps, 1e9, actions);
  told.status = procedures.run();
  return told;
}

}  // namespace

TEST_CASE("procedures: the line rates are those of RFC 2544 9.1's Ethernet",
          "[rfc2544][procedures]") {
  CHECK(line_rate(10, frame_size("64")->mix) == Approx(14880).margin(1));
  CHECK(line_rate(1000, frame_size("1518")->mix) == Approx(81274).margin(1));
  CHECK(line_rate(10'000, frame_size("64")->mix) == Approx(14'880'952).margin(1));
}

TEST_CASE("procedures: a device at line rate has a ratio of one after one trial",
          "[rfc2544][procedures]") {
  Device device;
  const Told told = run(config_for({.throughput = true}), device);
  const Figure& f = told.figures.at("64B throughput");
  CHECK(f.value == Approx(1'488'095).margin(1));
  CHECK(f.ratio == Approx(1.0));
  CHECK(f.against == "the line rate at 1000 Mbit/s");
  CHECK(f.trials.size() == 1);
  CHECK(device.plans[0].phases[0].seconds == 10);
}

TEST_CASE("procedures: latency is taken at parts of the throughput that was found",
          "[rfc2544][procedures]") {
  Device device{.limit = 100'000};
  const Told told = run(config_for({.throughput = true, .latency = true}), device);
  const double found = *told.figures.at("64B throughput").value;
  CHECK(found <= 100'000);
  CHECK(found > 98'000);
  const auto n = device.plans.size();
  CHECK(device.plans[n - 3].phases[0].per_second == Approx(found * 0.1));
  CHECK(device.plans[n - 1].phases[0].per_second == Approx(found * 0.9));
  CHECK(told.figures.at("64B latency at 90 %, p50").value ==
        Approx(500).epsilon(0.02));  // us of ns ticks
  CHECK(told.figures.at("64B latency at 90 %, p99.9").value == Approx(999).epsilon(0.02));
}

TEST_CASE("procedures: the loss curve ends after two rates that lose nothing",
          "[rfc2544][procedures]") {
  TesterConfig config = config_for({.loss = true});
  config.highest_per_second = 1000;
  Device device{.limit = 800};
  const Told told = run(config, device);
  REQUIRE(told.figures.size() == 4);  // 100, 90, 80, 70
  CHECK(told.figures.at("64B loss at 100 % of the highest rate").value == Approx(20));
  CHECK(told.figures.at("64B loss at 90 % of the highest rate").value == Approx(100.0 / 9));
  CHECK(told.figures.at("64B loss at 70 % of the highest rate").value == Approx(0));
}

TEST_CASE("procedures: back-to-back is the mean of the longest bursts", "[rfc2544][procedures]") {
  TesterConfig config = config_for({.back_to_back = true});
  config.highest_per_second = 10'000;
  Device device{.longest_burst = 500};
  const Told told = run(config, device);
  const Figure& f = told.figures.at("64B back-to-back");
  CHECK(f.samples.size() == 2);
  CHECK(*f.value <= 500);
  CHECK(*f.value >= 490);
}

TEST_CASE("procedures: recovery overloads by a tenth and then halves", "[rfc2544][procedures]") {
  TesterConfig config = config_for({.throughput = true, .recovery = true});
  Device device{.limit = 100'000};
  const Told told = run(config, device);
  const auto& phases = device.plans.back().phases;
  REQUIRE(phases.size() == 2);
  const double found = *told.figures.at("64B throughput").value;
  CHECK(phases[0].per_second == Approx(1.1 * found));
  CHECK(phases[0].seconds == config.recovery_seconds);
  CHECK(phases[1].per_second == Approx(0.55 * found));
  CHECK(told.figures.at("64B recovery from overload").value == Approx(0));
}

TEST_CASE("procedures: a device at line rate cannot be overloaded, and that is said",
          "[rfc2544][procedures]") {
  Device device;
  const Told told = run(config_for({.throughput = true, .recovery = true}), device);
  const Figure& f = told.figures.at("64B recovery from overload");
  CHECK_FALSE(f.value);
  CHECK_THAT(f.reason, Contains("no overload"));
}

TEST_CASE("procedures: what is odd in any trial of a figure is told with it, once",
          "[rfc2544][procedures]") {
  TesterConfig config = config_for({.throughput = true, .loss = true});
  config.highest_per_second = 1000;
  unsigned trials = 0;
  std::map<std::string, Figure> told;
  const Actions actions{[&](const std::string&, const TrialPlan& plan) -> Result<TrialResult> {
                          TrialResult r = Device{}(plan);
                          if (++trials <= 2) r.received -= 1, r.overrun = 2, r.duplicates = 1;
                          return r;
                        },
                        [&](const Figure& f) { told.emplace(f.name, f); }};
  const FrameSize frame = *frame_size("64");
  CHECK(Procedures(config, frame, 1000, 1e9, actions).run());
  CHECK_THAT(told.at("64B throughput").reason,
             Contains("4 frames lost in the tester's own port") && Contains("2 frames came twice"));
  CHECK(told.at("64B loss at 100 % of the highest rate").reason.empty());
}

TEST_CASE("procedures: a device that always loses has a throughput of none and no latency",
          "[rfc2544][procedures]") {
  Device device{.limit = 50};
  const Told told = run(config_for({.throughput = true, .latency = true}), device);
  CHECK(told.figures.at("64B throughput").value == Approx(0));
  CHECK_THAT(told.figures.at("64B throughput").reason, Contains("lost at the lowest load"));
  CHECK_FALSE(told.figures.at("64B latency at 10 %, p50").value);
}

TEST_CASE("procedures: when nothing comes back the error says what was sent and where to look",
          "[rfc2544][procedures]") {
  const TesterConfig config = config_for({.throughput = true});
  const FrameSize frame = *frame_size("64");
  TrialResult answer;
  answer.offered = 100;
  const Actions actions{
      [&](const std::string&, const TrialPlan&) -> Result<TrialResult> { return answer; },
      [](const Figure&) {}};
  Procedures procedures(config, frame, 1000, 1e9, actions);
  const Status silent = procedures.probe();
  REQUIRE_FALSE(silent);
  CHECK_THAT(silent.error().sentence, Contains("nothing comes back: 100 frames of 64B"));
  CHECK_THAT(silent.error().sentence, Contains("10.20.0.201 -> 10.20.0.202 udp/47000"));
  CHECK_THAT(silent.error().sentence, Contains("bulkhead events --last 20"));
  answer.out.too_big = 3;
  answer.out.mtu = 1438;
  CHECK_THAT(procedures.probe().error().sentence, Contains("only packets of 1438 bytes fit"));
  answer.received = 1;
  CHECK(procedures.probe());
}

TEST_CASE("figure: its line is JSON with what is not there as null", "[rfc2544][figure]") {
  Figure f;
  f.name = "64B \"x\"\n";
  f.unit = "us";
  CHECK(as_json(f) ==
        "{\"name\": \"64B \\\"x\\\"\\u000a\", \"test\": \"\", \"frame\": \"\", \"value\": null, "
        "\"unit\": \"us\", "
        "\"ratio\": null, \"against\": null, \"reason\": \"\"}");
}

}  // namespace bulkhead::bench
