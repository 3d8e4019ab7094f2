// SPDX-License-Identifier: Apache-2.0
// The typed spans of an image whose section table has been checked.
#pragma once

#include <cstdint>
#include <span>

#include "image/layout.h"
#include "match/hits.h"

namespace bulkhead::image {

struct Sections {
  std::span<const char> strings;
  std::span<const GatewayRecord> gateways;
  std::span<const IdentityRecord> identities;
  std::span<const AddressSlot> addresses;
  std::span<const PairSlot> pairs;
  std::span<const uint32_t> pair_lists;
  std::span<const RelationshipRecord> relationships;
  std::span<const ServiceRecord> services;
  std::span<const RuleRecord> rules;
  std::span<const RangeRecord> ranges;
  std::span<const VetoRecord> vetoes;
  std::span<const ScheduleRecord> schedules;
  std::span<const OffsetRecord> offsets;
  std::span<const AttributeRecord> attributes;
  std::span<const BreakGlassRecord> break_glass;
  std::span<const ApproverRecord> approvers;
  std::span<const WideRuleRecord> wide_rules;
  std::span<const WideRangeRecord> wide_ranges;
  std::span<const PointSetRecord> point_sets;
  std::span<const PointNameRecord> point_names;
  std::span<const char> name_texts;
  std::span<const uint64_t> expectations;
  std::span<const match::IdentifyRecord> identify_rows;
  std::span<const SignatureSetRecord> signature_sets;
  std::span<const match::SignatureRecord> signatures;
  std::span<const uint32_t> signature_patterns;
  std::span<const uint64_t> bound_sets;
  std::span<const uint64_t> class_sets;
  std::span<const DatabaseRecord> databases;
  std::span<const uint8_t> database_bytes;
  std::span<const match::SignatureTermRecord> signature_terms;
  std::span<const match::SignatureRange> signature_ranges;
  std::span<const OpaqueRecord> opaque_terms;

  // `base`: a whole image, 8-byte aligned, whose section table lies within it.
  static Sections of(const uint8_t* base) noexcept;

  // What the patterns of one database mean.
  [[nodiscard]] match::SignatureTables tables_of(const DatabaseRecord& database) const noexcept {
    return {slice(signatures, database.signatures), slice(signature_patterns, database.patterns),
            signature_terms.empty() ? signature_terms : slice(signature_terms, database.signatures),
            signature_ranges};
  }

  // The elements of `run`, which the verifier found to lie within `all`.
  template <typename T>
  static std::span<const T> slice(std::span<const T> all, Run run) noexcept {
    return all.subspan(run.first, run.count);
  }
};

// sizeof of the element of each section, in SectionId order.
inline constexpr std::array<uint32_t, kSectionCount> kElementSizes = {
    sizeof(char),
    sizeof(GatewayRecord),
    sizeof(IdentityRecord),
    sizeof(AddressSlot),
    sizeof(PairSlot),
    sizeof(uint32_t),
    sizeof(RelationshipRecord),
    sizeof(ServiceRecord),
    sizeof(RuleRecord),
    sizeof(RangeRecord),
    sizeof(VetoRecord),
    sizeof(ScheduleRecord),
    sizeof(OffsetRecord),
    sizeof(AttributeRecord),
    sizeof(BreakGlassRecord),
    sizeof(ApproverRecord),
    sizeof(WideRuleRecord),
    sizeof(WideRangeRecord),
    sizeof(PointSetRecord),
    sizeof(PointNameRecord),
    sizeof(char),
    sizeof(uint64_t),
    sizeof(match::IdentifyRecord),
    sizeof(SignatureSetRecord),
    sizeof(match::SignatureRecord),
    sizeof(uint32_t),
    sizeof(uint64_t),
    sizeof(DatabaseRecord),
    sizeof(uint8_t),
    sizeof(match::SignatureTermRecord),
    sizeof(match::SignatureRange),
    sizeof(OpaqueRecord),
    sizeof(uint64_t),
};
static_assert(kElementSizes.back() != 0);  // none was forgotten

}  // namespace bulkhead::image
