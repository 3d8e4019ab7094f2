// SPDX-License-Identifier: Apache-2.0
// Streams of Hyperscan in memory that the caller owns: opening, scanning and forgetting one calls
// no allocator. hs_open_stream() asks the library's stream allocator once, and that one gives what
// the calling thread has lent it (tests/unit/match/stream_test.cpp counts).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "match/database.h"

struct hs_stream;

namespace bulkhead::match {

inline constexpr size_t kStreamAlign = 64;

// Called for a match with the pattern's number, and where it ends: bytes from the stream's (or
// unit's) beginning.
struct MatchSink {
  void (*matched)(void* context, uint32_t pattern, uint64_t end) noexcept = nullptr;
  void* context = nullptr;
};

// A stream is memory and nothing else: what is not needed any more is not closed but overwritten.
class Stream {
 public:
  // `memory`: kStreamAlign, at least database.stream_bytes(). False: too small.
  bool open(const Database& database, std::span<uint8_t> memory) noexcept;
  [[nodiscard]] bool is_open() const noexcept { return stream_ != nullptr; }
  void forget() noexcept { stream_ = nullptr; }

  // Bytes in order. False: the library refused, and the stream is of no use any more.
  bool scan(std::span<const uint8_t> bytes, const Scratch& scratch, const MatchSink& sink) noexcept;

 private:
  hs_stream* stream_ = nullptr;
};

// One piece of bytes by itself, with a database of Mode::kBlock.
bool scan_unit(const Database& database, std::span<const uint8_t> bytes, const Scratch& scratch,
               const MatchSink& sink) noexcept;

}  // namespace bulkhead::match
