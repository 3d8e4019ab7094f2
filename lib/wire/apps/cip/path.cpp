// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/path.h"

#include "wire/apps/cip/classes.h"

namespace bulkhead::wire::cip {
namespace {

// Upper 3 bits of a segment: C-1.3.
enum Kind : uint8_t { kPort = 0, kLogical = 1, kNetwork = 2, kSymbolic = 3, kData = 4 };
// Bits 2 to 4 of a logical segment: C-1.4.2.
enum Logical : uint8_t {
  kClass = 0,
  kInstance = 1,
  kMember = 2,
  kConnectionPoint = 3,
  kAttribute = 4,
  kSpecial = 5,
  kService = 6,
};
constexpr uint8_t kSimpleData = 0x80;
constexpr uint8_t kAnsiSymbol = 0x91;
constexpr uint8_t kElectronicKey = 0x34;
constexpr uint8_t kServiceId = 0x38;
constexpr uint8_t kSafety = 0x44;       // network segment whose second byte counts words
constexpr uint8_t kCountsWords = 0x10;  // as those with this bit
constexpr uint8_t kExtendedPort = 15;   // its number follows
constexpr uint8_t kLargeLink = 0x10;    // the link address has a size in front
constexpr uint32_t kLast16 = 0xffff;
// C-1.4.2.5.2: bytes behind the format of a key.
constexpr uint8_t kKeyFormat = 4, kKeySize = 8, kSerialKeyFormat = 5, kSerialKeySize = 12;

class PathReader {
 public:
  PathReader(Reader& in, TagText& text, Path& out) noexcept : in_(in), text_(text), out_(out) {}

  void segment() noexcept {
    at_ = in_.at();
    const uint8_t first = in_.u8();
    switch (first >> 5) {
      case kPort:
        return port(first);
      case kLogical:
        return logical(first);
      case kNetwork:
        return network(first);
      case kSymbolic:
        return symbolic(first);
      case kData:
        return data(first);
      default:
        return bad();
    }
  }

 private:
  void bad() noexcept { in_.fail(FaultKind::kBadPath, at_); }
  void pad_even(size_t size) noexcept {
    if (size % 2 != 0) in_.skip(1);
  }

  void port(uint8_t first) noexcept {
    const bool large = (first & kLargeLink) != 0;
    const size_t size = large ? in_.u8() : 1;
    uint32_t number = first & 0xf;
    const bool extended = number == kExtendedPort;
    if (extended) number = in_.le16();
    const auto link = in_.bytes(size);
    pad_even(1u + (large ? 1u : 0u) + (extended ? 2u : 0u) + size);
    if (!in_.ok() || number == 0 || size == 0) return bad();
    if (out_.hops++ != 0) return;
    out_.port = number;
    out_.plain_link = !large && !extended;
    out_.link = link[0];
  }

  // In padded paths 16 and 32 bits are behind a byte of padding.
  uint32_t value(uint8_t first) noexcept {
    switch (first & 3) {
      case 0:
        return in_.u8();
      case 1:
        in_.skip(1);
        return in_.le16();
      case 2:
        in_.skip(1);
        return in_.le32();
      default:
        bad();
        return 0;
    }
  }

  void key() noexcept {
    const uint8_t format = in_.u8();
    if (format != kKeyFormat && format != kSerialKeyFormat) return bad();
    in_.skip(format == kKeyFormat ? kKeySize : kSerialKeySize);
  }

  void logical(uint8_t first) noexcept {
    if (first == kElectronicKey) return key();
    if (first == kServiceId) {
      out_.odd = true;
      return in_.skip(1);
    }
    const uint8_t kind = first >> 2 & 7;
    const uint32_t number = value(first);
    switch (kind) {
      case kClass:
        return object(number);
      case kInstance:
        return instance(number);
      case kMember:
        return member(number);
      case kConnectionPoint:
        return in_.expect(out_.connection_points.push_back(number), FaultKind::kTooMany, at_);
      case kAttribute:
        return attribute(number);
      default:
        return bad();
    }
  }

  void object(uint32_t cls) noexcept {
    if (cls > kLast16) return bad();
    in_.expect(out_.objects.push_back({.cls = cls}), FaultKind::kTooMany, at_);
  }
  // One without a class is of the class before it.
  void instance(uint32_t number) noexcept {
    if (out_.objects.empty()) {
      out_.odd = true;
      return object(0);
    }
    if (last().has_instance) object(last().cls);
    if (!in_.ok()) return;
    last().instance = number;
    last().has_instance = true;
  }
  void attribute(uint32_t number) noexcept {
    if (number > kLast16) return bad();
    if (out_.objects.empty() || last().has_attribute) {
      out_.odd = true;
      return;
    }
    last().attribute = number;
    last().has_attribute = true;
  }
  void member(uint32_t number) noexcept {
    if (!text_.empty() && out_.objects.empty()) return text_.add_index(number);
    out_.odd |= out_.objects.empty();
  }
  ObjectRef& last() noexcept { return out_.objects[out_.objects.size() - 1]; }

  void network(uint8_t first) noexcept {
    const bool words = first == kSafety || (first & kCountsWords) != 0;
    const size_t size = words ? size_t{2} * in_.u8() : 1;
    in_.skip(size);
  }

  void name(std::span<const uint8_t> bytes) noexcept {
    if (!in_.ok() || bytes.empty()) return bad();
    out_.odd |= !out_.objects.empty();  // a name within an object
    text_.add_name({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // Of the extended formats (double and triple bytes, numbers) no tag is known.
  void symbolic(uint8_t first) noexcept {
    const size_t size = first & 0x1f;
    if (size == 0) return bad();
    name(in_.bytes(size));
    pad_even(1 + size);
  }
  void data(uint8_t first) noexcept {
    const size_t size = in_.u8();
    if (first == kAnsiSymbol) {
      name(in_.bytes(size));
      return pad_even(size);
    }
    if (first != kSimpleData) return bad();
    const auto bytes = in_.bytes(size * 2);
    if (!out_.data.empty()) return bad();
    out_.data = bytes;
  }

  Reader& in_;
  TagText& text_;
  Path& out_;
  size_t at_ = 0;
};

}  // namespace

uint32_t Path::target_class(const TagText& text) const noexcept {
  if (!objects.empty()) return objects[objects.size() - 1].cls;
  return text.empty() ? 0 : kSymbol;
}

void read_path(Reader& in, TagText& text, Path& out) noexcept {
  text.clear();
  PathReader reader(in, text, out);
  while (in.ok() && in.left() != 0) reader.segment();
  out.odd |= text.spoiled();
}

}  // namespace bulkhead::wire::cip
