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

NeighbourAction step(Neighbour& slot, uint64_t now_ns) noexcept {
  NeighbourTimes times{slot.link_address.load(std::memory_order_relaxed) != 0,
                       slot.confirmed_ns.load(std::memory_order_relaxed), slot.ask_after_ns};
  const NeighbourAction action = next_action(times, now_ns);
  slot.ask_after_ns = times.ask_after_ns;
  return action;
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
  for (const auto& neighbour : mesh.neighbours()) {
    if (asked == kMaxQuestions) return;
    const NeighbourAction action = step(*neighbour, view.now.steady_ns);
    if (action == NeighbourAction::kNothing) continue;
    if (action == NeighbourAction::kForgetAndAsk)
      neighbour->link_address.store(0, std::memory_order_relaxed);
    ask_for(*neighbour, view);
    ++asked;
  }
}

}  // namespace bulkhead::dataplane
