// SPDX-License-Identifier: Apache-2.0
// The binary search of RFC 2544 26.1 and 26.4: the largest load that a device takes without loss,
// found by trials. What a load is (frames a second, frames of a burst) is the caller's.
#pragma once

#include <functional>

namespace bulkhead::bench {

struct SearchRule {
  double highest = 0;  // the first trial
  double lowest = 0;   // loss there: there is no such load
  double resolution =
      0.01;  // ends when the smallest load that failed is above by this part or less
};

// What a trial says.
struct Tried {
  double offered = 0;  // what there really was; may be less than was asked for
  bool lossless = false;
};

struct Found {
  double load = 0;  // the largest offered without loss; 0: none
  // More could not be offered: the device may take more.
  bool limited_by_tester = false;
  unsigned trials = 0;
};

// A trial that offers less than this part of what was asked for shows the tester's limit; or that
// it was disturbed, so it is done again so often.
inline constexpr double kOffered = 0.97;
inline constexpr unsigned kAgain = 2;

Found search(const SearchRule& rule, const std::function<Tried(double load)>& trial);

}  // namespace bulkhead::bench
