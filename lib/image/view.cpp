// SPDX-License-Identifier: Apache-2.0
// Lookups. The decisions are in decide.cpp.
#include "image/view.h"

#include <cstring>

#include "base/prefetch.h"

namespace bulkhead::image {

ImageView::ImageView(std::span<const uint8_t> bytes) noexcept
    : base_(bytes.data()), sections_(Sections::of(bytes.data())) {}

std::string_view ImageView::gateway() const noexcept {
  if (empty()) return {};
  const auto& name = header().gateway;
  return {name.data(), ::strnlen(name.data(), name.size())};
}

int64_t ImageView::created_wall_ns() const noexcept {
  return empty() ? 0 : header().created_wall_ns;
}

void ImageView::prefetch_pair(IdentityIndex source, IdentityIndex destination) const noexcept {
  const auto slots = sections_.pairs;
  if (slots.empty() || !source.valid() || !destination.valid()) return;
  const uint64_t hash = pair_hash(identity(source).cls, identity(destination).cls);
  prefetch_line(&slots[hash & (slots.size() - 1)]);
}

uint32_t ImageView::find_pair(IdentityIndex source, IdentityIndex destination) const noexcept {
  const auto slots = sections_.pairs;
  if (slots.empty() || !source.valid() || !destination.valid()) return kNone;
  const uint32_t from = identity(source).cls;
  const uint32_t to = identity(destination).cls;
  const uint64_t mask = slots.size() - 1;
  uint64_t at = pair_hash(from, to) & mask;
  for (uint32_t probe = 0; probe < kMaxProbe; ++probe, at = (at + 1) & mask) {
    const PairSlot& slot = slots[at];
    if (slot.source_class == from && slot.destination_class == to) return static_cast<uint32_t>(at);
    if (slot.source_class == kNone) return kNone;
  }
  return kNone;
}

std::span<const IdentityRecord> ImageView::identities() const noexcept {
  return sections_.identities;
}
std::span<const GatewayRecord> ImageView::gateways() const noexcept {
  return sections_.gateways;
}
std::span<const RelationshipRecord> ImageView::relationships() const noexcept {
  return sections_.relationships;
}
std::span<const VetoRecord> ImageView::vetoes() const noexcept {
  return sections_.vetoes;
}

std::span<const AttributeRecord> ImageView::attributes() const noexcept {
  return sections_.attributes;
}

std::string_view ImageView::text(StringRef ref) const noexcept {
  return {sections_.strings.data() + ref.offset, ref.length};
}

std::string_view ImageView::name_of(RelationshipIndex i) const noexcept {
  if (i.value >= sections_.relationships.size()) return {};
  return text(sections_.relationships[i.value].name);
}

std::string_view ImageView::name_of(IdentityIndex i) const noexcept {
  if (i.value >= sections_.identities.size()) return {};
  return text(sections_.identities[i.value].name);
}

}  // namespace bulkhead::image
