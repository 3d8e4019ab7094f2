// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/data.h"

#include <array>

namespace bulkhead::wire::mms {
namespace {

using Encoding = ValueView::Encoding;
using Bytes = std::span<const uint8_t>;

enum Alternative : uint32_t {
  kArray = 1,
  kStructure = 2,
  kBoolean = 3,
  kInteger = 5,
  kUnsigned = 6,
  kFloatingPoint = 7,
  kUtcTime = 17,
};

// By the number of bytes; integers of 3, 5, 6 and 7 have no encoding.
constexpr std::array kIntegers = {Encoding::kBytes, Encoding::kI8,    Encoding::kBeI16,
                                  Encoding::kBytes, Encoding::kBeI32, Encoding::kBytes,
                                  Encoding::kBytes, Encoding::kBytes, Encoding::kBeI64};

Encoding integer(Bytes content) noexcept {
  return content.size() < kIntegers.size() ? kIntegers[content.size()] : Encoding::kBytes;
}

ValueView bytes(Bytes content) noexcept {
  return {.encoding = Encoding::kBytes, .count = 1, .bytes = content};
}

// A byte with the width of the exponent, then IEEE 754 (ISO 9506-2 14.4.2.3).
ValueView floating(Bytes content) noexcept {
  constexpr uint8_t kSingle = 8, kDouble = 11;
  if (content.size() == 5 && content[0] == kSingle)
    return {.encoding = Encoding::kBeF32, .count = 1, .bytes = content.subspan(1)};
  if (content.size() == 9 && content[0] == kDouble)
    return {.encoding = Encoding::kBeF64, .count = 1, .bytes = content.subspan(1)};
  return bytes(content);
}

ValueView boolean(Bytes content) noexcept {
  const bool plain = content.size() == 1 && (content[0] <= 1 || content[0] == 0xff);
  return {.encoding = plain ? Encoding::kBits : Encoding::kBytes, .count = 1, .bytes = content};
}

}  // namespace

bool is_data(const ber::Element& element) noexcept {
  if (element.cls != ber::Class::kContext || element.number < kArray || element.number > kUtcTime)
    return false;
  return element.constructed == (element.number <= kStructure);
}

ValueView value_of(const ber::Element& data) noexcept {
  const Bytes content = data.content;
  switch (data.number) {
    case kBoolean:
      return boolean(content);
    case kUnsigned:
      if (!content.empty() && content[0] >= 0x80) return bytes(content);
      [[fallthrough]];
    case kInteger:
      return {.encoding = integer(content), .count = 1, .bytes = content};
    case kFloatingPoint:
      return floating(content);
    default:
      return bytes(content);
  }
}

}  // namespace bulkhead::wire::mms
