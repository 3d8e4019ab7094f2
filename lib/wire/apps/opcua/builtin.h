// SPDX-License-Identifier: Apache-2.0
// The built-in types of OPC UA in binary encoding (Part 6, 5.2.2), read strictly: every length,
// count and depth is bounded before it is acted on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/value_view.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::opcua {

// A NodeId, of any of its six encodings.
struct NodeId {
  // How it is identified; the numbers are those of the wire (Part 6, table 16).
  enum class Kind : uint8_t { kNumeric = 2, kString = 3, kGuid = 4, kOpaque = 5 };
  Kind kind = Kind::kNumeric;
  uint16_t space = 0;
  uint32_t numeric = 0;
  std::string_view name{};  // of the other three; viewed in the packet
  bool elsewhere = false;   // names its namespace by URI, or a node of another server

  [[nodiscard]] bool null() const noexcept {
    return kind == Kind::kNumeric && space == 0 && numeric == 0 && !elsewhere;
  }
};

// What a Variant holds, as far as a limit on values can use it.
struct Value {
  bool given = false;  // no: a null
  ValueView view{};
};

// Reads one after the other. The first thing that is wrong is kept as the fault; all that follows
// is then empty.
class Reader {
 public:
  // `exact`: an array's dimensions must make up its length (Part 6, 5.2.2.16). Otherwise they are
  // ignored, for servers exist that send others; they do not change where a value ends.
  explicit Reader(Cursor in, bool exact = true) noexcept : in_(in), exact_(exact) {}

  uint8_t u8() noexcept { return in_.u8(); }
  uint16_t u16() noexcept { return in_.le16(); }
  uint32_t u32() noexcept { return in_.le32(); }
  void skip(size_t n) noexcept { in_.skip(n); }

  // String, ByteString, XmlElement. A null is empty.
  std::span<const uint8_t> string() noexcept {
    const size_t start = at();
    const uint32_t length = u32();
    if (length == kNull || !ok()) return {};
    if (length <= in_.left()) return in_.bytes(length);
    fail(FaultKind::kBadLength, start);
    return {};
  }
  // The length of an array whose elements have at least `smallest` bytes each. A null is empty.
  uint32_t count(size_t smallest) noexcept {
    const size_t start = at();
    const uint32_t n = u32();
    if (n == kNull || !ok()) return 0;
    if (n * uint64_t{smallest} <= in_.left()) return n;
    fail(FaultKind::kBadCount, start);
    return 0;
  }
  NodeId node() noexcept {
    NodeId out;
    if (!short_node(out)) any_node(false, out);
    return out;
  }
  NodeId expanded_node() noexcept {
    NodeId out;
    if (!short_node(out)) any_node(true, out);
    return out;
  }
  void localized_text() noexcept;
  void qualified_name() noexcept {
    u16();
    string();
  }
  void diagnostic_info() noexcept;
  struct Extension {
    NodeId type{};
    std::span<const uint8_t> body{};
    size_t body_at = 0;
    bool binary = false;
  };
  Extension extension() noexcept;
  Value variant(unsigned depth = 0) noexcept;
  Value data_value(unsigned depth = 0) noexcept;

  [[nodiscard]] bool ok() const noexcept { return fault_.kind == FaultKind::kNone && in_.ok(); }
  [[nodiscard]] size_t left() const noexcept { return ok() ? in_.left() : 0; }
  [[nodiscard]] size_t at() const noexcept { return in_.at(); }
  [[nodiscard]] Fault fault() const noexcept;
  void fail(FaultKind kind, size_t at) noexcept;

 private:
  static constexpr uint32_t kNull = 0xffff'ffff;  // length -1

  // A number in the forms of two and of four bytes, as nearly all nodes have; false: take any_node.
  bool short_node(NodeId& out) noexcept {
    constexpr size_t kLongest = 4;
    const auto bytes = in_.rest();
    if (bytes.size() < kLongest || bytes[0] > 1) return false;
    const bool two = bytes[0] == 0;
    out.space = two ? uint16_t{0} : bytes[1];
    out.numeric = two ? bytes[1] : bytes[2] | uint32_t{bytes[3]} << 8;
    in_.skip(two ? 2 : kLongest);
    return true;
  }
  void any_node(bool expanded, NodeId& out) noexcept;
  void take_identifier(uint8_t encoding, NodeId& out) noexcept;
  Value scalar(uint8_t type, unsigned depth) noexcept;
  Value array(uint8_t type, uint32_t n, unsigned depth) noexcept;
  void dimensions(uint64_t elements) noexcept;
  void element(uint8_t type, unsigned depth) noexcept;

  Cursor in_;
  bool exact_;
  Fault fault_{};
};

// Variants within variants, and diagnostics within diagnostics.
inline constexpr unsigned kMaxDepth = 16;

}  // namespace bulkhead::wire::opcua
