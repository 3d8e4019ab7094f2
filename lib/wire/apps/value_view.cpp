// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/value_view.h"

#include <bit>

namespace bulkhead::wire {
namespace {

using Encoding = ValueView::Encoding;

enum class Kind : uint8_t { kUnsigned, kSigned, kFloat };
struct Row {
  uint8_t width = 0;
  bool little = false;
  Kind kind = Kind::kUnsigned;
};

constexpr Row kRows[] = {
    {},                         // kNone
    {2, false},                 // kBe16
    {},                         // kBits
    {1, false},                 // kU8
    {1, false, Kind::kSigned},  // kI8
    {2, true},                  // kLe16
    {2, false, Kind::kSigned},  // kBeI16
    {2, true, Kind::kSigned},   // kLeI16
    {4, false},                 // kBe32
    {4, true},                  // kLe32
    {4, false, Kind::kSigned},  // kBeI32
    {4, true, Kind::kSigned},   // kLeI32
    {8, false},                 // kBe64
    {8, true},                  // kLe64
    {8, false, Kind::kSigned},  // kBeI64
    {8, true, Kind::kSigned},   // kLeI64
    {4, false, Kind::kFloat},   // kBeF32
    {4, true, Kind::kFloat},    // kLeF32
    {8, false, Kind::kFloat},   // kBeF64
    {8, true, Kind::kFloat},    // kLeF64
    {},                         // kBytes
};
static_assert(std::size(kRows) == static_cast<size_t>(Encoding::kBytes) + 1);

const Row& row_of(Encoding encoding) noexcept {
  return kRows[static_cast<size_t>(encoding)];
}

uint64_t raw(const Row& row, std::span<const uint8_t> bytes) noexcept {
  uint64_t out = 0;
  for (size_t i = 0; i < row.width; ++i) out = out << 8 | bytes[row.little ? row.width - 1 - i : i];
  return out;
}

}  // namespace

size_t width_of(Encoding encoding) noexcept {
  return row_of(encoding).width;
}

double ValueView::number(size_t i) const noexcept {
  if (encoding == Encoding::kBits) return at(i);
  const Row& row = row_of(encoding);
  if (row.width == 0) return 0;
  const uint64_t bits = raw(row, bytes.subspan(i * row.width, row.width));
  const unsigned unused = 64 - row.width * 8u;
  switch (row.kind) {
    case Kind::kUnsigned:
      return static_cast<double>(bits);
    case Kind::kSigned:
      return static_cast<double>(static_cast<int64_t>(bits << unused) >> unused);
    case Kind::kFloat:
      break;
  }
  return row.width == 4 ? double{std::bit_cast<float>(static_cast<uint32_t>(bits))}
                        : std::bit_cast<double>(bits);
}

}  // namespace bulkhead::wire
