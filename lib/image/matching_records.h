// SPDX-License-Identifier: Apache-2.0
// Part of the image's layout (image/layout.h): pattern databases, and what their patterns mean.
#pragma once

#include <cstdint>

#include "image/wide_records.h"
#include "match/hyperscan.h"
#include "match/records.h"

namespace bulkhead::image {

// ServiceRecord::expects: what an opaque TCP service may carry. 0: what is usual on its port.
inline constexpr uint16_t kExpectsAnything = 0xffff;
// Otherwise one more than an index into kExpectations, each a match::ProtocolMask.

inline constexpr uint32_t kMaxDatabaseSection = 128u << 20;  // all databases together

enum class DatabaseKind : uint32_t {
  kIdentify = 1,         // streams: first bytes of TCP connections
  kStreamSignatures,     // streams
  kUnitSignatures,       // blocks
  kOperationSignatures,  // blocks: whole messages; since version 6; may have no bytes
};

constexpr match::Mode mode_of(DatabaseKind kind) noexcept {
  const bool streams = kind == DatabaseKind::kIdentify || kind == DatabaseKind::kStreamSignatures;
  return streams ? match::Mode::kStream : match::Mode::kBlock;
}

struct SignatureSetRecord {
  StringRef name;
};

struct DatabaseRecord {
  uint32_t kind = 0;   // DatabaseKind, each once, ascending
  uint32_t slots = 0;  // words that a stream or unit needs beside it (match/hits.h)
  Run signatures;      // into kSignatures
  Run patterns;        // into kSignaturePatterns: index of each pattern's signature in the run
  Run bytes;           // into kDatabaseBytes: serialised by Hyperscan
};
static_assert(sizeof(SignatureSetRecord) == 8 && sizeof(DatabaseRecord) == 32);

}  // namespace bulkhead::image
