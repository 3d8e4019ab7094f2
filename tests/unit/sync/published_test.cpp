// SPDX-License-Identifier: Apache-2.0
#include "sync/published.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace bulkhead::sync {
namespace {

// All words equal while alive; spoiled by the destructor, so that a late reader notices (and TSan
// sees the race).
struct Probe {
  explicit Probe(uint64_t v) { words.fill(v); }
  ~Probe() { words.fill(~uint64_t{0}); }
  bool whole() const {
    for (const uint64_t w : words)
      if (w != words[0] || w == ~uint64_t{0}) return false;
    return true;
  }
  std::array<uint64_t, 32> words;
};

struct Shared {
  static constexpr size_t kWorkers = 3;
  Epochs epochs{kWorkers};
  Published<Probe> slot;
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> bad{0};
  std::atomic<uint64_t> bursts{0};
};

void one_burst(Shared& s, uint64_t& newest) {
  const Probe* p = s.slot.pin();
  if (p == nullptr) return;
  if (!p->whole() || p->words[0] < newest) s.bad.fetch_add(1, std::memory_order_relaxed);
  newest = p->words[0];
  s.bursts.fetch_add(1, std::memory_order_relaxed);
}

// A worker that sleeps now and then, so that coming online races with publishing.
void work(Shared& s, size_t worker, unsigned nap_every) {
  uint64_t newest = 0;
  s.epochs.online(worker);
  for (unsigned i = 1; !s.stop.load(std::memory_order_relaxed); ++i) {
    one_burst(s, newest);
    s.epochs.quiescent(worker);
    if (nap_every == 0 || i % nap_every != 0) continue;
    s.epochs.offline(worker);
    std::this_thread::yield();
    s.epochs.online(worker);
  }
  s.epochs.offline(worker);
}

}  // namespace

TEST_CASE("snapshot: nothing published, pins nothing", "[sync]") {
  Published<int> slot;
  REQUIRE(slot.pin() == nullptr);
  REQUIRE(slot.exchange(std::make_unique<const int>(7)) == nullptr);
  REQUIRE(*slot.pin() == 7);
  REQUIRE(*slot.exchange(std::make_unique<const int>(8)) == 7);
}

TEST_CASE("epochs: an online worker, is waited for until it is quiescent", "[sync]") {
  Epochs epochs(2);
  epochs.online(0);
  epochs.online(1);
  const uint64_t token = epochs.advance();
  REQUIRE_FALSE(epochs.passed(token));
  epochs.quiescent(0);
  REQUIRE_FALSE(epochs.passed(token));
  epochs.quiescent(1);
  REQUIRE(epochs.passed(token));
}

TEST_CASE("epochs: an offline worker, is not waited for", "[sync]") {
  Epochs epochs(2);
  epochs.online(0);
  const uint64_t token = epochs.advance();
  epochs.offline(0);
  REQUIRE(epochs.passed(token));
  epochs.online(1);  // after the grace period opened: it can only see what is new
  REQUIRE(epochs.passed(token));
  REQUIRE_FALSE(epochs.passed(epochs.advance()));
}

TEST_CASE("snapshot: workers that pin, nap and come back, never meet a retired one",
          "[sync][threads]") {
  Shared s;
  std::vector<std::thread> threads;
  const unsigned naps[] = {0, 1, 5};
  for (size_t w = 0; w < Shared::kWorkers; ++w) threads.emplace_back(work, std::ref(s), w, naps[w]);
  for (uint64_t i = 1; i <= 400; ++i) {
    std::unique_ptr<const Probe> old = s.slot.exchange(std::make_unique<const Probe>(i));
    s.epochs.wait(s.epochs.advance());
  }
  while (s.bursts.load() < 100) std::this_thread::yield();
  s.stop.store(true);
  for (std::thread& t : threads) t.join();
  REQUIRE(s.bad.load() == 0);
}

}  // namespace bulkhead::sync
