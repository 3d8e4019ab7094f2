// SPDX-License-Identifier: Apache-2.0
// RapidCheck set-up shared by the property tests: quick by default, more by environment.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <random>
#include <vector>

namespace bulkhead::test {

// BULKHEAD_PROPERTY_SCALE multiplies the number of random objects (default 1). RapidCheck's own
// RC_PARAMS (seed, reproduce) wins when it is set.
int scaled(int count);

// Holds `law` for `count` x scale random tapes of `length` bytes.
template <typename Law>
bool holds(const char* name, int count, size_t length, Law&& law);

// A tape that RapidCheck does not shrink, cheap to make.
inline std::vector<uint8_t> cheap_tape(uint64_t seed, size_t length) {
  std::mt19937_64 random(seed);
  std::vector<uint8_t> out(length);
  for (auto& byte : out) byte = static_cast<uint8_t>(random());
  return out;
}

template <typename Law>
bool holds(const char* name, int count, size_t length, Law&& law) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  if (params.maxSuccess == 100) params.maxSuccess = scaled(count);  // 100: RapidCheck's own default
  rc::detail::TestMetadata metadata;
  metadata.description = name;
  const auto tapes =
      rc::gen::container<std::vector<uint8_t>>(length, rc::gen::arbitrary<uint8_t>());
  const auto result = rc::detail::checkTestable(
      [&] { law(*tapes, *rc::gen::arbitrary<uint64_t>()); }, metadata, params);
  rc::detail::printResultMessage(result, std::cerr);
  std::cerr << '\n';
  return result.template is<rc::detail::SuccessResult>();
}

}  // namespace bulkhead::test
