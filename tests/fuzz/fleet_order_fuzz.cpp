// SPDX-License-Identifier: Apache-2.0
// Laws: what is accepted is canonical (encode(decode(x)) is x) and of good form; a fault lies
// within the input.
#include <algorithm>

#include "fleet/order_codec.h"
#include "law.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::fleet;
  const std::span<const uint8_t> input{data, size};
  const auto order = decode_order(input);
  LAW(order.ok() || (order.faulty() && order.fault().offset <= size));
  if (!order.ok()) return 0;
  LAW(check(*order).ok());
  const auto bytes = encode(*order);
  LAW(bytes.ok());
  LAW(std::ranges::equal(*bytes, input));
  return 0;
}
