// SPDX-License-Identifier: Apache-2.0
// The flat policy image: the contract between the two processes (docs/image_format.md).
//
//   ImageHeader | sections, each 64-byte aligned, in SectionId order | Ed25519 signature (64 bytes)
//
// All offsets are from the start of the image, all integers little endian, no pointers. The
// signature covers every byte before it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <type_traits>

#include "base/address.h"
#include "base/hash.h"
#include "image/matching_records.h"
#include "image/wide_records.h"

namespace bulkhead::image {

inline constexpr uint64_t kMagic = 0x31'47'4d'49'4b'48'4c'42;  // "BLHKIMG1"
inline constexpr uint32_t kLayoutVersion = 8;
inline constexpr uint32_t kOldestLayoutVersion = 2;  // is read as well (image/versions.h)
inline constexpr size_t kSignatureBytes = 64;
inline constexpr size_t kSectionAlign = 64;
inline constexpr uint64_t kMaxImageBytes = 1ull << 30;

// What bounds every loop of the packet path; kept by the compiler, proved by the verifier.
inline constexpr uint32_t kMaxProbe = 32;  // slots of an index looked at per key
inline constexpr uint32_t kMaxRelationshipsPerPair = 256;
inline constexpr uint32_t kMaxVetoesPerPair = 256;
inline constexpr uint32_t kMaxServicesPerRelationship = 64;
inline constexpr uint32_t kMaxRulesPerService = 256;
inline constexpr uint32_t kMaxSchedulesPerRelationship = 16;
inline constexpr uint32_t kMaxAttributesPerRelationship = 16;
inline constexpr uint32_t kMaxApproversPerGrant = 64;
inline constexpr uint32_t kMaxOpaqueTerms = 0xfffe;
inline constexpr uint32_t kMaxOffsetsPerSchedule = 512;
inline constexpr uint32_t kMinutesPerWeek = 7 * 24 * 60;
inline constexpr int32_t kMaxUtcOffset = 26 * 3600;  // seconds, either way
inline constexpr uint32_t kMaxRangesPerRun = 65536;  // binary search

enum class SectionId : uint32_t {
  kStrings = 0,    // bytes; StringRef points here
  kGateways,       // GatewayRecord[]
  kIdentities,     // IdentityRecord[], sorted by name
  kAddressIndex,   // AddressSlot[], power of two, open addressing by IP
  kPairIndex,      // PairSlot[], power of two, open addressing by (source class, destination class)
  kPairLists,      // uint32_t[]: relationship, veto, attribute and approver indices
  kRelationships,  // RelationshipRecord[], sorted by name
  kServices,       // ServiceRecord[]
  kRules,          // RuleRecord[]
  kRanges,         // RangeRecord[]
  kVetoes,         // VetoRecord[], sorted by name
  kSchedules,      // ScheduleRecord[]
  kOffsets,        // OffsetRecord[]
  kAttributes,     // AttributeRecord[], sorted by name
  kBreakGlass,     // BreakGlassRecord[], ascending by relationship; since version 3
  kApprovers,      // ApproverRecord[], sorted by name; since version 3
  kWideRules,      // WideRuleRecord[]: rules of protocols other than Modbus; since version 4
  kWideRanges,     // WideRangeRecord[]; since version 4
  kPointSets,      // PointSetRecord[]; since version 4
  kPointNames,     // PointNameRecord[]; since version 4
  kNameTexts,      // bytes of the names of points; since version 4
  kExpectations,   // match::ProtocolMask[]; since version 5, as all that follow
  kIdentifyRows,   // match::IdentifyRecord[], by pattern
  kSignatureSets,  // SignatureSetRecord[], sorted by name
  kSignatures,     // match::SignatureRecord[]
  kSignaturePatterns,  // uint32_t[]: signature of each pattern
  kBoundSets,          // uint64_t[] by relationship: a bit per signature set; or none at all
  kDatabases,          // DatabaseRecord[]
  kDatabaseBytes,      // bytes
  kSignatureTerms,   // match::SignatureTermRecord[], one for each signature, or none; since version
                     // 6
  kSignatureRanges,  // match::SignatureRange[]: ports and codes of the terms; since version 6
  kOpaqueTerms,      // OpaqueRecord[]; since version 7
  kClassSets,        // uint64_t[] by identity class: a bit per signature set; or none at all; since
                     // version 8
  kCount,
};
inline constexpr size_t kSectionCount = static_cast<size_t>(SectionId::kCount);

struct SectionRef {
  uint64_t offset = 0;
  uint32_t count = 0;         // elements
  uint32_t element_size = 0;  // bytes; checked against this build's sizeof
};

struct ImageHeader {
  uint64_t magic = kMagic;
  uint32_t layout_version = kLayoutVersion;
  uint32_t header_size = 0;
  uint64_t total_size = 0;  // signature included
  uint64_t generation = 0;
  int64_t created_wall_ns = 0;
  std::array<char, 64> gateway{};  // whom the image is for; NUL padded
  std::array<SectionRef, kSectionCount> sections{};
};

struct GatewayRecord {
  StringRef name;
};

struct IdentityRecord {
  StringRef name;
  IpAddress ip;  // zero: no binding
  std::array<uint8_t, 6> mac{};
  uint16_t vlan = 0xffff;
  uint32_t gateway = kNone;  // index into kGateways
  StringRef port;
  uint32_t cls = kNone;  // identity class
  uint32_t kind = 0;     // policy::IdentityKind
  uint32_t reserved = 0;
};

// 32 bytes, so that a slot never straddles a cache line.
struct AddressSlot {
  IpAddress ip;  // zero: free slot
  uint32_t identity = kNone;
  std::array<uint32_t, 3> reserved{};
};

// Only pairs that some relationship joins; a pair that is not here is denied.
struct PairSlot {
  uint32_t source_class = kNone;  // kNone: free slot
  uint32_t destination_class = kNone;
  Run relationships;  // into kPairLists
  Run vetoes;         // into kPairLists
  std::array<uint32_t, 2> reserved{};
};

struct RelationshipRecord {
  StringRef name;
  Run services;  // into kServices
  int64_t from_wall_ns = INT64_MIN;
  int64_t until_wall_ns = INT64_MAX;
  uint8_t refuse_with = 0;  // policy::RefuseWith
  uint8_t mode = 0;         // policy::Mode
  uint8_t on_end = 0;       // policy::OnEnd
  uint8_t is_grant = 0;
  uint32_t break_glass = 0;  // one more than its index in kBreakGlass; 0: it is none
  Run schedules;             // into kSchedules: open while one of them is; empty: always
  Run posture;               // into kPairLists: attributes that who asks must hold
};

struct ServiceRecord {
  uint8_t protocol = 0;  // IP protocol; 1 stands for echo of both families
  uint8_t app = 0;       // wire::App
  // Without inspection: what TCP carries (image/matching_records.h); since version 5. With it: one
  // more than an index into kOpaqueTerms, 0: nothing passes unread; since version 7.
  uint16_t expects = 0;
  Run ports;  // into kRanges
  Run rules;  // into kRules of Modbus, kWideRules of others
};

// A rule of Modbus, whose functions and units are few enough for bitmaps.
struct RuleRecord {
  std::array<uint64_t, 4> functions{};  // bitmap over codes 0-255
  std::array<uint64_t, 4> units{};      // bitmap over unit ids
  Run subfunctions;                     // into kRanges: allowed codes above 255
  uint8_t cls = 0;                      // wire::OperationClass
  uint8_t has_value = 0;
  uint8_t any_point = 0;     // also operations that name no point
  uint8_t any_function = 0;  // then `functions` and `subfunctions` are not looked at
  uint32_t value_first = 0;
  uint32_t value_last = 0;
  std::array<Run, 7> points{};  // by wire::PointType, into kRanges, sorted and coalesced
  uint32_t max_step = kNone;    // largest difference from the last known value; kNone: any
  uint64_t interval_ns = 0;     // one operation in this time; 0: no rate
  uint32_t burst = 0;           // operations at once
  uint32_t reserved = 0;
  uint64_t limit_id = 0;  // names the rate over generations; 0: no rate
};

struct RangeRecord {
  uint32_t first = 0;
  uint32_t last = 0;  // inclusive

  constexpr auto operator<=>(const RangeRecord&) const noexcept = default;
};

struct VetoRecord {
  StringRef name;
  uint32_t class_mask = 0;  // bit per wire::OperationClass; 0: everything
  uint32_t reserved = 0;
};

// Open minutes of a week by a zone's clock, and how that clock runs.
struct ScheduleRecord {
  Run open;     // into kRanges: minutes since Monday 00:00, sorted and coalesced
  Run offsets;  // into kOffsets, ascending, the first from INT64_MIN
};

// From this moment on the zone's clock is ahead of UTC by so much.
struct OffsetRecord {
  int64_t from_wall_ns = INT64_MIN;
  int32_t offset_s = 0;
  uint32_t reserved = 0;
};

// What a relationship may ask of whoever asks; the overlay says who holds it (image/conditions.h).
struct AttributeRecord {
  StringRef name;
};

// A grant that is closed until two of its approvers have signed for it (lib/break_glass).
struct BreakGlassRecord {
  uint32_t relationship = kNone;
  uint32_t longest_s = 0;  // from its opening on
  Run approvers;           // into kPairLists
};

struct ApproverRecord {
  StringRef name;
  std::array<uint8_t, 32> key{};  // Ed25519, public
};

static_assert(sizeof(BreakGlassRecord) == 16 && sizeof(ApproverRecord) == 40);
static_assert(sizeof(ScheduleRecord) == 16 && sizeof(OffsetRecord) == 16);
static_assert(sizeof(ImageHeader) == 632 && sizeof(IdentityRecord) == 56);
static_assert(sizeof(AddressSlot) == 32 && sizeof(PairSlot) == 32);
static_assert(sizeof(RelationshipRecord) == 56 && sizeof(ServiceRecord) == 20);
static_assert(sizeof(RuleRecord) == 168 && sizeof(VetoRecord) == 16);
// No hidden padding anywhere: equal records have equal bytes.
template <typename... Records>
inline constexpr bool kNoPadding = (std::has_unique_object_representations_v<Records> && ...);
static_assert(kNoPadding<ImageHeader, GatewayRecord, IdentityRecord, AddressSlot, PairSlot,
                         RelationshipRecord, ServiceRecord, RuleRecord, RangeRecord, VetoRecord,
                         ScheduleRecord, OffsetRecord, AttributeRecord, BreakGlassRecord,
                         ApproverRecord, WideRuleRecord, WideRangeRecord, PointSetRecord,
                         PointNameRecord, OpaqueRecord, SignatureSetRecord, DatabaseRecord>);

// Home slot = hash & (slots - 1); then linear, at most kMaxProbe slots.
inline uint64_t address_hash(const IpAddress& ip) noexcept {
  return mix(ip.high(), ip.low());
}
inline uint64_t pair_hash(uint32_t source_class, uint32_t destination_class) noexcept {
  return mix(source_class, destination_class);
}

constexpr uint64_t align_section(uint64_t offset) noexcept {
  return (offset + kSectionAlign - 1) / kSectionAlign * kSectionAlign;
}

}  // namespace bulkhead::image
