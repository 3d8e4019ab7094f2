// SPDX-License-Identifier: Apache-2.0
// Packet buffers: one rte_mempool with a cache per thread; each mbuf's private area holds the
// Packet that the stages see, made once when the pool is made.
//
//   rte_mbuf | Packet | headroom 128 | frame ... | room for the ESP trailer
//
// Who may touch what: an mbuf and its Packet belong to whoever holds the pointer; the pool itself
// is safe from any EAL thread.
#pragma once

#include <rte_mbuf.h>

#include <memory>

#include "base/result.h"
#include "port/port.h"

namespace bulkhead::dataplane {

class MbufPool final : public PacketPool {
 public:
  // `buffer_bytes`: headroom and trailer room included (host/eal_arguments.h).
  static Result<std::unique_ptr<MbufPool>> create(uint32_t packets, uint32_t buffer_bytes);
  ~MbufPool() override;
  MbufPool(const MbufPool&) = delete;
  MbufPool& operator=(const MbufPool&) = delete;

  Packet* allocate() noexcept override;
  void free(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] rte_mempool* handle() const noexcept { return pool_; }
  [[nodiscard]] unsigned in_use() const noexcept { return rte_mempool_in_use_count(pool_); }

 private:
  explicit MbufPool(rte_mempool* pool) noexcept : pool_(pool) {}
  rte_mempool* pool_;
};

inline Packet* packet_of(rte_mbuf* mbuf) noexcept {
  return static_cast<Packet*>(rte_mbuf_to_priv(mbuf));
}
inline rte_mbuf* mbuf_of(const Packet* packet) noexcept {
  return static_cast<rte_mbuf*>(packet->owner);
}

// The mbuf's view of where the bytes are, to the packet's, and back before it is sent.
inline Packet* from_mbuf(rte_mbuf* mbuf) noexcept {
  Packet* packet = packet_of(mbuf);
  packet->data = rte_pktmbuf_mtod(mbuf, uint8_t*);
  packet->length = mbuf->data_len;
  packet->headroom = rte_pktmbuf_headroom(mbuf);
  packet->tailroom = rte_pktmbuf_tailroom(mbuf);
  packet->segments = mbuf->nb_segs;
  packet->owner = mbuf;
  return packet;
}
inline rte_mbuf* to_mbuf(const Packet* packet) noexcept {
  rte_mbuf* mbuf = mbuf_of(packet);
  mbuf->data_off =
      static_cast<uint16_t>(packet->data - static_cast<const uint8_t*>(mbuf->buf_addr));
  mbuf->data_len = packet->length;
  mbuf->pkt_len = packet->length;
  mbuf->ol_flags &= RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;  // what receive said is over
  return mbuf;
}

}  // namespace bulkhead::dataplane
