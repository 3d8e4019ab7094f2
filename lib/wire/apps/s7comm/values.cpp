// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/values.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::s7comm {
namespace {

using Encoding = ValueView::Encoding;

struct DataSize {
  uint8_t code;
  bool in_bits;  // its length counts bits
  Encoding encoding;
};
// clang-format off
constexpr std::array kSizes = {
    DataSize{0x00, false, Encoding::kBytes},  // of what is empty
    DataSize{0x03, true,  Encoding::kU8},     // BIT
    DataSize{0x04, true,  Encoding::kBytes},  // BYTE, WORD, DWORD
    DataSize{0x05, true,  Encoding::kBeI16},  // INTEGER
    DataSize{0x06, false, Encoding::kBeI32},  // DINTEGER
    DataSize{0x07, false, Encoding::kBeF32},  // REAL
    DataSize{0x09, false, Encoding::kBytes},  // OCTET STRING
    DataSize{0x11, false, Encoding::kBytes},  // NCK addresses
    DataSize{0x12, false, Encoding::kBytes},
};
// clang-format on

const DataSize* size_of(uint8_t code) noexcept {
  const auto* const size = std::ranges::find(kSizes, code, &DataSize::code);
  return size == kSizes.end() ? nullptr : size;
}

}  // namespace

Fault take_data_item(Cursor& in, bool last, DataItem& out) noexcept {
  const auto at = static_cast<uint32_t>(in.at());
  out.code = in.u8();
  out.size = in.u8();
  size_t length = in.be16();
  if (!in.ok()) return {FaultKind::kBadLength, at};
  const DataSize* const size = size_of(out.size);
  if (size == nullptr) return {FaultKind::kBadType, at + 1};
  if (size->in_bits) length = (length + 7) / 8;
  if (out.code != kSuccess && out.size == 0) length = 0;  // what some devices say there is no data
  out.bytes = in.bytes(length);
  if (!in.ok()) return {FaultKind::kBadLength, at + 2};
  if (length % 2 != 0 && !last) in.skip(1);
  return {};
}

ValueView view_of(const DataItem& item) noexcept {
  const DataSize* const size = size_of(item.size);
  const Encoding encoding = size == nullptr ? Encoding::kBytes : size->encoding;
  const size_t width = width_of(encoding);
  if (width == 0 || item.bytes.size() % width != 0)
    return {.encoding = Encoding::kBytes, .count = 1, .bytes = item.bytes};
  return {.encoding = encoding,
          .count = static_cast<uint16_t>(item.bytes.size() / width),
          .bytes = item.bytes};
}

void note_code(uint8_t code, Operation& out) noexcept {
  if (code == kSuccess || out.is_exception) return;
  out.is_exception = true;
  out.exception_code = code;
}

}  // namespace bulkhead::wire::s7comm
