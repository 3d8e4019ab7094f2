// SPDX-License-Identifier: Apache-2.0
// Laws: what is accepted is canonical (encode(decode(x)) is x) and comes back as the same value; a
// fault lies within the input.
#include <algorithm>

#include "law.h"
#include "overlay/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::overlay;
  const std::span<const uint8_t> input{data, size};
  const auto overlay = decode(input);
  LAW(overlay.ok() || (overlay.faulty() && overlay.fault().offset <= size));
  if (!overlay.ok()) return 0;
  const auto bytes = encode(*overlay);
  LAW(bytes.ok());
  LAW(std::ranges::equal(*bytes, input));
  auto again = *overlay;
  normalise(again);
  LAW(again == *overlay);
  return 0;
}
