// SPDX-License-Identifier: Apache-2.0
// A content signature as its author wrote it, resolved to types (docs/signatures.md). Source: the
// rule text (match/rule_parser.h). Consumer: match/expression.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead::match {

// Bounds of what a policy may bring. All are checked where the text is read.
inline constexpr size_t kMaxRuleTextBytes = 4u << 20;
inline constexpr size_t kMaxSignatures = 4096;
inline constexpr size_t kMaxPartsPerSignature = 16;
inline constexpr size_t kMaxContentBytes = 255;
inline constexpr size_t kMaxPcreBytes = 1024;
inline constexpr size_t kMaxMessageBytes = 255;
inline constexpr uint32_t kMaxDistance = 16384;  // offset, depth, distance, within

enum class Action : uint8_t {
  kAlert = 0,  // says so
  kDrop,       // the packet, and the flow in silence
  kReject,     // the flow by reset, both ways
};

// Whose bytes are looked at.
enum class Toward : uint8_t { kEither = 0, kServer, kClient };

// What is looked for: bytes, or an expression. Its place is free, absolute (`offset`, `depth`: from
// the beginning of the payload) or relative (`distance`, `within`: from the end of the part
// before).
struct Part {
  enum class Place : uint8_t { kFree = 0, kAbsolute, kRelative };

  std::string text;  // content: the bytes; pcre: the expression as written
  bool pcre = false;
  bool nocase = false;     // content: nocase; pcre: i
  bool dotall = false;     // pcre: s
  bool multiline = false;  // pcre: m
  bool extended = false;   // pcre: x
  Place place = Place::kFree;
  uint32_t first = 0;            // offset or distance
  std::optional<uint32_t> room;  // depth or within: bytes from `first` on in which it must end
  int line = 0;
  int column = 0;

  bool operator==(const Part&) const = default;
};

struct Signature {
  Action action = Action::kAlert;
  uint8_t protocol = 0;  // ip_protocol::kTcp, kUdp
  Toward toward = Toward::kEither;
  uint32_t sid = 0;
  uint32_t rev = 0;
  std::string message;
  std::string classtype;
  std::vector<std::string> references;  // "cve,2024-6242"
  std::vector<Part> parts;              // never empty
  int line = 0;

  bool operator==(const Signature&) const = default;
};

}  // namespace bulkhead::match
