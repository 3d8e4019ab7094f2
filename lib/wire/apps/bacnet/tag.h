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
  // `at`: offset of the first byte.
  TagReader(std::span<const uint8_t> bytes, size_t at) noexcept : rest_(bytes), at_(at) {}

  [[nodiscard]] bool more() const noexcept { return !rest_.empty(); }
  [[nodiscard]] uint32_t at() const noexcept { return static_cast<uint32_t>(at_); }
  [[nodiscard]] std::span<const uint8_t> rest() const noexcept { return rest_; }

  // The tag at the front. Faults: kTruncated, kBadEncoding (not the shortest form, reserved
  // number), kBadType (application tag 13 and above), kBadLength (of an application type).
  Fault next(Tag& tag) noexcept {
    size_t size = 0;
    const Fault fault = front(tag, size);
    if (!failed(fault)) skip(size);
    return fault;
  }
  // The same, not consumed; `size`: its bytes, which skip() goes behind.
  Fault front(Tag& tag, size_t& size) const noexcept {
    return short_front(tag, size) ? Fault{} : any_front(tag, size);
  }
  void skip(size_t size) noexcept {
    rest_ = rest_.subspan(size);
    at_ += size;
  }
  // To behind the closing tag of `opening`, which was consumed; `inside`: what it encloses, of
  // wholly well-formed tags. kTooDeep, kBadEncoding where tags close what is not open.
  Fault enclosed(const Tag& opening, std::span<const uint8_t>& inside) noexcept;

  // Everything to the end, which must be a tag of one byte that closes `opening`; kBadEncoding.
  Fault rest_of(const Tag& opening) noexcept;

 private:
  // A context tag whose header is one octet, as most are; false: it is not, or is wrong.
  bool short_front(Tag& tag, size_t& size) const noexcept {
    constexpr uint8_t kContextBit = 0x08, kExtendedNumber = 15, kExtendedLength = 5, kOpens = 6;
    if (rest_.empty()) return false;
    const uint8_t octet = rest_[0], number = octet >> 4, length = octet & 0x07;
    const bool bracket = length > kExtendedLength;
    if ((octet & kContextBit) == 0 || number == kExtendedNumber || length == kExtendedLength)
      return false;
    size = bracket ? 1 : size_t{1} + length;
    if (size > rest_.size()) return false;
    tag.at = at();
    tag.number = number;
    tag.kind = Tag::Kind::kContext;
    if (bracket) tag.kind = length == kOpens ? Tag::Kind::kOpening : Tag::Kind::kClosing;
    tag.content = rest_.subspan(1, size - 1);
    return true;
  }
  Fault any_front(Tag& tag, size_t& size) const noexcept;

  std::span<const uint8_t> rest_;
  size_t at_;
};

// A number of 1 to 4 bytes, most significant first (20.2.4). False: of another length.
bool unsigned_of(std::span<const uint8_t> content, uint32_t& value) noexcept;

}  // namespace bulkhead::wire::bacnet
