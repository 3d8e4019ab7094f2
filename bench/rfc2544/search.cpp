// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/search.h"

#include <algorithm>

namespace bulkhead::bench {
namespace {

// The loads between which the answer lies.
struct Span {
  double low, high;
  Found found{};

  // False: nothing was lost, but less was offered than asked for.
  bool take(double asked, const Tried& tried) {
    ++found.trials;
    if (!tried.lossless) {
      high = asked;
      return true;
    }
    found.load = std::max(found.load, tried.offered);
    low = std::max(low, asked);
    found.limited_by_tester = tried.offered < kOffered * asked;
    return !found.limited_by_tester;
  }
};

}  // namespace

Found search(const SearchRule& rule, const std::function<Tried(double load)>& trial) {
  Span span{rule.lowest, rule.highest};
  const auto go_on = [&](double load) {
    for (unsigned i = 0; i < kAgain; ++i)
      if (span.take(load, trial(load))) return true;
    return span.take(load, trial(load));
  };
  if (!go_on(rule.highest) || span.found.load > 0) return span.found;
  while (span.high - span.low > rule.resolution * span.high)
    if (!go_on((span.low + span.high) / 2)) return span.found;
  // Nothing passed: the lower end itself has not been tried yet.
  if (span.found.load == 0) go_on(rule.lowest);
  return span.found;
}

}  // namespace bulkhead::bench
