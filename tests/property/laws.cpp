// SPDX-License-Identifier: Apache-2.0
#include "laws.h"

#include <algorithm>
#include <cstdlib>

namespace bulkhead::test {

int scaled(int count) {
  const char* text = std::getenv("BULKHEAD_PROPERTY_SCALE");
  const int scale = text == nullptr ? 1 : std::atoi(text);
  return count * std::max(scale, 1);
}

}  // namespace bulkhead::test
