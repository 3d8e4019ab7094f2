// SPDX-License-Identifier: Apache-2.0
// Reads the Basic Encoding Rules of ASN.1 (X.690 clause 8), which MMS, GOOSE and SV are encoded in:
// long and indefinite lengths as well, for a device reads them too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::ber {

enum class Class : uint8_t { kUniversal = 0, kApplication, kContext, kPrivate };

// Numbers of the universal class.
inline constexpr uint32_t kInteger = 2, kOid = 6, kExternal = 8, kSequence = 16, kSet = 17,
                          kGraphicString = 25, kVisibleString = 26;

inline constexpr size_t kMaxDepth = 32;  // of elements in elements

struct Element {
  Class cls = Class::kUniversal;
  bool constructed = false;
  uint32_t number = 0;
  std::span<const uint8_t> content{};  // without the end of contents
  size_t at = 0;                       // offset of the identifier
  size_t content_at = 0;

  [[nodiscard]] constexpr bool is(Class c, uint32_t n) const noexcept {
    return cls == c && number == n;
  }
  // Of context class, and in one of the two forms.
  [[nodiscard]] constexpr bool primitive(uint32_t n) const noexcept {
    return is(Class::kContext, n) && !constructed;
  }
  [[nodiscard]] constexpr bool holds(uint32_t n) const noexcept {
    return is(Class::kContext, n) && constructed;
  }
};

// Identifier and length as nearly all elements have them: a number below 31, and a length of one
// byte, or of one or two behind the byte that counts them.
struct PlainHeader {
  uint8_t identifier = 0;
  size_t size = 0;    // of the header
  size_t length = 0;  // of the content

  // False: in another form, wrong, or past the end of `bytes`. Which of it, the long way tells.
  bool take(std::span<const uint8_t> bytes) noexcept {
    constexpr uint8_t kLong = 0x80;
    if (bytes.size() < 2) return false;
    identifier = bytes[0];
    size = 2;
    length = bytes[1];
    if (length >= kLong && !take_long_length(bytes)) return false;
    return kPlain[identifier] && length <= bytes.size() - size;
  }
  [[nodiscard]] constexpr bool constructed() const noexcept { return (identifier & 0x20) != 0; }
  // Without the form.
  [[nodiscard]] constexpr uint8_t tag() const noexcept { return identifier & 0xdf; }

 private:
  // Not a high number, and not an end of contents.
  static constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (size_t i = 0; i < plain.size(); ++i) plain[i] = (i & 0x1f) != 0x1f && (i & 0xdf) != 0;
    return plain;
  }();
  bool take_long_length(std::span<const uint8_t> bytes) noexcept {
    const size_t octets = length & 0x7f;
    if (octets == 0 || octets > 2 || bytes.size() - size < octets) return false;
    length = octets == 1 ? bytes[2] : size_t{bytes[2]} << 8 | bytes[3];
    size += octets;
    return true;
  }
};

// Elements one after the other. The first fault of a reader, or of those that it made for what is
// inside, ends all of them: look at ok() once, before what was read is used.
// Faults: kTruncated (no whole header), kBadType (a number above 16383), kBadEncoding (a form that
// X.690 does not allow), kTooLong (a length of more than 4 bytes), kBadLength (past the end),
// kTooDeep.
class Reader {
 public:
  Reader(std::span<const uint8_t> bytes, size_t at, Fault& fault) noexcept
      : rest_(bytes), at_(at), fault_(&fault) {}

  [[nodiscard]] bool ok() const noexcept { return fault_->kind == FaultKind::kNone; }
  [[nodiscard]] bool more() const noexcept { return ok() && !rest_.empty(); }
  [[nodiscard]] size_t at() const noexcept { return at_; }
  [[nodiscard]] Reader inside(const Element& element) const noexcept {
    return {element.content, element.content_at, *fault_};
  }

  // False: there are no more, or a fault.
  bool next(Element& out) noexcept {
    PlainHeader header;
    if (!more()) return false;
    if (!header.take(rest_)) [[unlikely]] {
      const Long found = read_in_full(rest_, at_, *fault_);
      take(found, out);
      return ok();
    }
    take(header, out);
    return true;
  }
  // The next one, if it is of this kind; else it stays the next.
  bool next_if(Class cls, uint32_t number, Element& out) noexcept {
    PlainHeader header;
    if (!more()) return false;
    if (!header.take(rest_)) [[unlikely]] {
      const Long found = read_in_full(rest_, at_, *fault_);
      if (!ok() || !found.element.is(cls, number)) return false;
      take(found, out);
      return true;
    }
    if (number >= kFirstHigh || header.tag() != (static_cast<uint8_t>(cls) << 6 | number))
      return false;
    take(header, out);
    return true;
  }
  // An element must be there: kBadLength.
  bool want(Element& out) noexcept {
    if (next(out)) return true;
    fail(FaultKind::kBadLength, at());
    return false;
  }
  // And of this kind: kBadType.
  bool want(Class cls, uint32_t number, Element& out) noexcept {
    if (!want(out)) return false;
    if (out.is(cls, number)) return true;
    fail(FaultKind::kBadType, out.at);
    return false;
  }
  // No further element may be there: kBadLength.
  void end() noexcept {
    if (more()) fail(FaultKind::kBadLength, at());
  }
  // All elements to the end, and what is inside them, must be well formed.
  void check() noexcept;
  void fail(FaultKind kind, size_t at) noexcept {
    if (ok()) *fault_ = {kind, static_cast<uint32_t>(at)};
  }

 private:
  static constexpr uint32_t kFirstHigh = 31;  // number that does not fit into one byte

  void take(const PlainHeader& header, Element& out) noexcept {
    const size_t content_at = at_ + header.size;
    out = {.cls = static_cast<Class>(header.identifier >> 6),
           .constructed = header.constructed(),
           .number = header.identifier & uint32_t{0x1f},
           .content = rest_.subspan(header.size, header.length),
           .at = at_,
           .content_at = content_at};
    rest_ = rest_.subspan(header.size + header.length);
    at_ = content_at + header.length;
  }
  // An element in any form, and what is behind it. Values come and go, so that a reader and its
  // elements need not be in memory.
  struct Long {
    Element element;
    std::span<const uint8_t> rest;
    size_t at = 0;
  };
  static Long read_in_full(std::span<const uint8_t> bytes, size_t at, Fault& fault) noexcept;
  void take(const Long& found, Element& out) noexcept {
    out = found.element;
    rest_ = found.rest;
    at_ = found.at;
  }

  std::span<const uint8_t> rest_;
  size_t at_;  // offset of it
  Fault* fault_;
};

// An integer that is not negative, leading zeros allowed; none above 64 bits, or without bytes.
std::optional<uint64_t> unsigned_of(std::span<const uint8_t> content) noexcept;

}  // namespace bulkhead::wire::ber
