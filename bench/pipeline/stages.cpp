// SPDX-License-Identifier: Apache-2.0
// Cycles per packet by stage, without receiving and sending: the product's workers over memory
// ports, both directions; opaque UDP of every size of RFC 2544 and IMIX, inspected Modbus/TCP, and
// a mix of seven inspected OT protocols; few and many flows and relationships.
//
//   pipeline_bench [--seconds S] [--only udp-256_flows-10_rel]   a JSON line per variant, direction
//
// --only: part of a name, as they are printed. Only the polls are timed, not the ends that make and
// take the frames. "ceiling": the least program that could encrypt these frames. A figure is void
// unless every frame sent at one end came out at the other, decided and (Modbus, OT) inspected on
// its way; then the exit status is 1. What rx and tx of a real port cost is not in here
// (bench_encrypt).
#include <cstdio>
#include <string>
#include <vector>

#include "gen/ot_mix.h"
#include "pipeline/runs.h"
#include "support/arguments.h"

namespace {

using namespace bulkhead;
using bench::FrameMix, bench::Plant, bench::PlantSize;

constexpr PlantSize kSizes[] = {{256, 10}, {10'000, 10}, {256, 1000}, {10'000, 1000}};
// Those in which frames of every size are sent; in the others they have 64 bytes.
constexpr PlantSize kEverySize[] = {{256, 10}, {10'000, 1000}};

// Are both directions of that name wanted, or one of them? Both come out of one run.
class Wanted {
 public:
  explicit Wanted(std::string part) : part_(std::move(part)) {}
  [[nodiscard]] bool operator()(const std::string& frames, const std::string& traffic,
                                const PlantSize& size) const {
    return named(frames, "encrypt-" + traffic, size) || named(frames, "decrypt-" + traffic, size);
  }
  [[nodiscard]] bool named(const std::string& frames, const std::string& what,
                           const PlantSize& size) const {
    const std::string name = frames + "-1w-" + what + "-" + bench::name_of(size) + "-memory";
    return name.find(part_) != std::string::npos;
  }

 private:
  std::string part_;
};

// The longest of the reference figures in bench/report/references.py.
constexpr uint16_t kReference = 1408;

std::vector<FrameMix> mixes_of(const PlantSize& size) {
  std::vector<FrameMix> mixes;
  bool every = false;
  for (const PlantSize& one : kEverySize)
    every |= one.flows == size.flows && one.relationships == size.relationships;
  for (const uint16_t bytes : bench::kRfc2544Bytes)
    if (every || bytes == 64) mixes.emplace_back(bytes);
  if (every) mixes.emplace_back(kReference);
  if (every) mixes.push_back(FrameMix::imix());
  return mixes;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"seconds", "0.5"}, {"only", ""}},
                                   "usage: pipeline_bench [--seconds S] [--only PART-OF-NAME]\n");
  const double seconds = arguments.real("seconds");
  const Wanted wanted(arguments.text("only"));
  bool valid = true, any = false;
  for (const PlantSize& size : kSizes) {
    const Plant plant(size), ot_plant(size, bench::ot_services());
    for (const FrameMix& mix : mixes_of(size))
      if (wanted(mix.name(), "udp", size)) {
        any = true;
        valid &= bench::run_opaque(plant, mix, seconds);
      }
    if (wanted.named("66B", "ceiling-modbus", size)) {
      any = true;
      valid &= bench::run_ceiling(plant, seconds);
    }
    if (wanted("66B", "modbus", size)) {
      any = true;
      valid &= bench::run_modbus(plant, seconds);
    }
    if (wanted("ot", "mixed_ot", size)) {
      any = true;
      valid &= bench::run_mixed_ot(ot_plant, seconds);
    }
  }
  if (!any) arguments.fail("--only names none of them");
  return valid ? 0 : 1;
}
