// SPDX-License-Identifier: Apache-2.0
#include "table/io_connections.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "base/hash.h"

namespace bulkhead::dataplane {
namespace {

using wire::cip::IoConnection;
using wire::cip::IoType;
using wire::cip::IoWay;
using wire::cip::Triad;

constexpr int kTries = 64;

}  // namespace

IoConnections::IoConnections(uint32_t connections, uint64_t seed)
    : mask_(std::bit_ceil(std::max<size_t>(size_t{2} * connections / kWays, 1)) - 1),
      seed_(seed),
      buckets_(std::make_unique<Bucket[]>(mask_ + 1)),
      slots_(std::make_unique<Slot[]>((mask_ + 1) * kWays)) {}

size_t IoConnections::bucket_of(const IpAddress& from, const IpAddress& to) const noexcept {
  return mix(mix(from.high() ^ seed_, from.low()), mix(to.high(), to.low())) & mask_;
}

bool IoConnections::ahead(uint64_t state, uint32_t sequence) noexcept {
  return (state & kPassed) == 0 ||
         static_cast<int32_t>(sequence - static_cast<uint32_t>(state)) > 0;
}

// Acquire: who reads a word of a later record also sees that its version is odd, or later. Pairs
// with the release in write(). Without it words of two records could be taken for one.
IoConnections::Record IoConnections::read(const Slot& slot) noexcept {
  static_assert(std::is_trivially_copyable_v<Record>);
  std::array<uint64_t, kWords> words;
  for (size_t i = 0; i < kWords; ++i) words[i] = slot.words[i].load(std::memory_order_acquire);
  Record out;
  std::memcpy(static_cast<void*>(&out), words.data(), sizeof out);
  return out;
}

// By whoever holds the bucket.
void IoConnections::write(size_t bucket, size_t way, const Record& record,
                          uint64_t now_ns) noexcept {
  Slot& slot = this->slot(bucket, way);
  const uint64_t version = slot.version.load(std::memory_order_relaxed);
  std::array<uint64_t, kWords> words{};
  std::memcpy(words.data(), &record, sizeof record);
  slot.version.store(version + 1, std::memory_order_relaxed);
  // Release: the odd version before each word. Pairs with the acquire in read().
  for (size_t i = 0; i < kWords; ++i) slot.words[i].store(words[i], std::memory_order_release);
  // Release, for the same reason. It also ends every swap from a number of the former content.
  slot.sequence.store(content_of(version + 2), std::memory_order_release);
  slot.heard_ns.store(now_ns, std::memory_order_relaxed);
  // Release: the record before the even version. Pairs with the acquire in find().
  slot.version.store(version + 2, std::memory_order_release);
  // Release: the record before its identifier. Pairs with the acquire in find(): who sees it there
  // does not find the former record any more.
  buckets_[bucket].identifiers[way].store(record.used ? record.way.identifier : 0,
                                          std::memory_order_release);
}

bool IoConnections::silent(const Slot& slot, const Record& record, uint64_t now_ns) noexcept {
  const uint64_t heard = slot.heard_ns.load(std::memory_order_relaxed);
  return now_ns > heard && now_ns - heard > record.way.lifetime_ns;
}

// Where the record goes: where its identifier is; else of a pair that has all it may
// have, where the pair was silent for longest; else a free place; else where anybody was.
size_t IoConnections::place(size_t bucket, const Record& record, uint64_t now_ns) noexcept {
  struct Oldest {
    uint64_t heard_ns = UINT64_MAX;
    size_t way = 0;
    void add(uint64_t heard, size_t at) noexcept {
      if (heard < heard_ns) *this = {heard, at};
    }
  };
  Oldest of_pair, of_all;
  size_t count = 0;
  for (size_t way = 0; way < kWays; ++way) {
    const Slot& slot = this->slot(bucket, way);
    const Record other = read(slot);
    const bool of_the_pair = other.used && other.from == record.from && other.to == record.to;
    if (of_the_pair && other.way.identifier == record.way.identifier) return way;
    if (!other.used || silent(slot, other, now_ns)) {
      of_all.add(0, way);
      continue;
    }
    const uint64_t heard = slot.heard_ns.load(std::memory_order_relaxed);
    of_all.add(heard, way);
    if (!of_the_pair) continue;
    of_pair.add(heard, way);
    ++count;
  }
  return count >= kMostOfPair ? of_pair.way : of_all.way;
}

bool IoConnections::claim(Bucket& bucket) noexcept {
  // Acquire: what the last holder stored is seen. Pairs with the release where it is given back.
  for (int tries = 0; tries < kTries; ++tries)
    if (bucket.claiming.exchange(1, std::memory_order_acquire) == 0) return true;
  return false;
}

bool IoConnections::insert(const Record& record, uint64_t now_ns) noexcept {
  const size_t bucket = bucket_of(record.from, record.to);
  if (!claim(buckets_[bucket])) return false;
  write(bucket, place(bucket, record, now_ns), record, now_ns);
  buckets_[bucket].claiming.store(0, std::memory_order_release);
  return true;
}

bool IoConnections::opened(const IpAddress& originator, const IpAddress& target,
                           const IoConnection& connection, uint64_t now_ns) noexcept {
  // A null ForwardOpen changes nothing of the connection whose triad it has: 3-5.5.2.
  const bool null =
      connection.to_target.type == IoType::kNull && connection.to_originator.type == IoType::kNull;
  if (null) return true;
  closed(originator, target, connection.triad);
  const bool multicast = connection.to_originator.type == IoType::kMulticast;
  const IpAddress group = connection.group == 0 ? IpAddress{} : IpAddress::v4(connection.group);
  Record out{.from = originator,
             .to = target,
             .counterpart = multicast ? group : originator,
             .triad = connection.triad,
             .unit = connection.unit,
             .transport_class = connection.transport_class,
             .used = true,
             .to_target = true,
             .way = connection.to_target};
  Record back = out;
  back.from = target;
  back.to = out.counterpart;
  back.counterpart = target;
  back.to_target = false;
  back.way = connection.to_originator;
  const auto open = [&](const Record& record) {
    return record.way.type == IoType::kNull || record.to.is_zero() || insert(record, now_ns);
  };
  const bool both = open(out) && open(back);
  if (!both) closed(originator, target, connection.triad);
  return both;
}

IpAddress IoConnections::remove(const IpAddress& from, const IpAddress& to, const Triad& triad,
                                bool to_target) noexcept {
  IpAddress counterpart;
  const size_t bucket = bucket_of(from, to);
  if (!claim(buckets_[bucket])) return counterpart;
  for (size_t way = 0; way < kWays; ++way) {
    const Record record = read(slot(bucket, way));
    const bool same = record.used && record.to_target == to_target && record.triad == triad &&
                      record.from == from && record.to == to;
    if (!same) continue;
    counterpart = record.counterpart;
    write(bucket, way, {}, 0);
  }
  buckets_[bucket].claiming.store(0, std::memory_order_release);
  return counterpart;
}

void IoConnections::closed(const IpAddress& originator, const IpAddress& target,
                           const Triad& triad) noexcept {
  const IpAddress group = remove(originator, target, triad, true);
  (void)remove(target, originator, triad, false);
  if (group.is_multicast()) (void)remove(target, group, triad, false);
}

IoConnections::Found IoConnections::find(const IpAddress& from, const IpAddress& to,
                                         uint32_t identifier, uint64_t now_ns) noexcept {
  Found out;
  const size_t bucket = bucket_of(from, to);
  for (size_t way = 0; way < kWays; ++way) {
    // Acquire: pairs with the release in write().
    if (buckets_[bucket].identifiers[way].load(std::memory_order_acquire) != identifier) continue;
    Slot& slot = this->slot(bucket, way);
    // Acquire: pairs with the release in write().
    const uint64_t before = slot.version.load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    const Record record = read(slot);
    // Acquire: as in read().
    const uint64_t state = slot.sequence.load(std::memory_order_acquire);
    if (slot.version.load(std::memory_order_relaxed) != before) continue;
    const bool same = record.used && record.way.identifier == identifier && record.from == from &&
                      record.to == to;
    if (!same) continue;
    if (silent(slot, record, now_ns)) return out;
    out.slot_ = &slot;
    out.state_ = state;
    out.record_ = record;
    return out;
  }
  return out;
}

// The numbers of a slot never recur, whatever connections it has had: each content begins with
// another one. So a swap that succeeds proves that the slot is still the connection's; that needs
// no order, and a number guards no other memory: relaxed.
bool IoConnections::passed(const Found& found, uint32_t sequence, uint64_t now_ns) noexcept {
  std::atomic<uint64_t>& state = found.slot_->sequence;
  const uint64_t content = found.state_ >> kContentShift;
  uint64_t expected = found.state_;
  for (int tries = 0; tries < kTries; ++tries) {
    if (expected >> kContentShift != content || !ahead(expected, sequence)) return false;
    if (!state.compare_exchange_strong(expected, content << kContentShift | kPassed | sequence,
                                       std::memory_order_relaxed, std::memory_order_relaxed))
      continue;
    found.slot_->heard_ns.store(now_ns, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace bulkhead::dataplane
