// SPDX-License-Identifier: Apache-2.0
#include "support/measure.h"

#include <algorithm>
#include <ctime>

#include "support/pace.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kMaxSlices = 1u << 20;

uint64_t nanoseconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

double quantile(const std::vector<float>& sorted, double q) {
  if (sorted.empty()) return 0;
  return static_cast<double>(
      sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1))]);
}

}  // namespace

void Report::claim(bool holds, const std::string& what) {
  if (holds || !valid) return;
  valid = false;
  why_void = what;
}

void print(const Report& r, std::FILE* out) {
  std::fprintf(
      out,
      "{\"name\": \"%s\", \"valid\": %s, \"why_void\": \"%s\", \"packets\": %llu, "
      "\"seconds\": %.6f, \"cpu_share\": %.4f, \"tsc_hz\": %.0f, \"mpps\": %.4f, "
      "\"cycles_median\": %.2f, \"cycles_p10\": %.2f, \"cycles_p90\": %.2f, \"pace\": %.3f",
      r.name.c_str(), r.valid ? "true" : "false", r.why_void.c_str(),
      static_cast<unsigned long long>(r.packets), r.seconds, r.cpu_share, r.tsc_hz, r.mpps,
      r.cycles_median, r.cycles_p10, r.cycles_p90, r.pace);
  for (const auto& [key, value] : r.extra) std::fprintf(out, ", \"%s\": %.10g", key.c_str(), value);
  if (!r.cdf.empty()) {
    const char* between = ", \"cdf\": [";
    for (const auto& [value, fraction] : r.cdf) {
      std::fprintf(out, "%s[%.1f, %.10g]", between, value, fraction);
      between = ", ";
    }
    std::fprintf(out, "]");
  }
  std::fprintf(out, "}\n");
}

Meter::Meter(uint64_t slice_packets) : slice_packets_(slice_packets) {
  cycles_.reserve(kMaxSlices);
}

void Meter::start(double seconds) {
  in_slice_ = packets_ = own_cycles_ = 0;
  all_own_cycles_ = 0;
  cycles_.clear();
  done_ = false;
  wall_start_ns_ = nanoseconds(CLOCK_MONOTONIC);
  cpu_start_ns_ = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  until_ns_ = wall_start_ns_ + static_cast<uint64_t>(seconds * 1e9);
  first_ = slice_start_ = __rdtsc();
}

// Also called for every empty poll, so that a source that gives nothing cannot hang the run.
void Meter::close_slice() noexcept {
  if (in_slice_ >= slice_packets_) {
    const uint64_t now = __rdtsc();
    const uint64_t cycles = own_cycles_ != 0 ? own_cycles_ : now - slice_start_;
    if (cycles_.size() < cycles_.capacity())
      cycles_.push_back(static_cast<float>(cycles) / static_cast<float>(in_slice_));
    slice_start_ = now;
    all_own_cycles_ += static_cast<double>(own_cycles_);
    own_cycles_ = 0;
    packets_ += in_slice_;
    in_slice_ = 0;
  }
  wall_end_ns_ = nanoseconds(CLOCK_MONOTONIC);
  done_ = wall_end_ns_ >= until_ns_;
}

void Meter::finish(Report& report) {
  packets_ += in_slice_;
  all_own_cycles_ += static_cast<double>(own_cycles_);
  in_slice_ = own_cycles_ = 0;
  const uint64_t tsc = __rdtsc() - first_;
  const uint64_t wall = nanoseconds(CLOCK_MONOTONIC) - wall_start_ns_;
  const uint64_t cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu_start_ns_;
  report.packets = packets_;
  report.seconds = static_cast<double>(wall) / 1e9;
  report.cpu_share = static_cast<double>(cpu) / static_cast<double>(wall);
  report.tsc_hz = static_cast<double>(tsc) / report.seconds;
  report.mpps = static_cast<double>(packets_) / report.seconds / 1e6;
  std::sort(cycles_.begin(), cycles_.end());
  report.cycles_median = quantile(cycles_, 0.5);
  report.cycles_p10 = quantile(cycles_, 0.1);
  report.cycles_p90 = quantile(cycles_, 0.9);
  report.pace = pace();
}

}  // namespace bulkhead::bench
