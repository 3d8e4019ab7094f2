// SPDX-License-Identifier: Apache-2.0
// One 64-bit state per 64-bit key, in fixed memory that all workers share: what rates and last
// values are made of. No worker ever waits for another (docs/concurrency.md, "Shared cells").
//
// A state is changed by compare and swap; a key gets its cell, or takes over the oldest one of its
// bucket, under the bucket's try-lock. The one rule for users: the states of a cell never recur,
// whichever keys it had. Then a swap that succeeds proves that the cell was its key's all the time.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>

namespace bulkhead::dataplane {

class SharedCells {
 public:
  // Room for about `cells` keys: 7 places per 4.
  explicit SharedCells(uint32_t cells)
      : mask_(std::bit_ceil(std::max<uint32_t>(cells, kKeysPerBucket)) / kKeysPerBucket - 1),
        buckets_(std::make_unique<Bucket[]>(mask_ + 1)) {}

  class Cell {
    friend class SharedCells;
    std::atomic<uint64_t> key_{0};
    std::atomic<uint64_t> state_{kFree};
  };
  struct Found {
    Cell* cell = nullptr;  // null: the key has none
    uint64_t state = 0;
  };
  enum class Claim : uint8_t {
    kDone,
    kAgain,  // another worker is busy in this bucket, or has just made the key's cell
    kFull,
  };

  // `key`: a keyed hash; 0 is taken for 1.
  [[nodiscard]] Found find(uint64_t key) noexcept {
    Bucket& bucket = bucket_of(key);
    for (Cell& cell : bucket.cells)
      if (const Found found = look(cell, named(key)); found.cell != nullptr) return found;
    return {};
  }

  // From the state that find() told to `next`, unless it has changed since. Relaxed: the state
  // guards no other memory.
  [[nodiscard]] static bool change(const Found& found, uint64_t next) noexcept {
    uint64_t expected = found.state;
    return found.cell->state_.compare_exchange_strong(expected, next, std::memory_order_relaxed,
                                                      std::memory_order_relaxed);
  }

  // A cell for a key that has none. `reusable(state)`: may the oldest (smallest) state of a full
  // bucket go? `first(old)`: the new state, not 0 or ~0, given the one it follows in the cell.
  template <typename Reusable, typename First>
  [[nodiscard]] Claim claim(uint64_t key, Reusable&& reusable, First&& first) noexcept {
    Bucket& bucket = bucket_of(key);
    // Acquire: the keys that the last holder stored are seen. Pairs with the release below. Without
    // it one key could get two cells.
    if (bucket.claiming.exchange(1, std::memory_order_acquire) != 0) return Claim::kAgain;
    const Claim result = claim_in(bucket, named(key), reusable, first);
    bucket.claiming.store(0, std::memory_order_release);
    return result;
  }

 private:
  static constexpr uint64_t kFree = 0, kMoving = ~uint64_t{0};
  static constexpr uint32_t kWays = 7, kKeysPerBucket = 4;
  struct alignas(128) Bucket {
    std::array<Cell, kWays> cells;
    std::atomic<uint32_t> claiming{0};
  };

  static constexpr int kLooks = 16;

  // The state that the cell had while it was the key's. A cell that changes all the time is not
  // found, as if another key had it.
  static Found look(Cell& cell, uint64_t key) noexcept {
    // Acquire: the key that this state was stored for, or a later one, is seen below. Pairs with
    // the release of the state in claim_in(); changes in between are read-modify-writes and carry
    // it on. Without it a fresh state could be taken for that of the cell's former key.
    uint64_t state = cell.state_.load(std::memory_order_acquire);
    for (int looks = 0; looks < kLooks && state != kFree && state != kMoving; ++looks) {
      // Acquire: with a key, the end of the former key's last state is seen. Pairs with the release
      // of the key in claim_in(). Without it the former key's state could be told for this one.
      if (cell.key_.load(std::memory_order_acquire) != key) return {};
      const uint64_t again = cell.state_.load(std::memory_order_acquire);
      if (again == state) return {&cell, state};
      state = again;
    }
    return {};
  }

  static uint64_t named(uint64_t key) noexcept { return key == 0 ? 1 : key; }
  Bucket& bucket_of(uint64_t key) noexcept { return buckets_[named(key) & mask_]; }

  template <typename Reusable, typename First>
  Claim claim_in(Bucket& bucket, uint64_t key, Reusable&& reusable, First&& first) noexcept {
    Cell* place = nullptr;
    uint64_t oldest = kMoving;
    for (Cell& cell : bucket.cells) {
      const uint64_t state = cell.state_.load(std::memory_order_relaxed);
      if (state != kFree && cell.key_.load(std::memory_order_relaxed) == key) return Claim::kAgain;
      if (state >= oldest) continue;
      oldest = state;  // a free cell is the oldest of all
      place = &cell;
    }
    if (oldest != kFree && !reusable(oldest)) return Claim::kFull;
    // Its key may be using it at this moment: whoever swaps first wins.
    if (!place->state_.compare_exchange_strong(oldest, kMoving, std::memory_order_relaxed,
                                               std::memory_order_relaxed))
      return Claim::kAgain;
    // Release: the mark that the cell moves before its key. Pairs with the acquire of the key in
    // look(): who sees the new key does not find the old state there any more.
    place->key_.store(key, std::memory_order_release);
    // Release: the key before the state. Pairs with the acquire of the state in look().
    place->state_.store(first(oldest), std::memory_order_release);
    return Claim::kDone;
  }

  uint32_t mask_;
  std::unique_ptr<Bucket[]> buckets_;
};

}  // namespace bulkhead::dataplane
