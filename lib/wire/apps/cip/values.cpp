// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/values.h"

#include <array>

namespace bulkhead::wire::cip {
namespace {

using Encoding = ValueView::Encoding;

struct Row {
  uint16_t code = 0;
  Encoding encoding = Encoding::kBytes;
};
// C-6.1: BOOL, SINT, INT, DINT, LINT, USINT, UINT, UDINT, ULINT, REAL, LREAL, BYTE, WORD, DWORD,
// LWORD.
constexpr std::array kTypes = {
    Row{0xc1, Encoding::kU8},    Row{0xc2, Encoding::kI8},    Row{0xc3, Encoding::kLeI16},
    Row{0xc4, Encoding::kLeI32}, Row{0xc5, Encoding::kLeI64}, Row{0xc6, Encoding::kU8},
    Row{0xc7, Encoding::kLe16},  Row{0xc8, Encoding::kLe32},  Row{0xc9, Encoding::kLe64},
    Row{0xca, Encoding::kLeF32}, Row{0xcb, Encoding::kLeF64}, Row{0xd1, Encoding::kU8},
    Row{0xd2, Encoding::kLe16},  Row{0xd3, Encoding::kLe32},  Row{0xd4, Encoding::kLe64},
};
constexpr uint16_t kStructure = 0x02a0;

}  // namespace

DataType read_data_type(Reader& in) noexcept {
  DataType out{in.le16(), Encoding::kBytes};
  if (out.code == kStructure) in.skip(2);  // which
  for (const Row& row : kTypes)
    if (row.code == out.code) out.encoding = row.encoding;
  return out;
}

ValueView read_elements(Reader& in, DataType type, uint32_t count) noexcept {
  const size_t at = in.at();
  const auto bytes = in.rest();
  const size_t width = width_of(type.encoding);
  if (width == 0) return {Encoding::kBytes, 0, 1, bytes};
  // Single bytes may have one more behind them, for an even length.
  const size_t carried = bytes.size() / width;
  const bool padded =
      count != kAnyCount && width == 1 && carried == size_t{count} + 1 && count % 2 != 0;
  const size_t elements = padded ? count : carried;
  in.expect(padded || (bytes.size() % width == 0 && (count == kAnyCount || count == carried)),
            FaultKind::kBadLength, at);
  return {type.encoding, 0, static_cast<uint16_t>(elements), bytes.first(elements * width)};
}

}  // namespace bulkhead::wire::cip
