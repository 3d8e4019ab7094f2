// SPDX-License-Identifier: Apache-2.0
#include "overlay/codec.h"

#include <algorithm>

#include "overlay/check.h"
#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::overlay {
namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr uint64_t kMagic = 0x42'4c'48'4b'4f'56'4c'31;  // "BLHKOVL1"

void put(Writer& out, const std::string& text) {
  out.u8(static_cast<uint8_t>(text.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}
void put(Writer& out, const Lock& lock) {
  out.u8(static_cast<uint8_t>(lock.target));
  put(out, lock.name);
}
void put(Writer& out, const PostureFact& fact) {
  put(out, fact.identity);
  put(out, fact.attribute);
  out.be64(static_cast<uint64_t>(fact.until_wall_ns));
}
template <typename T>
void put(Writer& out, const std::vector<T>& list);
void put(Writer& out, const Island& island) {
  put(out, island.name);
  put(out, island.gateway);
  put(out, island.members);
}
template <typename T>
void put(Writer& out, const std::vector<T>& list) {
  out.be32(static_cast<uint32_t>(list.size()));
  for (const T& item : list) put(out, item);
}

void take(Cursor& in, std::string& text) {
  const auto view = in.bytes(in.u8());
  text.assign(view.begin(), view.end());
}
void take(Cursor& in, Lock& lock) {
  lock.target = static_cast<LockTarget>(in.u8());
  take(in, lock.name);
}
void take(Cursor& in, PostureFact& fact) {
  take(in, fact.identity);
  take(in, fact.attribute);
  fact.until_wall_ns = static_cast<int64_t>(in.be64());
}
// False: longer than the limit or the input. No item takes less than two bytes.
template <typename T>
bool take(Cursor& in, std::vector<T>& list, size_t limit);
bool take_item(Cursor& in, Island& island) {
  take(in, island.name);
  take(in, island.gateway);
  return take(in, island.members, kMaxMembers);
}
template <typename T>
bool take_item(Cursor& in, T& item) {
  take(in, item);
  return true;
}
template <typename T>
bool take(Cursor& in, std::vector<T>& list, size_t limit) {
  const uint32_t count = in.be32();
  if (count > limit || count > in.left() / 2) return false;
  for (uint32_t i = 0; i < count && in.ok(); ++i)
    if (!take_item(in, list.emplace_back())) return false;
  return in.ok();
}

Fault fault_at(const Cursor& in, FaultKind kind) {
  return {in.ok() ? kind : FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
}

size_t size_of(const Overlay& overlay) {
  size_t bytes = 64 + overlay.gateway.size();
  for (const auto& lock : overlay.locks) bytes += 2 + lock.name.size();
  for (const auto& fact : overlay.facts) bytes += 10 + fact.identity.size() + fact.attribute.size();
  for (const auto& island : overlay.islands) {
    bytes += 6 + island.name.size() + island.gateway.size();
    for (const auto& member : island.members) bytes += 1 + member.size();
  }
  return bytes;
}

}  // namespace

void normalise(Overlay& overlay) {
  const auto sort_unique = [](auto& list) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  sort_unique(overlay.locks);
  for (auto& island : overlay.islands) sort_unique(island.members);
  sort_unique(overlay.islands);
  sort_unique(overlay.facts);
  std::vector<PostureFact> facts;
  for (auto& fact : overlay.facts) {
    const bool again = !facts.empty() && facts.back().identity == fact.identity &&
                       facts.back().attribute == fact.attribute;
    if (again) facts.pop_back();
    facts.push_back(std::move(fact));
  }
  overlay.facts = std::move(facts);
}

Result<std::vector<uint8_t>> encode(const Overlay& overlay) {
  if (auto status = check(overlay); !status) return status.error();
  const size_t size = size_of(overlay);
  if (size > kMaxOverlayBytes)
    return Error{ErrorCode::kExhausted,
                 "the overlay would be longer than 16 MiB: locks, islands "
                 "and facts name too much at once"};
  std::vector<uint8_t> bytes(size);
  Writer out{bytes};
  out.be64(kMagic).be64(overlay.number).be64(static_cast<uint64_t>(overlay.created_wall_ns));
  put(out, overlay.gateway);
  put(out, overlay.locks);
  put(out, overlay.islands);
  put(out, overlay.facts);
  if (!out.ok()) return Error{ErrorCode::kInternal, "the overlay is longer than it was reckoned"};
  bytes.resize(out.size());
  return bytes;
}

wire::Parsed<Overlay> decode(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  if (bytes.size() > kMaxOverlayBytes) return fault_at(in, FaultKind::kBadTotalLength);
  if (in.be64() != kMagic) return fault_at(in, FaultKind::kBadVersion);
  Overlay out;
  out.number = in.be64();
  out.created_wall_ns = static_cast<int64_t>(in.be64());
  take(in, out.gateway);
  if (!take(in, out.locks, kMaxLocks) || !take(in, out.islands, kMaxIslands) ||
      !take(in, out.facts, kMaxFacts))
    return fault_at(in, FaultKind::kBadCount);
  if (!in.ok()) return fault_at(in, FaultKind::kTruncated);
  if (in.left() != 0) return fault_at(in, FaultKind::kBadLength);
  if (!check(out)) return fault_at(in, FaultKind::kBadValue);
  return out;
}

}  // namespace bulkhead::overlay
