// SPDX-License-Identifier: Apache-2.0
// What a packet costs by size of the policy: established flows and flows that open, encrypt
// direction, opaque UDP of 64 bytes over memory ports, one relationship per cell.
//
//   policy_packets [--seconds S] [--rounds N] [--relationships 10,1000,10000,100000]
//
// The sizes take turns in every round, so that what the machine does meanwhile meets all of them. A
// JSON line per size and kind: the median of the rounds, "ratio" to the first size in the same
// round; for opening flows the decide stage by itself, for established ones every stage in the last
// round. Void unless every frame came out at the other end.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/pair.h"
#include "support/arguments.h"

namespace {

using namespace bulkhead;
using bench::Meter, bench::Pair, bench::Plant, bench::Report, bench::StageWatch;

constexpr uint32_t kBatch = dataplane::Burst::kCapacity;
constexpr uint32_t kEstablished = 256;
constexpr uint32_t kClients = 64;    // that have established flows, in every size
constexpr uint32_t kMostOpened = 3;  // rounds of opening flows: each makes its gateways anew
constexpr uint32_t kOpening = 8192;  // of one gateway that begins with no flow

// Everything for one size that is not measured.
struct Size {
  explicit Size(uint32_t relationships) : plant({kOpening, relationships, 1}) {
    for (uint32_t f = 0; f < kOpening; ++f)
      frames.push_back(plant.frame(f, 64, bench::Transport::kUdp));
    for (uint32_t f = 0; f < kEstablished; ++f)
      again.push_back(
          plant.frame(f % kClients + f / kClients * plant.devices(), 64, bench::Transport::kUdp));
  }
  Plant plant;
  std::vector<test::Bytes> frames;  // one per opening flow
  std::vector<test::Bytes> again;   // one per established flow
  std::unique_ptr<Pair> standing;   // in which kEstablished flows are open
  uint64_t sent = 0, reached = 0;
  std::vector<double> established, opening, deciding;  // cycles per packet, by round
  std::vector<std::pair<std::string, double>> stages;  // of established flows, in the last round
  std::string broken;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void established(Size& size, double seconds) {
  Meter meter(uint64_t{4} * kBatch);
  uint32_t at = 0;
  Pair& pair = *size.standing;
  StageWatch watch(pair.a(), false);
  watch.start();
  meter.start(seconds);
  while (!meter.done()) {
    for (uint32_t i = 0; i < kBatch; ++i, at = (at + 1) % kEstablished)
      size.sent += pair.from_client(size.again[at]) ? 1 : 0;
    meter.add(kBatch, pair.poll_a());
    watch.look();
    pair.poll_b();
    size.reached += pair.reached_servers();
  }
  for (int i = 0; i < 4; ++i) {  // a burst has no room for a keepalive that came with it
    pair.poll_b();
    size.reached += pair.reached_servers();
  }
  Report report;
  meter.finish(report);
  watch.report_to(report);
  size.stages = report.extra;
  size.established.push_back(report.cycles_median);
  // A gateway that stood idle asks its neighbours for their addresses: those come out there too.
  if (size.reached < size.sent)
    size.broken = "frames were lost: " + pair.a().drops_text() + ' ' + pair.b().drops_text();
  if (pair.a().counters().flows_live.load() != kEstablished)
    size.broken = "other flows than expected";
}

void opening(Size& size) {
  Pair pair(size.plant);
  StageWatch watch(pair.a(), false);
  std::vector<double> cycles;
  size_t reached = 0;
  watch.start();
  for (uint32_t f = 0; f < kOpening; f += kBatch) {
    for (uint32_t i = 0; i < kBatch; ++i) pair.from_client(size.frames[f + i]);
    cycles.push_back(static_cast<double>(pair.poll_a()) / kBatch);
    watch.look();
    pair.poll_b();
    reached += pair.reached_servers();
  }
  size.opening.push_back(median(cycles));
  Report stages;
  watch.report_to(stages);
  for (const auto& [key, value] : stages.extra) {
    if (key == "stage_decide") size.deciding.push_back(value);
  }
  if (reached < kOpening)
    size.broken = "new flows were lost: " + pair.a().drops_text() + ' ' + pair.b().drops_text();
  if (pair.a().counters().flows_live.load() != kOpening) size.broken = "not every flow was new";
}

std::vector<double> ratios(const std::vector<double>& values, const std::vector<double>& first) {
  std::vector<double> out;
  for (size_t i = 0; i < values.size(); ++i) out.push_back(values[i] / first[i]);
  return out;
}

void print(const Size& size, const char* kind, const std::vector<double>& cycles,
           const std::vector<double>& first, uint32_t flows) {
  Report report;
  report.name = std::string("64B-1w-encrypt-udp-") + kind + "-" + std::to_string(flows) +
                "_flows-" + std::to_string(size.plant.size().relationships) + "_rel-memory";
  report.claim(size.broken.empty(), size.broken);
  report.cycles_median = median(cycles);
  report.extra.emplace_back("relationships", size.plant.size().relationships);
  report.extra.emplace_back("ratio", median(ratios(cycles, first)));
  if (flows == kEstablished)
    report.extra.insert(report.extra.end(), size.stages.begin(), size.stages.end());
  if (flows == kOpening && !size.deciding.empty())
    report.extra.emplace_back("stage_decide", median(size.deciding));
  bench::print(report);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv, {{"seconds", "0.3"}, {"rounds", "7"}, {"relationships", "10,1000,10000,100000"}},
      "usage: policy_packets [--seconds S] [--rounds N] [--relationships N,N,...]\n");
  std::vector<std::unique_ptr<Size>> sizes;
  const std::string& list = arguments.text("relationships");
  for (const char* at = list.data(); at < list.data() + list.size(); ++at) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(at, list.data() + list.size(), number);
    if (error != std::errc{} || number == 0 || number > 400'000)
      arguments.fail("--relationships is a list of numbers from 1 to 400000");
    at = end;
    sizes.push_back(std::make_unique<Size>(number));
  }
  // The largest first, which takes seconds: peers that wait so long are given up.
  for (auto at = sizes.rbegin(); at != sizes.rend(); ++at)
    (*at)->standing = std::make_unique<Pair>((*at)->plant);
  for (auto& size : sizes) established(*size, arguments.real("seconds") / 5);
  for (auto& size : sizes) size->established.clear();
  for (uint32_t round = 0; round < arguments.number("rounds", 1, 100); ++round) {
    for (auto& size : sizes) established(*size, arguments.real("seconds"));
  }
  // After those: making a gateway takes so long that peers that wait for their turn are given up.
  for (uint32_t round = 0; round < std::min(arguments.number("rounds", 1, 100), kMostOpened);
       ++round) {
    for (auto& size : sizes) opening(*size);
  }
  bool valid = true;
  for (const auto& size : sizes) {
    print(*size, "established", size->established, sizes.front()->established, kEstablished);
    print(*size, "opening", size->opening, sizes.front()->opening, kOpening);
    valid &= size->broken.empty();
  }
  return valid ? 0 : 1;
}
