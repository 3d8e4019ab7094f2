// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/procedures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rfc2544/silence.h"

namespace bulkhead::bench {
namespace {

constexpr double kFcs = 4, kPreamble = 8, kGap = 12;  // bytes, IEEE 802.3
constexpr std::pair<const char*, double> kPercentiles[] = {
    {"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}};
// RFC 2544 26.5: overload, and what is left of it afterwards.
constexpr double kOverload = 1.1, kRelief = 0.5;
// Trials that a search is expected to take, and rates that the loss curve is.
constexpr double kSearchTrials = 11, kLossTrials = 10;

std::string rate_text(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.3f} M frames/s", per_second / 1e6);
  if (per_second >= 1e4) return fmt::format("{:.1f} k frames/s", per_second / 1e3);
  return fmt::format("{:.0f} frames/s", per_second);
}

}  // namespace

double line_rate(double mbit_per_second, const FrameMix& mix) noexcept {
  return mbit_per_second * 1e6 / 8 / (mix.mean() + kFcs + kPreamble + kGap);
}

Procedures::Procedures(const TesterConfig& config, const FrameSize& size, double link_mbps,
                       double hz, const Actions& actions)
    : config_(config), size_(size), link_mbps_(link_mbps), hz_(hz), actions_(actions) {
  const double line = link_mbps > 0 ? line_rate(link_mbps, size.mix) : HUGE_VAL;
  const double limit = config.highest_per_second > 0 ? config.highest_per_second : HUGE_VAL;
  highest_ = std::min(line, limit);
}

double Procedures::expected_seconds(const TesterConfig& c) {
  const double around = c.wait_ms / 1e3 + c.rest_ms / 1e3 + 0.3 + c.flows / 10e3;
  const double trial = c.seconds + around;
  double all = 1 + around;  // the probe
  if (c.tests.throughput) all += kSearchTrials * trial;
  if (c.tests.latency) all += static_cast<double>(c.latency_loads.size()) * trial;
  if (c.tests.loss) all += kLossTrials * trial;
  if (c.tests.back_to_back)
    all += c.back_to_back_repeats * kSearchTrials * (c.back_to_back_ms / 2e3 + around);
  if (c.tests.recovery) all += c.recovery_seconds + trial;
  return all;
}

Figure Procedures::figure(const std::string& test, const std::string& what,
                          const std::string& unit) {
  odd_ = {};
  Figure f;
  f.name = size_.name + " " + what;
  f.test = test;
  f.size = size_.name;
  f.unit = unit;
  return f;
}

void Procedures::count_oddities(const TrialResult& r) noexcept {
  odd_.overrun += r.overrun;
  odd_.duplicates += r.duplicates;
  odd_.damaged += r.damaged;
  odd_.prohibited += r.out.prohibited;
}

void Procedures::tell(Figure figure) const {
  const auto mention = [&](uint64_t frames, const char* what) {
    if (frames > 0) figure.mention(fmt::format("{} frames {}", frames, what));
  };
  mention(odd_.overrun, "lost in the tester's own port, not on the way");
  mention(odd_.duplicates, "came twice");
  mention(odd_.damaged, "came damaged");
  mention(odd_.prohibited, "refused by ICMP");
  actions_.tell(figure);
}

Status Procedures::probe() {
  const double rate = std::min<double>(config_.lowest_per_second, highest_);
  auto result = actions_.run("does anything come back?",
                             {{{.per_second = rate, .seconds = 1}}, wait_seconds()});
  if (!result) return std::move(result).error();
  if (result->received > 0) return {};
  return Error{ErrorCode::kUnavailable, silence_text(config_, size_, rate, *result)};
}

Status Procedures::run() {
  struct Row {
    bool Tests::*wanted;
    Status (Procedures::*test)();
  };
  constexpr Row kRows[] = {{&Tests::throughput, &Procedures::throughput},
                           {&Tests::latency, &Procedures::latency},
                           {&Tests::loss, &Procedures::loss},
                           {&Tests::back_to_back, &Procedures::back_to_back},
                           {&Tests::recovery, &Procedures::recovery}};
  for (const Row& row : kRows)
    if (config_.tests.*row.wanted)
      if (Status done = (this->*row.test)(); !done) return done;
  return {};
}

Result<TrialResult> Procedures::trial(const std::string& label, double per_second, Figure& into) {
  auto result =
      actions_.run(fmt::format("{}, {}", label, rate_text(per_second)),
                   {{{.per_second = per_second, .seconds = static_cast<double>(config_.seconds)}},
                    wait_seconds()});
  if (!result) return result;
  into.trials.push_back(note_of(per_second, *result));
  count_oddities(*result);
  return result;
}

// The search knows no errors; the first one ends it with what is as good as an answer.
Result<Found> Procedures::search_load(const SearchRule& rule, Figure& into,
                                      const std::function<Result<Tried>(double)>& one) {
  std::optional<Error> broken;
  const Found found = search(rule, [&](double load) -> Tried {
    if (broken) return {load, true};
    auto tried = one(load);
    if (tried) return *tried;
    broken = std::move(tried).error();
    return {load, true};
  });
  if (broken) return std::move(*broken);
  if (found.limited_by_tester)
    into.mention("the tester could not offer more: the device may take it");
  if (found.load == 0) into.mention("frames were lost at the lowest load, too");
  return found;
}

// RFC 2544 26.1.
Status Procedures::throughput() {
  Figure f = figure("throughput", "throughput", "frames/s");
  const SearchRule rule{highest_, std::min<double>(config_.lowest_per_second, highest_),
                        config_.resolution_percent / 100.0};
  auto found = search_load(rule, f, [&](double rate) -> Result<Tried> {
    auto r = trial("throughput", rate, f);
    if (!r) return std::move(r).error();
    return Tried{r->offered_per_second(), r->lost() == 0};
  });
  if (!found) return std::move(found).error();
  throughput_ = *found;
  f.value = found->load;
  if (link_mbps_ > 0) {
    f.ratio = found->load / line_rate(link_mbps_, size_.mix);
    f.against = fmt::format("the line rate at {:.0f} Mbit/s", link_mbps_);
  }
  // Of the frames with FCS, without preamble and gap.
  f.extra.emplace_back("mbit_per_s", found->load * (size_.mix.mean() + kFcs) * 8 / 1e6);
  f.extra.emplace_back("limited_by_tester", found->limited_by_tester ? 1 : 0);
  tell(f);
  return {};
}

// RFC 2544 26.2, but of every frame instead of a tagged one.
Status Procedures::latency() {
  for (const uint32_t percent : config_.latency_loads)
    if (Status done = latency_at(percent); !done) return done;
  return {};
}

Status Procedures::latency_at(uint32_t percent) {
  const std::string what = fmt::format("latency at {} %", percent);
  Figure common = figure("latency", what, "us");
  const auto us = [&](uint64_t ticks) { return static_cast<double>(ticks) / hz_ * 1e6; };
  std::optional<TrialResult> result;
  if (throughput_.load > 0) {
    auto r = trial(what, throughput_.load * percent / 100, common);
    if (!r) return std::move(r).error();
    result = std::move(r).value();
    if (result->lost() > 0) common.mention(fmt::format("{} frames lost", result->lost()));
    common.extra.emplace_back("max_us", us(result->ticks.max()));
    common.extra.emplace_back("lost", static_cast<double>(result->lost()));
    common.extra.emplace_back("reordered", static_cast<double>(result->reordered));
  } else {
    common.mention("there is no throughput of which this would be a part");
  }
  for (const auto& [name, fraction] : kPercentiles) {
    Figure f = common;
    f.name += fmt::format(", {}", name);
    if (result && result->received > 0) f.value = us(result->ticks.percentile(fraction));
    if (result && fraction == 0.5)
      for (const auto& [ticks, part] : result->ticks.cdf())
        f.cdf.emplace_back(1e3 * us(ticks), part);
    tell(f);
  }
  return {};
}

// RFC 2544 26.3: from the highest rate down in tenths, until two rates in a row lose nothing.
Status Procedures::loss() {
  unsigned clean = 0;
  for (unsigned percent = 100; percent >= 10 && clean < 2; percent -= 10) {
    Figure f = figure("loss", fmt::format("loss at {} % of the highest rate", percent), "%");
    const double asked = highest_ * percent / 100;
    auto r = trial("loss", asked, f);
    if (!r) return std::move(r).error();
    f.value = 100 * r->loss();
    f.extra.emplace_back("offered_per_s", r->offered_per_second());
    f.extra.emplace_back("lost", static_cast<double>(r->lost()));
    if (r->offered_per_second() < kOffered * asked)
      f.mention(fmt::format("only {} were offered", rate_text(r->offered_per_second())));
    clean = r->lost() == 0 ? clean + 1 : 0;
    tell(f);
  }
  return {};
}

// RFC 2544 26.4: the longest burst at the highest rate that loses nothing, on average.
Status Procedures::back_to_back() {
  Figure f = figure("back_to_back", "back-to-back", "frames");
  const double longest = std::floor(highest_ * config_.back_to_back_ms / 1e3);
  double sum = 0;
  for (uint32_t i = 0; i < config_.back_to_back_repeats; ++i) {
    double slowest = 1;
    auto found = search_load(
        {std::max(longest, 2.0), 1, config_.resolution_percent / 100.0}, f,
        [&](double frames) -> Result<Tried> {
          const auto count = static_cast<uint64_t>(frames);
          auto r = actions_.run(
              fmt::format("back-to-back {} of {}, {} frames", i + 1, config_.back_to_back_repeats,
                          count),
              {{{.per_second = highest_, .seconds = 10 * frames / highest_ + 1, .frames = count}},
               wait_seconds()});
          if (!r) return std::move(r).error();
          count_oddities(*r);
          slowest = std::min(slowest, r->offered_per_second() / highest_);
          return Tried{r->offered == count ? frames : static_cast<double>(r->offered),
                       r->lost() == 0};
        });
    if (!found) return std::move(found).error();
    if (slowest < kOffered)
      f.mention(fmt::format("bursts left at {:.0f} % of the highest rate", 100 * slowest));
    f.samples.push_back(std::floor(found->load));
    sum += std::floor(found->load);
  }
  f.value = sum / config_.back_to_back_repeats;
  tell(f);
  return {};
}

// RFC 2544 26.5: how long frames are still lost after an overload has ended.
Status Procedures::recovery() {
  Figure f = figure("recovery", "recovery from overload", "ms");
  const double overload = std::min(kOverload * throughput_.load, highest_);
  if (throughput_.load == 0 || overload < throughput_.load / kOffered) {
    f.mention(throughput_.load == 0 ? "there is no throughput to exceed"
                                    : "the highest rate is no overload");
    tell(f);
    return {};
  }
  auto r = actions_.run(
      fmt::format("recovery from {}", rate_text(overload)),
      {{{.per_second = overload, .seconds = static_cast<double>(config_.recovery_seconds)},
        {.per_second = kRelief * overload, .seconds = static_cast<double>(config_.seconds)}},
       wait_seconds()});
  if (!r) return std::move(r).error();
  count_oddities(*r);
  f.value = 1e3 * r->last_loss.value_or(0);
  f.extra.emplace_back("lost", static_cast<double>(r->lost()));
  if (r->lost() == 0) f.mention("nothing was lost in the overload either");
  tell(f);
  return {};
}

}  // namespace bulkhead::bench
