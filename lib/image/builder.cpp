// SPDX-License-Identifier: Apache-2.0
#include "image/builder.h"

#include <sys/mman.h>

#include "image/sections.h"
#include "image/versions.h"

namespace bulkhead::image {
namespace {

struct SectionBytes {
  const void* data = nullptr;
  size_t count = 0;
};

template <typename T>
SectionBytes bytes_of(const std::vector<T>& items) {
  return {items.data(), items.size()};
}

std::array<SectionBytes, kSectionCount> sections_of(const ImageParts& parts) {
  return {bytes_of(parts.strings.items()),
          bytes_of(parts.gateways),
          bytes_of(parts.identities),
          bytes_of(parts.addresses),
          bytes_of(parts.pairs),
          bytes_of(parts.pair_lists.items()),
          bytes_of(parts.relationships),
          bytes_of(parts.services),
          bytes_of(parts.rules),
          bytes_of(parts.ranges.items()),
          bytes_of(parts.vetoes),
          bytes_of(parts.schedules.items()),
          bytes_of(parts.offsets.items()),
          bytes_of(parts.attributes),
          bytes_of(parts.break_glass),
          bytes_of(parts.approvers),
          bytes_of(parts.wide_rules),
          bytes_of(parts.wide_ranges.items()),
          bytes_of(parts.point_sets.items()),
          bytes_of(parts.point_names.items()),
          bytes_of(parts.name_texts.items()),
          bytes_of(parts.expectations.items()),
          bytes_of(parts.identify_rows),
          bytes_of(parts.signature_sets),
          bytes_of(parts.signatures),
          bytes_of(parts.signature_patterns),
          bytes_of(parts.bound_sets),
          bytes_of(parts.databases),
          bytes_of(parts.database_bytes),
          bytes_of(parts.signature_terms),
          bytes_of(parts.signature_ranges),
          bytes_of(parts.opaque_terms.items()),
          bytes_of(parts.class_sets)};
}

// Half the time of writing a large image is its memory's first touch, page by page. A kernel that
// does not help is no error.
void ask_for_huge_pages(uint8_t* data, size_t size) {
  constexpr uintptr_t kHuge = 2u << 20;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(data) + kHuge - 1) / kHuge * kHuge;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(data) + size) / kHuge * kHuge;
  if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

// The oldest that can say it, so that a dataplane of an earlier release takes it.
uint32_t version_for(const ImageParts& parts) {
  if (!parts.class_sets.empty()) return 8;
  if (!parts.opaque_terms.items().empty()) return 7;
  if (!parts.signature_terms.empty()) return 6;
  if (!parts.databases.empty()) return 5;
  for (const ServiceRecord& service : parts.services)
    if (is_wide(service.app)) return 4;
  return parts.break_glass.empty() ? kOldestLayoutVersion : 3;
}

void append(std::vector<uint8_t>& out, const void* data, size_t size) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

}  // namespace

Result<std::vector<uint8_t>> serialise(const ImageParts& parts, ImageHeader header) {
  const auto sections = sections_of(parts);
  header.layout_version = version_for(parts);
  header.header_size = static_cast<uint32_t>(header_bytes(header.layout_version));
  const size_t count = sections_in(header.layout_version);
  uint64_t end = header.header_size;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t start = align_section(end);
    header.sections[i] = {start, static_cast<uint32_t>(sections[i].count), kElementSizes[i]};
    end = start + uint64_t{sections[i].count} * kElementSizes[i];
  }
  header.total_size = align_section(end) + kSignatureBytes;
  if (header.total_size > kMaxImageBytes)
    return Error{ErrorCode::kExhausted,
                 "the compiled policy would need " + std::to_string(header.total_size) +
                     " bytes; an image has at most " + std::to_string(kMaxImageBytes)};
  std::vector<uint8_t> out;
  out.reserve(header.total_size);  // and written once, without zeroing first
  ask_for_huge_pages(out.data(), out.capacity());
  append(out, &header, header.header_size);
  for (size_t i = 0; i < count; ++i) {
    out.resize(header.sections[i].offset);
    append(out, sections[i].data, sections[i].count * kElementSizes[i]);
  }
  out.resize(header.total_size);
  return out;
}

}  // namespace bulkhead::image
