// SPDX-License-Identifier: Apache-2.0
// Signatures and identification as they lie in the policy image (image/layout.h): what a pattern's
// number means. Free of pointers and padding.
#pragma once

#include <cstdint>
#include <type_traits>

namespace bulkhead::match {

inline constexpr uint32_t kNoSlot = 0xffff'ffff;
inline constexpr uint32_t kMaxSignatureSets = 64;  // bits of a word
inline constexpr uint32_t kMaxSlots = 1024;        // per stream, of all signatures
inline constexpr uint32_t kMaxPortRanges = 8;      // of a signature, on either side of its arrow
inline constexpr uint32_t kMaxCodeRanges = 64;     // of a signature's operation

struct SignatureRecord {
  uint32_t sid = 0;
  uint32_t rev = 0;
  uint32_t message_offset = 0;  // into the image's strings
  uint32_t message_length = 0;
  uint32_t first_pattern = 0;     // of its database; all must match
  uint32_t patterns = 0;          // 0: its operation is all it asks for
  uint32_t first_slot = kNoSlot;  // where its patterns are remembered; kNoSlot: it has one only
  uint8_t set = 0;
  uint8_t action = 0;    // match::Action
  uint8_t toward = 0;    // match::Toward
  uint8_t protocol = 0;  // ip_protocol
};

struct SignatureRange {
  uint32_t first = 0;
  uint32_t last = 0;  // inclusive

  constexpr bool operator==(const SignatureRange&) const noexcept = default;
};

// What a signature asks beside its patterns. Of the image's signature ranges it has those from
// `first_range` on: source ports, destination ports, codes, each ascending and with gaps.
struct SignatureTermRecord {
  uint32_t first_range = 0;
  uint8_t source_ports = 0;       // how many ranges; 0: any port
  uint8_t destination_ports = 0;  // the same
  uint8_t codes = 0;              // of operations of `app`, beside those of class `cls`
  uint8_t either_way = 0;         // <>: source and destination may be the other way round
  uint8_t app = 0;                // wire::App; 0: of any protocol
  uint8_t cls = 0;                // wire::OperationClass; 0: only those of `codes`
  uint16_t reserved = 0;

  // It looks at messages that were told as operations, not at bytes.
  [[nodiscard]] constexpr bool about_operations() const noexcept { return app != 0 || cls != 0; }
  constexpr bool operator==(const SignatureTermRecord&) const noexcept = default;
};

// What a pattern of the identification database shows.
struct IdentifyRecord {
  uint8_t protocol = 0;   // match::Protocol
  uint8_t side = 0;       // whose first bytes: 0 who opened the connection, 1 who answers, 2 either
  uint8_t group = 0;      // rows of one protocol and group count together only; 0: each for itself
  uint8_t confirmed = 0;  // 1: it only nominates, and the protocol's parser decides
};

static_assert(sizeof(SignatureRecord) == 32 && sizeof(IdentifyRecord) == 4);
static_assert(sizeof(SignatureTermRecord) == 12 && sizeof(SignatureRange) == 8);
static_assert(std::has_unique_object_representations_v<SignatureRecord> &&
              std::has_unique_object_representations_v<SignatureTermRecord> &&
              std::has_unique_object_representations_v<IdentifyRecord>);

}  // namespace bulkhead::match
