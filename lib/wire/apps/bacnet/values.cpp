// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/values.h"

#include <array>

namespace bulkhead::wire::bacnet {
namespace {

using Encoding = ValueView::Encoding;

// By the number of bytes; integers of 3, 5, 6 and 7 bytes have no encoding.
constexpr std::array kUnsigned = {Encoding::kBytes, Encoding::kU8,    Encoding::kBe16,
                                  Encoding::kBytes, Encoding::kBe32,  Encoding::kBytes,
                                  Encoding::kBytes, Encoding::kBytes, Encoding::kBe64};
constexpr std::array kSigned = {Encoding::kBytes, Encoding::kI8,    Encoding::kBeI16,
                                Encoding::kBytes, Encoding::kBeI32, Encoding::kBytes,
                                Encoding::kBytes, Encoding::kBytes, Encoding::kBeI64};

Encoding encoding_of(const Tag& tag) noexcept {
  if (tag.kind != Tag::Kind::kApplication) return Encoding::kBytes;
  const size_t size = tag.content.size();
  switch (static_cast<Application>(tag.number)) {
    case Application::kBoolean:
      return Encoding::kBits;
    case Application::kUnsigned:
    case Application::kEnumerated:
      return size < kUnsigned.size() ? kUnsigned[size] : Encoding::kBytes;
    case Application::kSigned:
      return size < kSigned.size() ? kSigned[size] : Encoding::kBytes;
    case Application::kReal:
      return Encoding::kBeF32;
    case Application::kDouble:
      return Encoding::kBeF64;
    default:
      return Encoding::kBytes;
  }
}

}  // namespace

Fault take_values(std::span<const uint8_t> inside, uint32_t at, Operation& out) noexcept {
  TagReader in{inside, at};
  while (in.more()) {
    Tag tag;
    if (const Fault fault = in.next(tag); failed(fault)) return fault;
    ValueView view{.encoding = encoding_of(tag), .count = 1, .bytes = tag.content};
    if (tag.kind == Tag::Kind::kOpening) {
      if (const Fault fault = in.enclosed(tag, view.bytes); failed(fault)) return fault;
      view.bytes = inside.subspan(tag.at - at, in.at() - tag.at);
    }
    out.add_values(view);
  }
  return {};
}

}  // namespace bulkhead::wire::bacnet
