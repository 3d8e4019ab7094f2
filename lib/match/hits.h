// SPDX-License-Identifier: Apache-2.0
// From matches of patterns to hits of signatures: all parts of one there, bound to the flow, and in
// the direction that it is about. State is where each part matched last, in memory of the flow.
#pragma once

#include <cstdint>
#include <span>

#include "base/static_vector.h"
#include "match/records.h"
#include "match/signature.h"
#include "match/stream.h"

namespace bulkhead::match {

// Independent parts of a signature count together when they end within so many bytes of a stream.
inline constexpr uint64_t kPartsWithin = 8192;
inline constexpr size_t kMaxHits = 16;

// Which signatures count for a piece of bytes.
struct Bound {
  uint64_t sets = 0;  // bit per set
  Toward toward = Toward::kServer;
  uint8_t protocol = 0;
  uint64_t within = kPartsWithin;  // UINT64_MAX: all of a unit
};

// The tables of one database, and what of them has matched. The tables were verified.
class Hits {
 public:
  // `slots`: one word for each slot of the database, zero at the stream's or unit's beginning.
  Hits(std::span<const SignatureRecord> signatures, std::span<const uint32_t> signature_of,
       std::span<uint64_t> slots, const Bound& bound) noexcept
      : signatures_(signatures), signature_of_(signature_of), slots_(slots), bound_(bound) {}

  [[nodiscard]] MatchSink sink() noexcept { return {&Hits::on_match, this}; }

  // Signatures that hit, each once, the first kMaxHits.
  [[nodiscard]] const StaticVector<uint32_t, kMaxHits>& all() const noexcept { return all_; }
  // That with the strongest action, also when it is not among the first; kNoSlot: none.
  [[nodiscard]] uint32_t strongest() const noexcept { return strongest_; }

 private:
  static void on_match(void* self, uint32_t pattern, uint64_t end) noexcept {
    static_cast<Hits*>(self)->matched(pattern, end);
  }
  void matched(uint32_t pattern, uint64_t end) noexcept;
  [[nodiscard]] bool applies(const SignatureRecord& signature) const noexcept;
  [[nodiscard]] bool whole(const SignatureRecord& signature, uint32_t pattern,
                           uint64_t end) noexcept;
  void hit(uint32_t index) noexcept;

  std::span<const SignatureRecord> signatures_;
  std::span<const uint32_t> signature_of_;
  std::span<uint64_t> slots_;
  Bound bound_;
  StaticVector<uint32_t, kMaxHits> all_;
  uint32_t strongest_ = kNoSlot;
};

}  // namespace bulkhead::match
