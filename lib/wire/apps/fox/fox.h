// SPDX-License-Identifier: Apache-2.0
// Niagara Fox, between stations and tools of building automation: a line that names a channel and
// a command, then a body of typed values.
//
//   fox a 1 -1 fox hello\n        "fox", type, sequence, reply, channel, command
//   {\n                           the body: a value a line, nested in braces; blobs and objects are
//   fox.version=s:1.0\n           bytes behind their number, in brackets
//   nonce=b:4[....]\n
//   };;\n
//
// Sources: published captures and analyses of the framing. There is no specification.
#pragma once

#include <array>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::fox {

inline constexpr uint16_t kPort = 1911;

// Ascending by code. Commands of the channel "fox" have a row each, other channels one for all.
std::span<const FunctionFact> functions() noexcept;
// nullptr: neither a command of "fox" that is known, nor another channel that is.
const FunctionFact* function_of(std::string_view channel, std::string_view command) noexcept;

// Messages have no length, and no end that could not be in a blob: each side's are followed line
// by line. A frame is a line, or a piece of a blob or of a long text.
class Lines {
 public:
  static constexpr size_t kLongest = 512;
  static constexpr unsigned kMostDepth = 16;

  // NeedMore before the end of the line, or of the piece, is there.
  [[nodiscard]] Parsed<size_t> size_of(std::span<const uint8_t> bytes) const noexcept;
  // Behind a header that is well-formed.
  void begin() noexcept { at_ = At::kOpen; }
  [[nodiscard]] bool at_header() const noexcept { return at_ == At::kHeader; }
  // One frame of the body. Faults: kBadValue, kTooMany (depth).
  Fault body(std::span<const uint8_t> frame) noexcept;

 private:
  enum class At : uint8_t { kHeader, kOpen, kValue, kText, kBlob, kBlobEnd };
  Fault value(std::string_view line) noexcept;
  Fault typed(char type, std::string_view text) noexcept;
  Fault blob(std::string_view length) noexcept;

  At at_ = At::kHeader;
  uint8_t depth_ = 0;
  uint32_t left_ = 0;  // of the blob
};

class Connection {
 public:
  static constexpr App kApp = App::kFox;
  static constexpr size_t kLongestFrame = Lines::kLongest;

  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  // Tells the operation with its header, before any of the body.
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side side) const noexcept { return !lines(side).at_header(); }
  // The bytes begin with a hello.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

 private:
  [[nodiscard]] const Lines& lines(Side side) const noexcept {
    return lines_[static_cast<size_t>(side)];
  }
  std::array<Lines, 2> lines_;
};

}  // namespace bulkhead::wire::fox
