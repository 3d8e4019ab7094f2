// SPDX-License-Identifier: Apache-2.0
#include "dpdk/mbuf_pool.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>

#include <algorithm>
#include <array>
#include <new>

namespace bulkhead::dataplane {
namespace {

constexpr uint32_t kCache = 256;  // buffers per thread
constexpr uint16_t kPrivateBytes = RTE_ALIGN_CEIL(sizeof(Packet), RTE_CACHE_LINE_SIZE);
constexpr size_t kFreeAtOnce = 64;
static_assert(alignof(Packet) <= RTE_MBUF_PRIV_ALIGN);

void make_packet(rte_mempool* /*pool*/, void* /*unused*/, void* object, unsigned /*index*/) {
  new (packet_of(static_cast<rte_mbuf*>(object))) Packet;
}

}  // namespace

Result<std::unique_ptr<MbufPool>> MbufPool::create(uint32_t packets, uint32_t buffer_bytes) {
  if (buffer_bytes > UINT16_MAX)
    return Error{ErrorCode::kInvalid, fmt::format("a packet buffer of {} bytes is too large for an "
                                                  "mbuf: lower the ports' mtu",
                                                  buffer_bytes)};
  const uint32_t cache = std::min(kCache, packets / 16);
  rte_mempool* pool = rte_pktmbuf_pool_create("packets", packets, cache, kPrivateBytes,
                                              static_cast<uint16_t>(buffer_bytes), SOCKET_ID_ANY);
  if (pool == nullptr)
    return Error{ErrorCode::kExhausted,
                 fmt::format("no memory for {} packet buffers of {} bytes: {}", packets,
                             buffer_bytes, rte_strerror(rte_errno))};
  rte_mempool_obj_iter(pool, make_packet, nullptr);
  return std::unique_ptr<MbufPool>(new MbufPool(pool));
}

MbufPool::~MbufPool() {
  rte_mempool_free(pool_);
}

Packet* MbufPool::allocate() noexcept {
  rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_);
  return mbuf == nullptr ? nullptr : from_mbuf(mbuf);
}

void MbufPool::free(std::span<Packet* const> packets) noexcept {
  std::array<rte_mbuf*, kFreeAtOnce> mbufs;
  while (!packets.empty()) {
    const size_t n = std::min(packets.size(), mbufs.size());
    std::transform(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(n), mbufs.begin(),
                   mbuf_of);
    rte_pktmbuf_free_bulk(mbufs.data(), static_cast<unsigned>(n));
    packets = packets.subspan(n);
  }
}

}  // namespace bulkhead::dataplane
