// SPDX-License-Identifier: Apache-2.0
// Which protocol a TCP connection carries, by the first kilobyte of each direction.
//
// Patterns match streams (match/stream.h). Where a protocol of the plant has a parser, a pattern
// only nominates it, and its recogniser decides on the opener's first bytes. State is in the object
// and in the memory of two streams that the caller lends.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "match/database.h"
#include "match/protocol.h"
#include "match/records.h"
#include "match/stream.h"

namespace bulkhead::match {

inline constexpr uint32_t kFirstBytes = 1024;  // looked at, of each side
inline constexpr uint32_t kHeadBytes = 272;    // kept of the opener's, for recognisers
// A connection in which one side alone speaks is not looked at for ever.
inline constexpr uint32_t kGivenUpAfter = 16 * kFirstBytes;

// What an image says about first bytes. The rows were verified: at most 64, of known protocols.
struct IdentifyTable {
  const Database* database = nullptr;
  std::span<const IdentifyRecord> rows;
};

class Identification {
 public:
  // False: the memory is too small for the database.
  bool begin(const IdentifyTable& table, std::span<uint8_t> opener,
             std::span<uint8_t> answerer) noexcept;

  // Bytes of a side in order, without gaps. `side`: 0 who opened, 1 who answers.
  void feed(const IdentifyTable& table, size_t side, std::span<const uint8_t> bytes,
            const Scratch& scratch) noexcept;

  [[nodiscard]] Protocol protocol() const noexcept { return protocol_; }
  // Nothing more will be found.
  [[nodiscard]] bool over() const noexcept { return over_; }
  // Bytes are missing: what follows says nothing any more.
  void give_up() noexcept { over_ = true; }
  // Every protocol of the table would have shown itself by now.
  [[nodiscard]] bool should_have_shown() const noexcept {
    return over_ || seen_[0] >= kHeadBytes || seen_[1] >= kFirstBytes;
  }

 private:
  static void on_match(void* self, uint32_t row, uint64_t end) noexcept;
  void keep_head(std::span<const uint8_t> bytes) noexcept;
  void conclude(std::span<const IdentifyRecord> rows) noexcept;
  [[nodiscard]] bool shows(std::span<const IdentifyRecord> rows, size_t row) const noexcept;

  std::array<Stream, 2> streams_;
  std::array<uint32_t, 2> seen_{};
  std::array<uint64_t, 2> matched_{};  // rows, by side
  size_t side_ = 0;                    // that speaks
  Protocol protocol_ = Protocol::kUnknown;
  bool over_ = false;
  uint16_t kept_ = 0;
  std::array<uint8_t, kHeadBytes> head_;  // the first `kept_` of it
};

}  // namespace bulkhead::match
