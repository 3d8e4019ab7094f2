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

struct SignatureRecord {
  uint32_t sid = 0;
  uint32_t rev = 0;
  uint32_t message_offset = 0;  // into the image's strings
  uint32_t message_length = 0;
  uint32_t first_pattern = 0;  // of its database; all must match
  uint32_t patterns = 0;
  uint32_t first_slot = kNoSlot;  // where its patterns are remembered; kNoSlot: it has one only
  uint8_t set = 0;
  uint8_t action = 0;    // match::Action
  uint8_t toward = 0;    // match::Toward
  uint8_t protocol = 0;  // ip_protocol
};

// What a pattern of the identification database shows.
struct IdentifyRecord {
  uint8_t protocol = 0;   // match::Protocol
  uint8_t side = 0;       // whose first bytes: 0 who opened the connection, 1 who answers, 2 either
  uint8_t group = 0;      // rows of one protocol and group count together only; 0: each for itself
  uint8_t confirmed = 0;  // 1: it only nominates, and the protocol's parser decides
};

static_assert(sizeof(SignatureRecord) == 32 && sizeof(IdentifyRecord) == 4);
static_assert(std::has_unique_object_representations_v<SignatureRecord> &&
              std::has_unique_object_representations_v<IdentifyRecord>);

}  // namespace bulkhead::match
