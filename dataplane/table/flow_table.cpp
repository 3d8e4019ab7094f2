// SPDX-License-Identifier: Apache-2.0
#include "table/flow_table.h"

#include <algorithm>

#include "base/check.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kSweepRound = kSecond;  // the hand's time for one round
constexpr size_t kSweepMost = 512;         // entries per call
constexpr uint64_t kCutTimeout = 10 * kSecond;
constexpr uint64_t kIcmpTimeout = 10 * kSecond;
constexpr uint64_t kUnrepliedTimeout = 30 * kSecond;
constexpr uint64_t kRepliedTimeout = 180 * kSecond;

using telemetry::FlowEnd;

FlowEnd end_of(const FlowEntry& entry, FlowEnd otherwise) noexcept {
  if (entry.key.protocol != wire::ip_protocol::kTcp) return otherwise;
  if (entry.tcp.state == flow::TcpState::kClosing) return FlowEnd::kClosed;
  return entry.tcp.state == flow::TcpState::kReset ? FlowEnd::kReset : otherwise;
}

}  // namespace

uint64_t FlowTable::timeout_of(const FlowEntry& entry) noexcept {
  if (entry.status == FlowStatus::kCut) return kCutTimeout;
  switch (entry.key.protocol) {
    case wire::ip_protocol::kTcp:
      return flow::timeout_ns(entry.tcp.state);
    case wire::ip_protocol::kIcmp:
    case wire::ip_protocol::kIcmpv6:
      return kIcmpTimeout;
    default:
      return entry.replied ? kRepliedTimeout : kUnrepliedTimeout;
  }
}

FlowTable::FlowTable(const FlowTableSize& size, uint64_t seed, InspectorPool& inspectors,
                     ScanPool& scans, FlowAccounts& accounts)
    : capacity_(size.flows),
      bucket_mask_(size.flows / 4 - 1),
      share_limit_(std::max<uint32_t>(
          1, static_cast<uint32_t>(uint64_t{size.flows} * size.share_percent / 100))),
      seed_(seed),
      inspectors_(inspectors),
      scans_(scans),
      accounts_(accounts),
      memory_(HugeMemory::reserve(bytes_of(size.flows))),
      entries_(reinterpret_cast<FlowEntry*>(memory_.data())),
      buckets_(reinterpret_cast<Bucket*>(entries_ + size.flows)),
      shares_(std::make_unique<ShareCounter>(mix(seed, 1))) {
  if (memory_.data() == nullptr) BH_FATAL("no memory for the flow table: fewer flows_per_worker");
  memory_.touch(bytes_of(size.flows));
  free_.reserve(capacity_);
  for (auto i = static_cast<uint32_t>(capacity_); i-- > 0;) free_.push_back(i);
}

size_t FlowTable::used_ways(const Bucket& bucket) noexcept {
  return kWays - static_cast<size_t>(std::count(bucket.digest.begin(), bucket.digest.end(), 0u));
}

// Into the emptier of the two buckets; false when both are full.
bool FlowTable::place(uint64_t hash, uint32_t index) noexcept {
  Bucket& a = buckets_[first_bucket(hash)];
  Bucket& b = buckets_[second_bucket(hash)];
  Bucket& bucket = used_ways(a) <= used_ways(b) ? a : b;
  const auto free = std::find(bucket.digest.begin(), bucket.digest.end(), 0u);
  if (free == bucket.digest.end()) return false;
  *free = digest_of(hash);
  bucket.entry[static_cast<size_t>(free - bucket.digest.begin())] = index;
  return true;
}

FlowTable::Inserted FlowTable::insert(const flow::FlowKey& key, uint64_t hash,
                                      bool initiator_is_low, uint64_t now_ns) noexcept {
  const IpAddress& initiator = initiator_is_low ? key.low_ip : key.high_ip;
  if (free_.empty()) return {nullptr, DropReason::kFlowTableFull};
  if (shares_->held_by(initiator) >= share_limit_) return {nullptr, DropReason::kFlowShareFull};
  if (!place(hash, free_.back())) return {nullptr, DropReason::kFlowTableFull};
  FlowEntry& entry = entries_[free_.back()];
  free_.pop_back();
  shares_->add(initiator);
  entry = FlowEntry{};
  entry.key = key;
  entry.hash = hash;
  entry.initiator_is_low = initiator_is_low;
  entry.last_seen_ns = now_ns;
  entry.status = FlowStatus::kLive;
  accounts_.open(index_of(entry));
  return {&entry, DropReason::kNone};
}

bool FlowTable::displace(size_t bucket_index, uint32_t digest, uint32_t index) noexcept {
  Bucket& bucket = buckets_[bucket_index];
  for (size_t way = 0; way < kWays; ++way) {
    if (bucket.digest[way] != digest || bucket.entry[way] != index) continue;
    bucket.digest[way] = 0;
    return true;
  }
  return false;
}

void FlowTable::remove(FlowEntry& entry, FlowEnd end) noexcept {
  const uint32_t index = index_of(entry);
  if (entry.live()) accounts_.end(index, entry, end_of(entry, end), DropReason::kNone);
  const uint32_t digest = digest_of(entry.hash);
  if (!displace(first_bucket(entry.hash), digest, index))
    displace(second_bucket(entry.hash), digest, index);
  shares_->remove(entry.initiator_ip());
  inspectors_.release(entry.inspector);
  entry.inspector = kNoInspector;
  scans_.release(entry.scan);
  entry.scan = kNoScan;
  entry.status = FlowStatus::kFree;
  free_.push_back(index);
}

void FlowTable::cut(FlowEntry& entry, DropReason reason) noexcept {
  if (entry.live()) accounts_.end(index_of(entry), entry, FlowEnd::kCut, reason);
  inspectors_.release(entry.inspector);
  entry.inspector = kNoInspector;
  scans_.release(entry.scan);
  entry.scan = kNoScan;
  entry.status = FlowStatus::kCut;
}

void FlowTable::tell_all() noexcept {
  for (uint32_t i = 0; i < capacity_; ++i)
    if (entries_[i].live()) accounts_.tell(i, entries_[i]);
}

size_t FlowTable::sweep_budget(uint64_t now_ns) noexcept {
  if (swept_ns_ == 0) swept_ns_ = now_ns;
  const uint64_t elapsed = std::min(now_ns - swept_ns_, kSweepRound);
  const size_t due = elapsed * capacity_ / kSweepRound;
  if (due == 0) return 0;
  swept_ns_ = now_ns;
  return std::min(due, kSweepMost);
}

}  // namespace bulkhead::dataplane
