// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/search.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace bulkhead::bench {
namespace {

// A device that loses nothing up to a load, and something above; a tester that offers so much.
struct Device {
  double limit;
  double tester = 1e12;
  std::vector<double> asked = {};

  Tried operator()(double load) {
    asked.push_back(load);
    const double offered = std::min(load, tester);
    return {offered, offered <= limit};
  }
};

Found find(Device& device, SearchRule rule) {
  return search(rule, [&](double load) { return device(load); });
}

}  // namespace

TEST_CASE("search: a device that takes the highest load needs one trial", "[rfc2544][search]") {
  Device device{2000};
  const Found found = find(device, {.highest = 1000, .lowest = 1});
  CHECK(found.load == 1000);
  CHECK(found.trials == 1);
  CHECK_FALSE(found.limited_by_tester);
}

TEST_CASE("search: what is found loses nothing, and is within the resolution of the truth",
          "[rfc2544][search]") {
  for (const double limit : {1.5, 10.0, 333.0, 12345.0, 999'999.0}) {
    Device device{limit};
    const Found found = find(device, {.highest = 1e6, .lowest = 1, .resolution = 0.01});
    CHECK(found.load <= limit);
    CHECK(found.load >= limit * 0.98);
    CHECK(found.trials == device.asked.size());
    CHECK(found.trials < 40);
  }
}

TEST_CASE("search: a device that loses frames at the lowest load has none, and that load was tried",
          "[rfc2544][search]") {
  Device device{0};
  const Found found = find(device, {.highest = 1e6, .lowest = 100});
  CHECK(found.load == 0);
  CHECK(device.asked.back() == 100);
}

TEST_CASE("search: a device that only takes the lowest load has that", "[rfc2544][search]") {
  Device device{100};
  CHECK(find(device, {.highest = 1e6, .lowest = 100}).load == 100);
}

TEST_CASE("search: when the tester cannot offer more and nothing is lost, it says so",
          "[rfc2544][search]") {
  Device device{1000, 600};
  const Found found = find(device, {.highest = 2000, .lowest = 1});
  CHECK(found.load == 600);
  CHECK(found.limited_by_tester);
  CHECK(found.trials == 1 + kAgain);
}

TEST_CASE("search: a tester that was disturbed once goes on as if it had not been",
          "[rfc2544][search]") {
  unsigned count = 0;
  const Found found =
      search({.highest = 2000, .lowest = 1, .resolution = 0.01}, [&](double load) -> Tried {
        return {++count == 3 ? load / 10 : load, load <= 1000};
      });
  REQUIRE(count > 3);
  CHECK_FALSE(found.limited_by_tester);
  CHECK(found.load > 980);
  CHECK(found.load <= 1000);
}

TEST_CASE("search: a load that was not really offered is not the result", "[rfc2544][search]") {
  // The tester is at its end below what the device takes: the answer is what was offered.
  Device device{500, 490};
  const Found found = find(device, {.highest = 10'000, .lowest = 1});
  CHECK(found.load == 490);
}

TEST_CASE("search: it ends although a device changes its mind", "[rfc2544][search]") {
  unsigned count = 0;
  const Found found = search({.highest = 1e6, .lowest = 1}, [&](double load) -> Tried {
    return {load, ++count % 3 == 0};
  });
  CHECK(found.trials == count);
  CHECK(count < 100);
}

}  // namespace bulkhead::bench
