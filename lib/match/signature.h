// SPDX-License-Identifier: Apache-2.0
// A content signature as its author wrote it, resolved to types (docs/signatures.md). Source: the
// rule text (match/rule_parser.h). Consumer: match/expression.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "match/records.h"
#include "wire/apps/operation.h"

namespace bulkhead::match {

// Bounds of what a policy may bring. All are checked where the text is read.
inline constexpr size_t kMaxRuleTextBytes = 4u << 20;
inline constexpr size_t kMaxSignatures = 4096;
inline constexpr size_t kMaxOperationSignatures = 512;  // each is looked at for each message
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
  bool anchored = false;   // pcre: A, begins where it is looked for
  Place place = Place::kFree;
  uint32_t first = 0;            // offset or distance
  std::optional<uint32_t> room;  // depth or within: bytes from `first` on in which it must end
  int line = 0;
  int column = 0;

  bool operator==(const Part&) const = default;
};

// The operations that a signature is about: those of a class, of a protocol or of any, and those of
// these codes. One word may be both: `dnp3.write`.
struct OperationTerm {
  wire::App app = wire::App::kNone;  // kNone: any
  wire::OperationClass cls = wire::OperationClass::kUnspecified;
  std::vector<SignatureRange> codes;  // ascending, with gaps

  bool operator==(const OperationTerm&) const = default;
};

struct Signature {
  Action action = Action::kAlert;
  uint8_t protocol = 0;  // ip_protocol::kTcp, kUdp
  Toward toward = Toward::kEither;
  std::vector<SignatureRange> source_ports, destination_ports;  // ascending, with gaps; none: any
  bool either_way = false;                                      // <>
  std::optional<OperationTerm> operation;                       // then it looks at messages, whole
  uint32_t sid = 0;
  uint32_t rev = 0;
  std::string message;
  std::string classtype;
  std::vector<std::string> references;  // "cve,2024-6242"
  std::vector<Part> parts;              // may be empty with an operation alone
  int line = 0;

  bool operator==(const Signature&) const = default;
};

}  // namespace bulkhead::match
