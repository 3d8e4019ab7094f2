// SPDX-License-Identifier: Apache-2.0
#include "flow/key.h"

#include "base/byte_order.h"
#include "base/hash.h"

namespace bulkhead::flow {
namespace {

// Compares as big-endian numbers, which is the order of the bytes.
struct Words {
  uint64_t high;
  uint64_t low;
};

Words words_of(const IpAddress& ip) noexcept {
  return {load_be<uint64_t>(ip.bytes.data()), load_be<uint64_t>(ip.bytes.data() + 8)};
}

bool ordered(const Tuple& t) noexcept {
  const Words src = words_of(t.src);
  const Words dst = words_of(t.dst);
  if (src.high != dst.high) return src.high < dst.high;
  if (src.low != dst.low) return src.low < dst.low;
  return t.src_port <= t.dst_port;
}

uint64_t side(const IpAddress& ip, uint16_t port) noexcept {
  const Words w = words_of(ip);
  return mix(mix(w.high, w.low), port);
}

}  // namespace

DirectedKey canonical(const Tuple& t) noexcept {
  if (ordered(t))
    return {
        {t.src, t.dst, t.src_port, t.dst_port, t.protocol, {}},
        false
    };
  return {
      {t.dst, t.src, t.dst_port, t.src_port, t.protocol, {}},
      true
  };
}

uint32_t symmetric_hash(const Tuple& t) noexcept {
  const uint64_t a = side(t.src, t.src_port);
  const uint64_t b = side(t.dst, t.dst_port);
  return static_cast<uint32_t>(mix(mix(a + b, a ^ b), t.protocol) >> 32);
}

}  // namespace bulkhead::flow
