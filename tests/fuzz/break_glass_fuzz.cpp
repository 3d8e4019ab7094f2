// SPDX-License-Identifier: Apache-2.0
// Laws: what is accepted is canonical (encode(decode(x)) is x) and of good form; a fault lies
// within the input.
#include <algorithm>

#include "break_glass/codec.h"
#include "law.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::break_glass;
  const std::span<const uint8_t> input{data, size};
  const auto request = decode(input);
  LAW(request.ok() || (request.faulty() && request.fault().offset <= size));
  if (!request.ok()) return 0;
  LAW(check(*request).ok());
  const auto bytes = encode(*request);
  LAW(bytes.ok());
  LAW(std::ranges::equal(*bytes, input));
  return 0;
}
