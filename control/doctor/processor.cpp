// SPDX-License-Identifier: Apache-2.0
// What the processor can do against what this build needs, and against what makes ESP and
// signatures fast.
#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

struct Feature {
  const char* flag;   // as in /proc/cpuinfo
  bool needed;        // the compiler was told to use it (-march)
  const char* gives;  // what is slow without it; null: nothing to tell
};

#ifdef __AVX2__
constexpr bool kAvx2 = true;
#else
constexpr bool kAvx2 = false;
#endif
#ifdef __BMI2__
constexpr bool kBmi2 = true;
#else
constexpr bool kBmi2 = false;
#endif
#ifdef __FMA__
constexpr bool kFma = true;
#else
constexpr bool kFma = false;
#endif
#ifdef __AVX512F__
constexpr bool kAvx512 = true;
#else
constexpr bool kAvx512 = false;
#endif
#ifdef __AES__
constexpr bool kAes = true;
#else
constexpr bool kAes = false;
#endif

constexpr Feature kFeatures[] = {
    {"avx2", kAvx2, "signatures (Hyperscan)"},
    {"bmi2", kBmi2, nullptr},
    {"fma", kFma, nullptr},
    {"aes", kAes, "ESP: without it encryption takes most of a worker"},
    {"pclmulqdq", false, "ESP: authentication"},
    {"vaes", false, "ESP: several blocks at once"},
    {"avx512f", kAvx512, "ESP and signatures at their fastest"},
};

std::set<std::string> flags_of(const std::string& cpuinfo) {
  std::istringstream lines(cpuinfo);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line.substr(std::min(line.find(':') + 1, line.size())));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

}  // namespace

Findings look_at_processor(const Patient& patient) {
  const auto cpuinfo = patient.machine.text("/proc/cpuinfo");
  const auto flags = flags_of(cpuinfo.value_or(""));
  if (flags.empty()) return {unseen("", "/proc/cpuinfo names no features", "")};
  Findings found;
  for (const Feature& feature : kFeatures) {
    if (flags.contains(feature.flag)) continue;
    if (feature.needed)
      found.push_back(bad(feature.flag, "this build needs it, and the processor does not have it",
                          "build with -Dmarch=x86-64-v2, or for this machine with -Dmarch=native"));
    else if (feature.gives != nullptr)
      found.push_back(warn(feature.flag, std::string("missing, slower for it: ") + feature.gives,
                           "measure before use (docs/benchmarking.md), or take another processor"));
  }
  if (found.empty()) found.push_back(ok("", "has all that this build needs and can use"));
  return found;
}

}  // namespace bulkhead::doctor
