// SPDX-License-Identifier: Apache-2.0
// How long a revoked permission lives on. One worker under full load with thousands of established
// flows; again and again one relationship loses its permission, and the question is when the last
// packet of its flows came out.
//
//   publish   a new generation of policy without it
//   lock      an overlay that locks it
//   expiry    a grant that ends by the clock, with nobody to tell the worker
//   posture   a fact about its clients that runs out, in the same way
//   schedule  a schedule that closes: all at once, at the next minute
//
//   policy_cut [--kinds publish,lock,...] [--flows 10000] [--cells 500] [--gap-ms 10] [--p99-us
//   1000]
//
// --p99-us 0: how fast it was is not looked at. Exit status 1 unless nothing of the others was
// lost.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>

#include "cut/station.h"
#include "overlay/codec.h"
#include "policy/schedule.h"
#include "support/arguments.h"
#include "support/measure.h"

namespace {

using namespace bulkhead;
using namespace std::chrono_literals;
using bench::Plant, bench::Report, bench::Station;

struct Wanted {
  uint32_t cells = 0;  // that lose their permission; as many again keep it
  std::chrono::milliseconds gap{10};
  double p99_us = 0;
};

// The plant's policy with both ends of every flow at one gateway, and no Modbus.
policy::Policy local_policy(const Plant& plant) {
  policy::Policy policy = plant.policy();
  for (auto& identity : policy.identities) identity.bind->gateway = bench::kOwnGateway;
  for (auto& relationship : policy.relationships) relationship.services.resize(1);
  return policy;
}

std::string name_of_cell(uint32_t cell) {
  return "cell-" + std::to_string(cell);
}

void remove(policy::Policy& policy, uint32_t cell) {
  std::erase_if(policy.relationships, [&](const auto& r) { return r.name == name_of_cell(cell); });
}

policy::Relationship& relationship_of(policy::Policy& policy, uint32_t cell) {
  return *std::ranges::find(policy.relationships, name_of_cell(cell), &policy::Relationship::name);
}

// What is to end, at that moment of the wall clock.
using EndAt = std::function<void(policy::Policy&, overlay::Overlay&, uint32_t cell, int64_t)>;

void grant_until(policy::Policy& policy, overlay::Overlay&, uint32_t cell, int64_t wall_ns) {
  policy::Relationship& relationship = relationship_of(policy, cell);
  relationship.is_grant = true;
  relationship.subject = "bench";
  relationship.until_wall_ns = wall_ns;
}

void patched_until(policy::Policy& policy, overlay::Overlay& overlay, uint32_t cell,
                   int64_t wall_ns) {
  relationship_of(policy, cell).posture = {"patched"};
  for (const auto& identity : policy.identities)
    if (identity.labels.at("role") == "client" &&
        identity.labels.at("cell") == std::to_string(cell))
      overlay.facts.push_back({identity.name, "patched", wall_ns});
}

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kMinute = 60'000 * kMs;

// From an hour before; a schedule knows minutes.
void open_until(policy::Policy& policy, overlay::Overlay&, uint32_t cell, int64_t wall_ns) {
  const auto clock_text = [](int64_t minute) {
    char text[8];
    std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(minute / 60 % 24),
                  static_cast<int>(minute % 60));
    return std::string(text);
  };
  const int64_t end = wall_ns / kMinute;
  auto schedule =
      policy::parse_schedule("daily " + clock_text(end - 60) + '-' + clock_text(end) + " UTC");
  relationship_of(policy, cell).schedules = {std::move(schedule).value()};
}

void report_times(Report& report, const std::string& name, std::vector<int64_t> values) {
  if (values.empty()) return;
  std::ranges::sort(values);
  const auto at = [&](double q) {
    const auto i = static_cast<size_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    return static_cast<double>(values[i]) / 1e3;
  };
  report.extra.emplace_back(name + "_p50_us", at(0.5));
  report.extra.emplace_back(name + "_p99_us", at(0.99));
  report.extra.emplace_back(name + "_p99.9_us", at(0.999));
  report.extra.emplace_back(name + "_max_us", at(1.0));
}

void look_at_p99(Report& report, const Wanted& wanted, const std::string& name) {
  if (wanted.p99_us == 0) return;
  for (const auto& [key, value] : report.extra)
    if (key == name + "_p99_us")
      report.claim(value <= wanted.p99_us, name + ": p99 is " + std::to_string(value) + " us");
}

// Every flow is open and has been seen to pass.
void establish(Report& report, Station& station, const Plant& plant) {
  station.run();
  station.line().open(true);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (station.counters().flows_created.load() < plant.size().flows &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(1ms);
  report.claim(station.counters().flows_created.load() == plant.size().flows,
               "not all flows were established");
}

// What a cell was offered came out, but for what its lost permission took; no other reason took
// any.
void claim_others_whole(Report& report, Station& station, const Plant& plant, uint32_t cut,
                        DropReason reason) {
  uint64_t lost_of_cut = 0, lost_of_others = 0, passed = 0;
  for (uint32_t c = 0; c < plant.size().relationships; ++c) {
    const auto& cell = station.line().cell(c);
    (c < cut ? lost_of_cut : lost_of_others) += cell.offered.load() - cell.passed.load();
    passed += cell.passed.load();
  }
  uint64_t dropped = 0;
  for (const auto& count : station.counters().drops) dropped += count.load();
  const uint64_t of_cut = station.drops(reason) + station.drops(DropReason::kFlowCut);
  report.packets += passed;
  report.claim(lost_of_others == 0, "flows that kept their permission lost " +
                                        std::to_string(lost_of_others) + " packets");
  report.claim(dropped == of_cut, "something was dropped for another reason");
  report.claim(lost_of_cut == of_cut, "offered packets are neither passed nor counted as dropped");
  report.claim(station.counters().flows_cut.load() > 0, "no flow was cut");
  report.extra.emplace_back(std::string(to_string(reason)) + "_dropped",
                            static_cast<double>(of_cut));
  report.extra.emplace_back(std::string(to_string(reason)) + "_others_lost",
                            static_cast<double>(lost_of_others));
}

// Each one by something that is published.
void by_publication(Report& report, const Plant& plant, const Wanted& wanted, bool lock) {
  policy::Policy policy = local_policy(plant);
  overlay::Overlay overlay;
  Station station(plant);
  (void)station.enforce(policy);
  establish(report, station, plant);
  std::vector<int64_t> lived, obeyed;
  for (uint32_t c = 0; c < wanted.cells; ++c) {
    if (lock)
      overlay.locks.push_back({overlay::LockTarget::kRelationship, name_of_cell(c)});
    else
      remove(policy, c);
    const auto published = lock ? station.obey(overlay) : station.enforce(policy);
    std::this_thread::sleep_for(wanted.gap);
    const uint64_t last = station.line().cell(c).last_steady_ns.load();
    lived.push_back(
        last > published.at_steady_ns ? static_cast<int64_t>(last - published.at_steady_ns) : 0);
    obeyed.push_back(static_cast<int64_t>(published.obeyed_ns));
  }
  station.rest();
  const std::string name = lock ? "lock" : "publish";
  report_times(report, name + "_to_last_passed", std::move(lived));
  report_times(report, name + "_to_obeyed", std::move(obeyed));
  look_at_p99(report, wanted, name + "_to_last_passed");
  claim_others_whole(report, station, plant, wanted.cells,
                     lock ? DropReason::kLocked : DropReason::kNoRelationship);
}

struct ByClock {
  std::string name;
  EndAt end_at;
  DropReason reason = DropReason::kNone;
  bool on_the_minute = false;
};

// When each of them ends: one after the other and not in step with anything, or all at once.
std::vector<int64_t> ends_of(const ByClock& kind, const Wanted& wanted, int64_t now) {
  const int64_t first = now + 3000 * kMs;
  std::vector<int64_t> ends(wanted.cells);
  for (uint32_t c = 0; c < wanted.cells; ++c)
    ends[c] = kind.on_the_minute ? (first / kMinute + 1) * kMinute
                                 : first + c * wanted.gap.count() * kMs + c * 37'000;
  return ends;
}

void by_clock(Report& report, const Plant& plant, const Wanted& wanted, const ByClock& kind) {
  policy::Policy policy = local_policy(plant);
  overlay::Overlay overlay;
  Station station(plant);
  const auto ends = ends_of(kind, wanted, station.clock().now().wall_ns);
  for (uint32_t c = 0; c < wanted.cells; ++c) kind.end_at(policy, overlay, c, ends[c]);
  overlay::normalise(overlay);
  (void)station.enforce(policy);
  (void)station.obey(overlay);
  establish(report, station, plant);
  report.claim(station.clock().now().wall_ns < ends.front(), "the flows were established too late");
  while (station.clock().now().wall_ns < ends.back() + 100 * kMs) std::this_thread::sleep_for(1ms);
  station.rest();
  std::vector<int64_t> lived;
  for (uint32_t c = 0; c < wanted.cells; ++c)
    lived.push_back(std::max<int64_t>(0, station.line().cell(c).last_wall_ns.load() - ends[c]));
  report_times(report, kind.name + "_to_last_passed", std::move(lived));
  look_at_p99(report, wanted, kind.name + "_to_last_passed");
  claim_others_whole(report, station, plant, wanted.cells, kind.reason);
}

const ByClock kByClock[] = {
    {"expiry", grant_until, DropReason::kExpired, false},
    {"posture", patched_until, DropReason::kPosture, false},
    {"schedule", open_until, DropReason::kOutsideSchedule, true},
};

void run(Report& report, const Plant& plant, const Wanted& wanted, const std::string& kinds) {
  const auto wants = [&](const std::string& kind) {
    return (',' + kinds + ',').find(',' + kind + ',') != std::string::npos;
  };
  if (wants("publish")) by_publication(report, plant, wanted, false);
  if (wants("lock")) by_publication(report, plant, wanted, true);
  for (const ByClock& kind : kByClock)
    if (wants(kind.name)) by_clock(report, plant, wanted, kind);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv,
      {{"kinds", "publish,lock,expiry,posture,schedule"},
       {"flows", "10000"},
       {"cells", "500"},
       {"gap-ms", "10"},
       {"p99-us", "1000"}},
      "usage: policy_cut [--kinds publish,lock,expiry,posture,schedule] [--flows N] [--cells N]\n"
      "                  [--gap-ms MS] [--p99-us US]\n");
  Wanted wanted;
  wanted.cells = arguments.number("cells", 1, 4000);
  wanted.gap = std::chrono::milliseconds(arguments.number("gap-ms", 1, 1000));
  wanted.p99_us = arguments.real("p99-us");
  const Plant plant({.flows = arguments.number("flows", 2 * wanted.cells, 60'000),
                     .relationships = 2 * wanted.cells});
  Report report;
  report.name = "64B-1w-cut-" + std::to_string(wanted.cells) + "_times-udp-" +
                bench::name_of(plant.size()) + "-memory";
  const auto start = std::chrono::steady_clock::now();
  run(report, plant, wanted, arguments.text("kinds"));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.mpps = static_cast<double>(report.packets) / report.seconds / 1e6;
  report.claim(report.packets > 0, "--kinds names none that is known");
  bench::print(report);
  return report.valid ? 0 : 1;
}
