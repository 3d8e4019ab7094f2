// SPDX-License-Identifier: Apache-2.0
// BACnet's tagged encoding (ASHRAE 135 20.2): one tag after the other, and what they enclose.
#pragma once

#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::bacnet {

// Opening tags that may be open at once within one element.
inline constexpr size_t kMaxDepth = 16;

struct Tag {
  enum class Kind : uint8_t { kApplication, kContext, kOpening, kClosing };
  Kind kind = Kind::kApplication;
  uint8_t number = 0;
  uint32_t at = 0;                     // offset of its first byte
  std::span<const uint8_t> content{};  // of an application boolean: the tag octet, value in bit 0

  [[nodiscard]] constexpr bool is(Kind k, uint8_t n) const noexcept {
    return kind == k && number == n;
  }
};

// Numbers of application tags (20.2.1.4).
enum class Application : uint8_t {
  kNull = 0,
  kBoolean,
  kUnsigned,
  kSigned,
  kReal,
  kDouble,
  kOctetString,
  kCharacterString,
  kBitString,
  kEnumerated,
  kDate,
  kTime,
  kObjectId,
};

constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

class TagReader {
 public:
  explicit TagReader(Cursor in) noexcept : in_(in) {}

  [[nodiscard]] bool more() const noexcept { return in_.left() != 0; }
  [[nodiscard]] uint32_t at() const noexcept { return static_cast<uint32_t>(in_.at()); }
  [[nodiscard]] Cursor rest() const noexcept { return in_; }

  // The tag at the front. Faults: kTruncated, kBadEncoding (not the shortest form, reserved
  // number), kBadType (application tag 13 and above), kBadLength (of an application type).
  Fault next(Tag& tag) noexcept {
    return next_short(tag) ? Fault{} : next_of_any_form(tag);
  }
  // The same, not consumed.
  Fault peek(Tag& tag) const noexcept;
  // To behind the closing tag of `opening`, which was consumed; `inside`: what it encloses, of
  // wholly well-formed tags. kTooDeep, kBadEncoding where tags close what is not open.
  Fault enclosed(const Tag& opening, std::span<const uint8_t>& inside) noexcept;

  // Everything to the end, which must be a tag of one byte that closes `opening`; kBadEncoding.
  Fault rest_of(const Tag& opening) noexcept;

 private:
  // A context tag of one octet, or one that opens or closes, as most are. False: nothing is read.
  bool next_short(Tag& tag) noexcept {
    constexpr uint8_t kContextBit = 0x08, kExtendedNumber = 15, kExtendedLength = 5, kOpens = 6;
    const auto bytes = in_.rest();
    if (bytes.empty() || (bytes[0] & kContextBit) == 0) return false;
    const uint8_t number = bytes[0] >> 4, length = bytes[0] & 0x07;
    const bool bracket = length > kExtendedLength;
    if (number == kExtendedNumber || length == kExtendedLength) return false;
    if (!bracket && bytes.size() - 1 < length) return false;
    tag.at = at();
    tag.number = number;
    tag.kind = !bracket           ? Tag::Kind::kContext
               : length == kOpens ? Tag::Kind::kOpening
                                  : Tag::Kind::kClosing;
    tag.content = bracket ? std::span<const uint8_t>{} : bytes.subspan(1, length);
    in_.skip(size_t{1} + tag.content.size());
    return true;
  }
  Fault next_of_any_form(Tag& tag) noexcept;

  Cursor in_;
};

// A number of 1 to 4 bytes, most significant first (20.2.4). False: of another length.
bool unsigned_of(std::span<const uint8_t> content, uint32_t& value) noexcept;

}  // namespace bulkhead::wire::bacnet
