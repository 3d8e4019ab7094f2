// SPDX-License-Identifier: Apache-2.0
#include "table/reassembly.h"

#include <algorithm>

#include "wire/ipv4.h"
#include "wire/ipv4_fragment.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kNone = ReassemblyTable::kContexts;

}  // namespace

// Not initialised: only what a fragment has written is ever read, and untouched pages cost nothing.
ReassemblyTable::ReassemblyTable() : bytes_(new uint8_t[kContexts * (kHeaderRoom + kMaxPacket)]) {}

size_t ReassemblyTable::find(const FragmentKey& key) const noexcept {
  for (size_t i = 0; i < kContexts; ++i)
    if (since_ns_[i] != 0 && keys_[i] == key) return i;
  return kNone;
}

// A free context; else the oldest one, of this lane if it has its share already.
size_t ReassemblyTable::claim(const FragmentKey& key, uint64_t now_ns, GivenUp& given_up) noexcept {
  size_t free = kNone, oldest = 0, own_oldest = kNone, own = 0;
  for (size_t i = 0; i < kContexts; ++i) {
    if (since_ns_[i] == 0) {
      free = i;
      continue;
    }
    if (since_ns_[oldest] == 0 || since_ns_[i] < since_ns_[oldest]) oldest = i;
    if (keys_[i].lane != key.lane) continue;
    ++own;
    if (own_oldest == kNone || since_ns_[i] < since_ns_[own_oldest]) own_oldest = i;
  }
  size_t at = own >= kPerLane ? own_oldest : free;
  if (at == kNone) at = oldest;
  if (since_ns_[at] != 0) {
    given_up.full += contexts_[at].fragments;
    release(at);
  }
  since_ns_[at] = std::max<uint64_t>(now_ns, 1);
  keys_[at] = key;
  contexts_[at] = Context{};
  ++held_;
  return at;
}

void ReassemblyTable::release(size_t at) noexcept {
  since_ns_[at] = 0;
  --held_;
}

void ReassemblyTable::expire(uint64_t now_ns, GivenUp& given_up) noexcept {
  for (size_t i = 0; i < kContexts; ++i) {
    if (since_ns_[i] == 0 || now_ns - since_ns_[i] < kTimeoutNs) continue;
    given_up.timeout += contexts_[i].fragments;
    release(i);
  }
}

ReassemblyTable::Outcome ReassemblyTable::condemn(size_t at, GivenUp& given_up) noexcept {
  Context& context = contexts_[at];
  context.condemned = true;
  given_up.overlap += context.fragments;
  context.fragments = 0;
  return {Fate::kOverlap};
}

// The first fragment's header, just before the payload, becomes the whole packet's.
ReassemblyTable::Outcome ReassemblyTable::finish(size_t at, GivenUp& given_up) noexcept {
  const Context& context = contexts_[at];
  const size_t size = context.header_size + context.total;
  release(at);
  if (size > kMaxPacket) {
    given_up.too_large += context.fragments - 1;
    return {Fate::kTooLarge};
  }
  const std::span<uint8_t> packet{payload_of(at) - context.header_size, size};
  wire::finish_ipv4_header(packet, context.header_size, 0);
  return {Fate::kWhole, packet, context.fragments};
}

ReassemblyTable::Outcome ReassemblyTable::add(const FragmentKey& key,
                                              std::span<const uint8_t> fragment, uint64_t now_ns,
                                              GivenUp& given_up) noexcept {
  const wire::Ipv4Fragment f = wire::read_fragment(fragment);
  const uint32_t end = f.offset + f.length;
  if (f.length == 0 || (!f.last && f.length % wire::kFragmentUnit != 0)) return {Fate::kMalformed};
  if (end > kMaxPacket - wire::kIpv4Size) return {Fate::kTooLarge};
  size_t at = find(key);
  if (at == kNone) at = claim(key, now_ns, given_up);
  Context& context = contexts_[at];
  if (context.condemned) return {Fate::kOverlap};
  const bool beyond = context.total != 0 && end > context.total;
  const bool other_end = f.last && (context.total != 0 || context.reaches > end);
  if (beyond || other_end) return condemn(at, given_up);
  for (size_t unit = f.offset / 8; unit * 8 < end; ++unit) {
    if (context.seen[unit]) return condemn(at, given_up);
    context.seen[unit] = true;
  }
  ++context.fragments;
  context.received += f.length;
  context.reaches = std::max(context.reaches, end);
  if (f.last) context.total = end;
  uint8_t* const payload = payload_of(at);
  std::copy_n(&fragment[f.header_size], f.length, payload + f.offset);
  if (f.offset == 0) {
    context.header_size = f.header_size;
    std::copy_n(fragment.data(), f.header_size, payload - f.header_size);
  }
  const bool whole = context.total != 0 && context.received == context.total;
  return whole ? finish(at, given_up) : Outcome{};
}

}  // namespace bulkhead::dataplane
