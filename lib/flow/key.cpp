// SPDX-License-Identifier: Apache-2.0
#include "flow/key.h"

#include "base/byte_order.h"
#include "base/hash.h"

namespace bulkhead::flow {
namespace {

struct Words {
  uint64_t high;
  uint64_t low;
};

Words words_of(const IpAddress& ip) noexcept {
  return {load_be<uint64_t>(ip.bytes.data()), load_be<uint64_t>(ip.bytes.data() + 8)};
}

uint64_t side(const IpAddress& ip, uint16_t port) noexcept {
  const Words w = words_of(ip);
  return mix(mix(w.high, w.low), port);
}

}  // namespace

uint32_t symmetric_hash(const Tuple& t) noexcept {
  const uint64_t a = side(t.src, t.src_port);
  const uint64_t b = side(t.dst, t.dst_port);
  return static_cast<uint32_t>(mix(mix(a + b, a ^ b), t.protocol) >> 32);
}

}  // namespace bulkhead::flow
