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

// An operation of a message, as far as signatures ask.
struct OperationKind {
  uint32_t code = 0;
  uint32_t unit = 0;
  uint8_t app = 0;      // wire::App
  uint8_t cls = 0;      // wire::OperationClass
  bool answer = false;  // what was asked is looked at always, answers by signatures to the client
};

// Which signatures count for a piece of bytes.
struct Bound {
  uint64_t sets = 0;  // bit per set
  Toward toward = Toward::kServer;
  uint8_t protocol = 0;
  uint64_t within = kPartsWithin;  // UINT64_MAX: all of a unit
  uint16_t source_port = 0;        // of the packet
  uint16_t destination_port = 0;
  std::span<const OperationKind> told{};  // a message: its operations
  bool told_more = false;                 // and others, which may be any
};

// Of one database, verified. `terms`: one for each signature, or none at all.
struct SignatureTables {
  std::span<const SignatureRecord> signatures;
  std::span<const uint32_t> signature_of;
  std::span<const SignatureTermRecord> terms;
  std::span<const SignatureRange> ranges;
};

// Is the signature about an operation of that kind? `record` is the signature of `term`.
[[nodiscard]] bool is_about(const SignatureTables& tables, size_t signature,
                            const OperationKind& kind) noexcept;

// The tables of one database, and what of them has matched.
class Hits {
 public:
  // `slots`: one word for each slot of the database, zero at the stream's or unit's beginning.
  Hits(const SignatureTables& tables, std::span<uint64_t> slots, const Bound& bound) noexcept
      : tables_(tables), slots_(slots), bound_(bound) {}

  // Signatures that ask for no bytes hit. True: others apply, and the bytes must be looked at.
  [[nodiscard]] bool take_without_parts() noexcept;

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
  [[nodiscard]] bool applies(size_t index) const noexcept;
  [[nodiscard]] bool whole(const SignatureRecord& signature, uint32_t pattern,
                           uint64_t end) noexcept;
  void hit(uint32_t index) noexcept;

  SignatureTables tables_;
  std::span<uint64_t> slots_;
  Bound bound_;
  StaticVector<uint32_t, kMaxHits> all_;
  uint32_t strongest_ = kNoSlot;
};

}  // namespace bulkhead::match
