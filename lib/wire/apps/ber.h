// SPDX-License-Identifier: Apache-2.0
// Reads the Basic Encoding Rules of ASN.1 (X.690 clause 8), which MMS, GOOSE and SV are encoded in:
// long and indefinite lengths as well, for a device reads them too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "wire/cursor.h"
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

// Elements one after the other. The first fault of a reader, or of those that it made for what is
// inside, ends all of them: look at ok() once, before what was read is used.
// Faults: kTruncated (no whole header), kBadType (a number above 16383), kBadEncoding (a form that
// X.690 does not allow), kTooLong (a length of more than 4 bytes), kBadLength (past the end),
// kTooDeep.
class Reader {
 public:
  Reader(std::span<const uint8_t> bytes, size_t at, Fault& fault) noexcept
      : in_(bytes, at), fault_(&fault) {}

  [[nodiscard]] bool ok() const noexcept { return fault_->kind == FaultKind::kNone; }
  [[nodiscard]] bool more() const noexcept { return ok() && in_.left() > 0; }
  [[nodiscard]] size_t at() const noexcept { return in_.at(); }
  [[nodiscard]] Reader inside(const Element& element) const noexcept {
    return {element.content, element.content_at, *fault_};
  }

  // False: there are no more, or a fault.
  bool next(Element& out) noexcept;
  // The next one, if it is of this kind; else it stays the next.
  bool next_if(Class cls, uint32_t number, Element& out) noexcept;
  // An element must be there: kBadLength.
  bool want(Element& out) noexcept;
  bool want(Class cls, uint32_t number, Element& out) noexcept;  // and of this kind: kBadType
  // No further element may be there: kBadLength.
  void end() noexcept;
  // All elements to the end, and what is inside them, must be well formed.
  void check() noexcept;
  void fail(FaultKind kind, size_t at) noexcept {
    if (ok()) *fault_ = {kind, static_cast<uint32_t>(at)};
  }

 private:
  Cursor in_;
  Fault* fault_;
};

// An integer that is not negative, leading zeros allowed; none above 64 bits, or without bytes.
std::optional<uint64_t> unsigned_of(std::span<const uint8_t> content) noexcept;

}  // namespace bulkhead::wire::ber
