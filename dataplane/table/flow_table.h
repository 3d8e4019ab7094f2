// SPDX-License-Identifier: Apache-2.0
// The flows of one worker: fixed memory taken once, one bucket of digests (a cache line) per
// look-up.
//
// Two candidate buckets per key; an entry goes to the emptier one. Buckets have twice as many
// places as there are entries, so in practice the table is full when the entries are used up. Each
// initiator may hold a share of the entries only, so that one scanner cannot evict a plant. Expiry
// is a clock hand that visits every entry about once a second, a few per poll; it also tells what
// flows have carried. A flow begins and ends here, and its account with it.
#pragma once

#include <immintrin.h>

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "base/huge_memory.h"
#include "base/prefetch.h"
#include "flow/key.h"
#include "table/flow_accounts.h"
#include "table/flow_entry.h"
#include "table/inspector_pool.h"
#include "table/share_counter.h"

namespace bulkhead::dataplane {

struct FlowTableSize {
  uint32_t flows = 65536;       // a power of two, at least 8
  uint32_t share_percent = 25;  // 1..100
};

class FlowTable {
 public:
  // `seed`: random per process, so that strangers cannot choose keys that collide.
  // The others outlive it; `accounts` are of as many flows.
  FlowTable(const FlowTableSize& size, uint64_t seed, InspectorPool& inspectors, ScanPool& scans,
            FlowAccounts& accounts);

  [[nodiscard]] uint64_t hash(const flow::FlowKey& key) const noexcept {
    static_assert(sizeof(flow::FlowKey) == 40);
    const uint64_t low = mix(key.word(0) ^ seed_, key.word(1));
    const uint64_t high = mix(key.word(2) ^ seed_, key.word(3));
    return mix(mix(low, high), key.word(4));
  }

  // Of the memory taken at start, for one flow of FlowTableSize::flows.
  static constexpr size_t bytes_per_flow() noexcept {
    return sizeof(FlowEntry) + sizeof(Bucket) / 4 + sizeof(uint32_t) + sizeof(FlowAccount);
  }

  // The three steps of a look-up, for bursts: bucket, entry, compare.
  void prefetch_bucket(uint64_t hash) const noexcept {
    prefetch_line(&buckets_[first_bucket(hash)]);
  }
  // The entry that find() will look at first, on its way; nullptr: there is none.
  FlowEntry* prefetch_entry(uint64_t hash) const noexcept {
    const Bucket& bucket = buckets_[first_bucket(hash)];
    const uint32_t ways = ways_with(bucket, digest_of(hash));
    if (ways == 0) return nullptr;
    FlowEntry* entry = &entries_[bucket.entry[static_cast<size_t>(std::countr_zero(ways))]];
    const auto* line = reinterpret_cast<const uint8_t*>(entry);
    prefetch_line_to_write(line);
    prefetch_line_to_write(line + 64);
    prefetch_line_to_write(line + 128);
    return entry;
  }
  // nullptr: not there, or timed out (then it is removed).
  FlowEntry* find(const flow::FlowKey& key, uint64_t hash, uint64_t now_ns) noexcept {
    const uint32_t digest = digest_of(hash);
    FlowEntry* entry = find_in(buckets_[first_bucket(hash)], digest, key);
    if (entry == nullptr) entry = find_in(buckets_[second_bucket(hash)], digest, key);
    return in_time(entry, now_ns);
  }
  // The same, with what prefetch_entry() said. Other packets may have come between: an entry that
  // has been removed since is free, and one that was made anew has another key.
  FlowEntry* find(const flow::FlowKey& key, uint64_t hash, uint64_t now_ns,
                  FlowEntry* first) noexcept {
    const bool right = first != nullptr && first->key == key && first->status != FlowStatus::kFree;
    return right ? in_time(first, now_ns) : find(key, hash, now_ns);
  }

  struct Inserted {
    FlowEntry* entry = nullptr;
    DropReason refused = DropReason::kNone;  // kFlowTableFull, kFlowShareFull when entry is null
  };
  // The key is not in the table. The entry is live, with key, hash and initiator set.
  Inserted insert(const flow::FlowKey& key, uint64_t hash, bool initiator_is_low,
                  uint64_t now_ns) noexcept;

  // `end`: of a live one, unless its transport knows better.
  void remove(FlowEntry& entry, telemetry::FlowEnd end) noexcept;
  // Ended by a decision: gives back the inspector, stays until it ages out so that late packets of
  // the flow are told from new ones.
  void cut(FlowEntry& entry, DropReason reason) noexcept;

  [[nodiscard]] FlowAccounts& accounts() noexcept { return accounts_; }
  // Of its account.
  [[nodiscard]] uint32_t index_of(const FlowEntry& entry) const noexcept {
    return static_cast<uint32_t>(&entry - entries_);
  }
  // Tells what every flow has carried, as far as there is room: the last thing a worker does.
  void tell_all() noexcept;

  // Moves the hand as far as the time since the last call asks for; bounded. Returns how many
  // entries timed out. Calls review(entry) for each live one it passes; false stops the hand there
  // until the next call.
  template <typename Review>
  size_t sweep(uint64_t now_ns, Review&& review) noexcept {
    size_t ended = 0;
    for (size_t budget = sweep_budget(now_ns); budget > 0; --budget) {
      FlowEntry& entry = entries_[hand_];
      if (entry.status != FlowStatus::kFree && timed_out(entry, now_ns)) {
        remove(entry, telemetry::FlowEnd::kTimeout);
        ++ended;
      } else if (entry.live()) {
        if (!review(entry)) break;
        tell_in_turn(entry);
      }
      move_hand();
    }
    return ended;
  }

  [[nodiscard]] size_t live() const noexcept { return capacity_ - free_.size(); }
  [[nodiscard]] size_t capacity() const noexcept { return capacity_; }

  static bool timed_out(const FlowEntry& entry, uint64_t now_ns) noexcept {
    if (now_ns <= entry.last_seen_ns + kLeastTimeout) return false;  // so is nearly every packet
    return now_ns - entry.last_seen_ns > timeout_of(entry);
  }

 private:
  static constexpr size_t kWays = 8;
  static constexpr uint64_t kLeastTimeout = 1'000'000'000;  // none is shorter; nanoseconds
  static constexpr uint32_t kNoEntry = 0xffff'ffff;
  struct alignas(64) Bucket {
    std::array<uint32_t, kWays> digest{};  // 0: free
    std::array<uint32_t, kWays> entry{};
  };

  static uint32_t digest_of(uint64_t hash) noexcept {
    return static_cast<uint32_t>(hash >> 32) | 1;
  }
  [[nodiscard]] size_t first_bucket(uint64_t hash) const noexcept { return hash & bucket_mask_; }
  [[nodiscard]] size_t second_bucket(uint64_t hash) const noexcept {
    return (hash ^ mix(digest_of(hash), 0)) & bucket_mask_;
  }
  // Bit i: way i holds `digest`.
  static uint32_t ways_with(const Bucket& bucket, uint32_t digest) noexcept {
#ifdef __AVX2__
    const __m256i all = _mm256_load_si256(reinterpret_cast<const __m256i*>(bucket.digest.data()));
    const __m256i same = _mm256_cmpeq_epi32(all, _mm256_set1_epi32(static_cast<int>(digest)));
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(same)));
#else
    uint32_t mask = 0;
    for (uint32_t way = 0; way < kWays; ++way)
      mask |= uint32_t{bucket.digest[way] == digest} << way;
    return mask;
#endif
  }
  [[nodiscard]] FlowEntry* find_in(const Bucket& bucket, uint32_t digest,
                                   const flow::FlowKey& key) noexcept {
    for (uint32_t ways = ways_with(bucket, digest); ways != 0; ways &= ways - 1) {
      FlowEntry& entry = entries_[bucket.entry[static_cast<size_t>(std::countr_zero(ways))]];
      if (entry.key == key) return &entry;
    }
    return nullptr;
  }
  FlowEntry* in_time(FlowEntry* entry, uint64_t now_ns) noexcept {
    if (entry == nullptr || !timed_out(*entry, now_ns)) [[likely]]
      return entry;
    remove(*entry, telemetry::FlowEnd::kTimeout);
    return nullptr;
  }
  void tell_in_turn(const FlowEntry& entry) noexcept {
    if (entry.live() && accounts_.turn(index_of(entry), round_))  // it may have been cut just now
      accounts_.tell(index_of(entry), entry);
  }
  void move_hand() noexcept {
    hand_ = (hand_ + 1) & (capacity_ - 1);
    if (hand_ == 0) ++round_;
  }
  static constexpr size_t bytes_of(size_t flows) noexcept {
    return flows * sizeof(FlowEntry) + flows / 4 * sizeof(Bucket);
  }
  static uint64_t timeout_of(const FlowEntry& entry) noexcept;
  static size_t used_ways(const Bucket& bucket) noexcept;
  bool place(uint64_t hash, uint32_t index) noexcept;
  bool displace(size_t bucket, uint32_t digest, uint32_t index) noexcept;
  size_t sweep_budget(uint64_t now_ns) noexcept;

  size_t capacity_;
  size_t bucket_mask_;
  uint32_t share_limit_;
  uint64_t seed_;
  uint64_t swept_ns_ = 0;
  size_t hand_ = 0;
  uint32_t round_ = 0;  // of the hand
  InspectorPool& inspectors_;
  ScanPool& scans_;
  FlowAccounts& accounts_;
  HugeMemory memory_;  // of the next two; zeroes are a free bucket and a free entry
  FlowEntry* entries_;
  Bucket* buckets_;
  std::vector<uint32_t> free_;  // never grows past its first size
  std::unique_ptr<ShareCounter> shares_;
};

}  // namespace bulkhead::dataplane
