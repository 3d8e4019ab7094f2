// SPDX-License-Identifier: Apache-2.0
// Probes every path of every peer and answers peers' probes. Worker 0 only, on lane [0][0] of each
// peer: the sender's first worker to the receiver's first.
//
// Its judgement goes into PathSlot's atomics; the admin thread chooses the path. A path is judged
// by regular probes alone; those that ask about its MTU come beside them and may be lost.
//
// Answers take the path on which the probe came: out of that mesh port, to the address it came
// from, if that is one of the peer's paths here. Else there is no answer.
//
// Shares  PathSlot, PeerSlot (table/path.h, table/mesh_table.h)
// Cost    per tick kVisits paths at most, of them kProbes may be due
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "mesh/keepalive.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

class Keepalives {
 public:
  static constexpr uint64_t kTickNs = 500'000;
  static constexpr unsigned kVisits = 64;
  static constexpr unsigned kProbes = 32;

  explicit Keepalives(uint64_t seed) noexcept : random_(seed | 1) {}

  // Every poll; does something every kTickNs.
  void tick(WorkerView& view) noexcept;

  // An authenticated packet of a peer that roams, with its outer headers still in meta.frame. It
  // moves the peer's address when it came from one of the peer's prefixes, is the newest of its
  // lane, and the lane is the one that carries keepalives, of the newest keys heard from.
  void heard(const Packet& packet, const MeshTable::Inbound& on, const WorkerView& view) noexcept;

  // An authenticated dummy packet, outer headers still in meta.frame. kKeepalive or kDummyPacket.
  DropReason received(const Packet& packet, std::span<const uint8_t> payload,
                      const MeshTable::Inbound& on, WorkerView& view) noexcept;

 private:
  void visit(const MeshTable::Peer& peer, uint8_t path, WorkerView& view) noexcept;
  void probe_size(const MeshTable::Peer& peer, uint8_t path, WorkerView& view) noexcept;
  void take_answer(const MeshTable::Peer& peer, const MeshTable::Path* from,
                   const mesh::LaneKeepalive& answer, const WorkerView& view) noexcept;
  uint32_t random() noexcept;

  uint64_t random_;
  uint64_t due_ns_ = 0;
  uint32_t peer_ = 0;  // where the next tick goes on
  uint8_t path_ = 0;
  unsigned probes_ = 0;  // sent in this tick
};

}  // namespace bulkhead::dataplane
