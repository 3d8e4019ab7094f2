// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/value_key.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace bulkhead::wire;

TEST_CASE("value key: keys are ordered as the numbers are, and say them again", "[wire][values]") {
  const double inf = std::numeric_limits<double>::infinity();
  const double numbers[] = {-inf, -1e300, -1500, -1, -0.5, -1e-300, 0, 1e-300, 0.5, 1, 1500, inf};
  for (size_t i = 0; i < std::size(numbers); ++i) {
    CHECK(ordered_value(ordered_key(numbers[i])) == numbers[i]);
    if (i > 0) CHECK(ordered_key(numbers[i - 1]) < ordered_key(numbers[i]));
  }
}

TEST_CASE("value key: there is one zero, and what is no number is above every bound",
          "[wire][values]") {
  CHECK(ordered_key(-0.0) == ordered_key(0.0));
  CHECK(ordered_key(std::numeric_limits<double>::quiet_NaN()) == kNoValueKey);
  CHECK(ordered_key(std::numeric_limits<double>::infinity()) < kNoValueKey);
  const uint8_t bytes[] = {1, 2};
  ValueView view;
  view.encoding = ValueView::Encoding::kBytes;
  view.count = 1;
  view.bytes = bytes;
  CHECK(value_key(App::kDnp3, view, 0) == kNoValueKey);
}

TEST_CASE("value key: a Modbus register is its own key", "[wire][values]") {
  const uint8_t bytes[] = {0x05, 0xdc};
  ValueView view;
  view.encoding = ValueView::Encoding::kBe16;
  view.count = 1;
  view.bytes = bytes;
  CHECK(value_key(App::kModbus, view, 0) == 1500);
  CHECK(value_key(App::kDnp3, view, 0) == ordered_key(1500));
}
