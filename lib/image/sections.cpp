// SPDX-License-Identifier: Apache-2.0
#include "image/sections.h"

#include "image/versions.h"

namespace bulkhead::image {
namespace {

template <typename T>
std::span<const T> section(const uint8_t* base, SectionId id) noexcept {
  const auto& header = *reinterpret_cast<const ImageHeader*>(base);
  if (static_cast<size_t>(id) >= sections_in(header.layout_version)) return {};
  const SectionRef& ref = header.sections[static_cast<size_t>(id)];
  return {reinterpret_cast<const T*>(base + ref.offset), ref.count};
}

}  // namespace

Sections Sections::of(const uint8_t* base) noexcept {
  Sections out;
  out.strings = section<char>(base, SectionId::kStrings);
  out.gateways = section<GatewayRecord>(base, SectionId::kGateways);
  out.identities = section<IdentityRecord>(base, SectionId::kIdentities);
  out.addresses = section<AddressSlot>(base, SectionId::kAddressIndex);
  out.pairs = section<PairSlot>(base, SectionId::kPairIndex);
  out.pair_lists = section<uint32_t>(base, SectionId::kPairLists);
  out.relationships = section<RelationshipRecord>(base, SectionId::kRelationships);
  out.services = section<ServiceRecord>(base, SectionId::kServices);
  out.rules = section<RuleRecord>(base, SectionId::kRules);
  out.ranges = section<RangeRecord>(base, SectionId::kRanges);
  out.vetoes = section<VetoRecord>(base, SectionId::kVetoes);
  out.schedules = section<ScheduleRecord>(base, SectionId::kSchedules);
  out.offsets = section<OffsetRecord>(base, SectionId::kOffsets);
  out.attributes = section<AttributeRecord>(base, SectionId::kAttributes);
  out.break_glass = section<BreakGlassRecord>(base, SectionId::kBreakGlass);
  out.approvers = section<ApproverRecord>(base, SectionId::kApprovers);
  out.wide_rules = section<WideRuleRecord>(base, SectionId::kWideRules);
  out.wide_ranges = section<WideRangeRecord>(base, SectionId::kWideRanges);
  out.point_sets = section<PointSetRecord>(base, SectionId::kPointSets);
  out.point_names = section<PointNameRecord>(base, SectionId::kPointNames);
  out.name_texts = section<char>(base, SectionId::kNameTexts);
  out.expectations = section<uint64_t>(base, SectionId::kExpectations);
  out.identify_rows = section<match::IdentifyRecord>(base, SectionId::kIdentifyRows);
  out.signature_sets = section<SignatureSetRecord>(base, SectionId::kSignatureSets);
  out.signatures = section<match::SignatureRecord>(base, SectionId::kSignatures);
  out.signature_patterns = section<uint32_t>(base, SectionId::kSignaturePatterns);
  out.bound_sets = section<uint64_t>(base, SectionId::kBoundSets);
  out.databases = section<DatabaseRecord>(base, SectionId::kDatabases);
  out.database_bytes = section<uint8_t>(base, SectionId::kDatabaseBytes);
  out.signature_terms = section<match::SignatureTermRecord>(base, SectionId::kSignatureTerms);
  out.signature_ranges = section<match::SignatureRange>(base, SectionId::kSignatureRanges);
  out.opaque_terms = section<OpaqueRecord>(base, SectionId::kOpaqueTerms);
  out.class_sets = section<uint64_t>(base, SectionId::kClassSets);
  return out;
}

}  // namespace bulkhead::image
