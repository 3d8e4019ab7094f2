// SPDX-License-Identifier: Apache-2.0
// How lanes change their keys by themselves (ADR 4): the admin thread reads how far each lane came
// and has the keys of the next epoch in the table long before a worker needs them.
#include <bit>

#include "table/mesh_state.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kWindow = esp::ReplayWindow::kWindow;

uint64_t epoch_at(uint64_t sequence) noexcept {
  return sequence == 0 ? 0 : esp::epoch_of(sequence);
}

// True: the lane's keys changed.
bool held(const Result<bool>& answer, const PeerSlot& peer, PeerPaths::News& news) {
  if (answer.ok()) return *answer;
  news.push_back("peer " + peer.name + ": no keys for a lane's next epoch: " +
                 answer.error().sentence + "; it ends with its present ones");
  return false;
}

// The one epoch after `latest` whose number modulo 32 is that of the bit.
uint64_t epoch_of_bit(unsigned bit, uint64_t present) noexcept {
  return present + 1 + (bit - (present + 1)) % 32;
}

}  // namespace

bool MeshState::step_outbound(PeerEntry& peer, PeerPaths::News& news) {
  bool changed = false;
  for (size_t i = 0; i < peer.chains.size(); ++i) {
    const uint64_t newest = peer.outbound.lanes[i]->newest.load(std::memory_order_relaxed);
    const uint64_t present = epoch_at(newest);
    if (!held(peer.chains[i].hold(present, present), *peer.slot, news)) continue;
    peer.outbound.keys[i] = peer.chains[i].keys();
    changed = true;
  }
  return changed;
}

// Packets of the epoch before may still come as long as the window reaches back into it.
bool MeshState::step_inbound(PeerPaths::News& news) {
  bool changed = false;
  for (Index& index : indices_) {
    if (index.lane == nullptr) continue;
    const uint64_t top = index.lane->newest.load(std::memory_order_relaxed);
    const uint64_t bottom = top < kWindow ? 0 : top - (kWindow - 1);
    changed |= held(index.chain->hold(epoch_at(bottom), epoch_at(top)), *index.lane->peer, news);
  }
  return changed;
}

// Anybody who knows an SPI can claim epochs: a bounded number of keys is made for claims, and a
// claim that is repeated for ever does not keep others from their turn.
bool MeshState::catch_up(uint64_t now_ns, PeerPaths::News& news) {
  if (now_ns < catch_up_due_ns_ || indices_.empty()) return false;
  catch_up_due_ns_ = now_ns + kCatchUpNs;
  bool changed = false;
  unsigned lanes = 0;
  for (size_t n = 0; n < indices_.size() && lanes < kCatchUpLanes; ++n) {
    catch_up_at_ = (catch_up_at_ + 1) % indices_.size();
    Index& index = indices_[catch_up_at_];
    if (index.lane == nullptr || !index.lane->claims.any()) continue;
    ++lanes;
    const uint32_t claims = index.lane->claims.take();
    index.claim = (index.claim + 1) % 32;
    index.claim = (index.claim + std::countr_zero(std::rotr(claims, index.claim))) % 32;
    const uint64_t epoch = epoch_of_bit(static_cast<unsigned>(index.claim), index.chain->present());
    changed |= held(index.chain->try_ahead(epoch), *index.lane->peer, news);
  }
  return changed;
}

}  // namespace bulkhead::dataplane
