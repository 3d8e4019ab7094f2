// SPDX-License-Identifier: Apache-2.0
// rfc2544_tester: measures what lies between two ports by the methods of RFC 2544 and tells it on
// stdout, a JSON object a line; what it is doing on stderr. bench/rfc2544/run makes the report.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "rfc2544/devices.h"
#include "rfc2544/procedures.h"
#include "rfc2544/progress.h"
#include "rfc2544/silence.h"

namespace {

using namespace bulkhead;
using namespace bulkhead::bench;

enum Exit : int { kDone = 0, kUsage = 1, kConfiguration = 2, kMachine = 3, kSilence = 4 };

constexpr const char* kFooter =
    "Exit codes: 0 measured; 1 wrong usage; 2 the configuration is wrong; 3 the machine refuses\n"
    "(memory, drivers, links); 4 nothing comes through. docs/benchmarking.md is the procedure.";

struct Options {
  std::string config;
  std::vector<std::string> tests, sizes;
  uint32_t seconds = 0;
  bool check = false, describe = false, quick = false;
};

int fail(Exit code, const std::string& sentence) {
  std::fprintf(stderr, "rfc2544_tester: %s\n", sentence.c_str());
  return code;
}

Status apply(const Options& options, TesterConfig& config) {
  if (options.quick) make_quick(config);
  if (options.seconds > 0) config.seconds = options.seconds;
  if (!options.tests.empty()) {
    auto tests = tests_of(options.tests);
    if (!tests) return std::move(tests).error().within("--tests");
    config.tests = *tests;
  }
  if (!options.sizes.empty()) config.sizes.clear();
  for (const std::string& text : options.sizes) {
    auto size = frame_size(text);
    if (!size)
      return Error{ErrorCode::kInvalid,
                   "--sizes: '" + text + "' is neither imix nor a number from 64 to 1518"};
    config.sizes.push_back(std::move(*size));
  }
  return {};
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + quoted(word);
  return "[" + text + "]";
}

// What the report needs to know of the configuration.
void describe(const TesterConfig& c) {
  const auto service =
      fmt::format("{} -> {} udp/{}", to_string(c.out.host.ip), to_string(c.back.host.ip), c.port);
  fmt::print(
      "{{\"service\": {}, \"flows\": {}, \"seconds\": {}, \"near\": {}, \"far\": {}, "
      "\"accept\": {{\"line_rate_percent\": {}, \"p99_us\": {}, \"recovery_ms\": {}}}, "
      "\"expected_seconds\": {:.0f}}}\n",
      quoted(service), c.flows, c.seconds, list_of(c.near_command), list_of(c.far_command),
      c.accept_line_rate_percent, c.accept_p99_us, c.accept_recovery_ms,
      Procedures::expected_seconds(c) * static_cast<double>(c.sizes.size()));
}

// Finds the next hop of a side, while both ports answer for their hosts.
bool resolve(Host& asker, Host& other) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(10);
  for (auto ask = Clock::now(); !asker.next_hop_mac() && Clock::now() < end;) {
    if (Clock::now() >= ask) {
      asker.ask();
      ask += std::chrono::milliseconds(500);
    }
    asker.poll(nullptr);
    other.poll(nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return asker.next_hop_mac().has_value();
}

class Tester {
 public:
  Tester(const TesterConfig& config, Devices& devices)
      : config_(config),
        devices_(devices),
        link_mbps_(config.link_mbps > 0 ? config.link_mbps : devices.link_mbps().value_or(0)),
        progress_(Procedures::expected_seconds(config) * static_cast<double>(config.sizes.size())) {
  }

  int run() {
    const int code = all_sizes();
    // For whoever compares it with what the gateways counted.
    fmt::print("{{\"received\": {}}}\n", received_);
    return code;
  }

 private:
  int all_sizes() {
    if (link_mbps_ == 0 && config_.highest_per_second == 0)
      return fail(kMachine, "the ports do not say how fast their links are: set trials.link_mbps");
    if (!resolve(devices_.out(), devices_.back()))
      return fail(kSilence, unresolved_text(config_, config_.out));
    // So that switches on the way know where the far host is; nobody needs to answer.
    devices_.back().ask();
    bool any = false;
    for (size_t i = 0; i < config_.sizes.size(); ++i)
      if (const int code = size(i, any); code != kDone) return code;
    return kDone;
  }

  // A size that does not come through is void when another one did before.
  int size(size_t index, bool& any) {
    const FrameSize& size = config_.sizes[index];
    const FrameMaker frames(way(), size.mix);
    const std::string head = fmt::format("[{}/{} {}]", index + 1, config_.sizes.size(), size.name);
    const Actions actions{[&](const std::string& label, TrialPlan plan) {
                            return trial(head + " " + label, frames, std::move(plan));
                          },
                          [](const Figure& figure) {
                            fmt::print("{}\n", as_json(figure));
                            std::fflush(stdout);
                          }};
    Procedures procedures(config_, size, link_mbps_, devices_.hz(), actions);
    progress_.reach(Procedures::expected_seconds(config_) * static_cast<double>(index));
    if (Status heard = procedures.probe(); !heard) {
      if (!any) return fail(kSilence, heard.error().sentence);
      actions.tell(silent(size, heard.error().sentence));
      return kDone;
    }
    any = true;
    if (Status done = procedures.run(); !done) return fail(kMachine, done.error().sentence);
    return kDone;
  }

  static Figure silent(const FrameSize& size, const std::string& why) {
    Figure f;
    f.name = size.name + " throughput";
    f.test = "throughput";
    f.size = size.name;
    f.unit = "frames/s";
    for (const char c : why)  // a row of a table has one line
      f.reason += c == '\n' ? ";" : std::string(1, c);
    return f;
  }

  Result<TrialResult> trial(const std::string& label, const FrameMaker& frames, TrialPlan plan) {
    double seconds = plan.wait_seconds + config_.rest_ms / 1e3;
    for (const Phase& phase : plan.phases) seconds += phase.seconds;
    progress_.begin(label, seconds);
    Trial trial(devices_.out(), devices_.back(), frames, std::move(plan), next_trial(),
                devices_.hz());
    auto result = devices_.run(trial);
    if (result) received_ += result->received + result->learnt;
    std::this_thread::sleep_for(std::chrono::milliseconds(config_.rest_ms));
    return result;
  }

  // Not kLearning, and not that of the trials before.
  uint16_t next_trial() {
    if (++trial_ == kLearning) ++trial_;
    return trial_;
  }

  [[nodiscard]] Way way() const {
    return {.src_mac = config_.out.host.mac,
            .next_hop_mac = *devices_.out().next_hop_mac(),
            .src = config_.out.host.ip,
            .dst = config_.back.host.ip,
            .first_src_port = config_.source_port,
            .dst_port = config_.port,
            .flows = config_.flows};
  }

  const TesterConfig& config_;
  Devices& devices_;
  double link_mbps_;
  Progress progress_;
  uint16_t trial_ = 0;
  uint64_t received_ = 0;  // in all trials
};

int start(const Options& options) {
  auto config = load_tester_config(options.config);
  if (!config) return fail(kConfiguration, config.error().sentence);
  if (Status fits = apply(options, *config); !fits) return fail(kUsage, fits.error().sentence);
  if (options.describe) {
    describe(*config);
    return kDone;
  }
  if (options.check) {
    fmt::print("{}: well formed\n", options.config);
    return kDone;
  }
  auto devices = Devices::open(*config);
  if (!devices) return fail(kMachine, devices.error().sentence);
  if (Status up = (*devices)->wait_for_links(10); !up) return fail(kMachine, up.error().sentence);
  fmt::print("{{\"ports\": {}, \"memory\": {}}}\n", quoted((*devices)->text()),
             quoted((*devices)->memory()));
  return Tester(*config, **devices).run();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures what lies between two ports by the methods of RFC 2544."};
  app.footer(kFooter);
  app.add_option("--config", options.config,
                 "ports, hosts, traffic and trials (docs/benchmarking.md)")
      ->required();
  app.add_flag("--check", options.check, "check the file; start nothing");
  app.add_flag("--describe", options.describe,
               "print what a report needs of the file; start nothing");
  app.add_flag("--quick", options.quick,
               "trials of a second: shows that it all works, claims nothing");
  app.add_option("--tests", options.tests,
                 "these instead of those of the file, with commas between")
      ->delimiter(',');
  app.add_option("--sizes", options.sizes,
                 "frame sizes instead of those of the file, with commas between")
      ->delimiter(',');
  app.add_option("--seconds", options.seconds, "of a trial instead of those of the file")
      ->check(CLI::Range(1, 86400));
  app.set_version_flag("--version", "rfc2544_tester " BULKHEAD_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kUsage;
  }
  return start(options);
}
