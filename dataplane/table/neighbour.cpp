// SPDX-License-Identifier: Apache-2.0
#include "table/neighbour.h"

#include "stage/underlay_neighbour.h"
#include "table/mesh_table.h"

namespace bulkhead::dataplane {
namespace {

// Another worker may confirm with a later reading of the clock than ours: then the age is 0.
uint64_t age(uint64_t now_ns, uint64_t then_ns) noexcept {
  return now_ns > then_ns ? now_ns - then_ns : 0;
}

NeighbourAction step(PeerSlot& slot, uint64_t now_ns) noexcept {
  NeighbourTimes times{slot.link_address.load(std::memory_order_relaxed) != 0,
                       slot.confirmed_ns.load(std::memory_order_relaxed), slot.ask_after_ns};
  const NeighbourAction action = next_action(times, now_ns);
  slot.ask_after_ns = times.ask_after_ns;
  return action;
}

// The other peers behind this hop need not ask as well.
void postpone_sharers(const MeshTable& mesh, const PeerSlot& asked) noexcept {
  for (const MeshTable::Peer& peer : mesh.peers())
    if (peer.slot->hop == asked.hop) peer.slot->ask_after_ns = asked.ask_after_ns;
}

}  // namespace

NeighbourAction next_action(NeighbourTimes& times, uint64_t now_ns) noexcept {
  const uint64_t unheard = age(now_ns, times.confirmed_ns);
  if (times.known && unheard < kNeighbourStaleNs) return NeighbourAction::kNothing;
  if (now_ns < times.ask_after_ns) return NeighbourAction::kNothing;
  times.ask_after_ns = now_ns + kNeighbourRetryNs;
  const bool lost = times.known && unheard >= kNeighbourLostNs;
  return lost ? NeighbourAction::kForgetAndAsk : NeighbourAction::kAsk;
}

void maintain_neighbours(WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr) return;
  const MeshTable& mesh = *view.snapshot.mesh;
  unsigned asked = 0;
  for (const MeshTable::Peer& peer : mesh.peers()) {
    if (asked == kMaxQuestions) return;
    PeerSlot& slot = *peer.slot;
    const NeighbourAction action = step(slot, view.now.steady_ns);
    if (action == NeighbourAction::kNothing) continue;
    if (action == NeighbourAction::kForgetAndAsk)
      slot.link_address.store(0, std::memory_order_relaxed);
    postpone_sharers(mesh, slot);
    ask_for(slot.hop, view);
    ++asked;
  }
}

}  // namespace bulkhead::dataplane
