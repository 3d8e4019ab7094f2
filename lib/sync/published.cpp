// SPDX-License-Identifier: Apache-2.0
#include "sync/published.h"

#include <thread>

#include "base/check.h"

namespace bulkhead::sync {

Epochs::Epochs(size_t workers) noexcept
    : workers_(workers), slots_(std::make_unique<Slot[]>(workers)) {
  if (workers > kMaxWorkers) BH_FATAL("more workers than epochs can follow");
}

void Epochs::quiescent(size_t worker) noexcept {
  // Ordered:    pins after this, after the admin's publication that `target` tells of.
  // Pairs with: the acq_rel addition in advance().
  // Without it: a worker could report the new epoch and then still pin the old snapshot.
  const uint64_t target = target_.load(std::memory_order_acquire);
  // Ordered:    every read through earlier pins, before the mark.
  // Pairs with: the acquire in passed().
  // Without it: the admin could free a snapshot under reads that are not finished.
  slots_[worker].seen.store(target, std::memory_order_release);
}

void Epochs::online(size_t worker) noexcept {
  // 1 is older than any token, so it blocks every grace period until the epoch is known.
  slots_[worker].seen.store(1, std::memory_order_relaxed);
  // Ordered:    the mark before, and pins after, this addition of nothing. Additions to one
  // variable
  //             have one order: if ours is first, advance() acquires it and passed() sees the mark;
  //             if advance() is first, we acquire what it published.
  // Pairs with: the acq_rel addition in advance(). A plain load and store would not do: both sides
  //             could miss each other (store-buffering).
  // Without it: a worker that comes online could pin a snapshot that nobody waits for.
  const uint64_t target = target_.fetch_add(0, std::memory_order_acq_rel);
  // No pin was taken yet, so there is nothing to order before this store.
  slots_[worker].seen.store(target, std::memory_order_relaxed);
}

void Epochs::offline(size_t worker) noexcept {
  // Ordered:    every read through earlier pins, before the mark.
  // Pairs with: the acquire in passed().
  // Without it: as in quiescent().
  slots_[worker].seen.store(kOffline, std::memory_order_release);
}

uint64_t Epochs::advance() noexcept {
  // Ordered:    publications before, looks at the workers' marks after.
  // Pairs with: quiescent() (release half) and online() (both halves).
  // Without it: passed() could find a worker offline that is just pinning the old snapshot.
  return target_.fetch_add(1, std::memory_order_acq_rel) + 1;
}

bool Epochs::passed(uint64_t token) const noexcept {
  for (size_t i = 0; i < workers_; ++i) {
    // Ordered:    what the caller frees, after the worker's last read of it.
    // Pairs with: the releases in quiescent() and offline().
    // Without it: the memory could be reused while a worker still reads it.
    const uint64_t seen = slots_[i].seen.load(std::memory_order_acquire);
    if (seen != kOffline && seen < token) return false;
  }
  return true;
}

void Epochs::wait(uint64_t token) const noexcept {
  while (!passed(token)) std::this_thread::sleep_for(kPause);
}

}  // namespace bulkhead::sync
