// SPDX-License-Identifier: Apache-2.0
// Values of every encoding, as numbers.
#include "wire/apps/value_view.h"

#include <catch2/catch.hpp>
#include <vector>

using bulkhead::wire::ValueView;
using bulkhead::wire::width_of;
using Encoding = ValueView::Encoding;
using Bytes = std::vector<uint8_t>;

namespace {

double first(Encoding encoding, const Bytes& bytes) {
  return ValueView{encoding, 0, 1, bytes}.number(0);
}

}  // namespace

TEST_CASE("value: integers have the sign and the byte order of their encoding", "[wire][value]") {
  CHECK(first(Encoding::kU8, {0xff}) == 255);
  CHECK(first(Encoding::kI8, {0xff}) == -1);
  CHECK(first(Encoding::kBe16, {0x12, 0x34}) == 0x1234);
  CHECK(first(Encoding::kLe16, {0x12, 0x34}) == 0x3412);
  CHECK(first(Encoding::kBeI16, {0xff, 0xfe}) == -2);
  CHECK(first(Encoding::kLeI16, {0xfe, 0xff}) == -2);
  CHECK(first(Encoding::kBe32, {0xff, 0, 0, 0}) == 4278190080.0);
  CHECK(first(Encoding::kLeI32, {0xfd, 0xff, 0xff, 0xff}) == -3);
  CHECK(first(Encoding::kLe64, {1, 0, 0, 0, 0, 0, 0, 0}) == 1);
  CHECK(first(Encoding::kBeI64, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc}) == -4);
}

TEST_CASE("value: floats are IEEE 754 in either byte order", "[wire][value]") {
  CHECK(first(Encoding::kBeF32, {0x3f, 0xc0, 0, 0}) == 1.5);
  CHECK(first(Encoding::kLeF32, {0, 0, 0xc0, 0x3f}) == 1.5);
  CHECK(first(Encoding::kLeF64, {0, 0, 0, 0, 0, 0, 0x04, 0xc0}) == -2.5);
  CHECK(first(Encoding::kBeF64, {0xc0, 0x04, 0, 0, 0, 0, 0, 0}) == -2.5);
}

TEST_CASE("value: the i-th value is its own, bits from the lowest", "[wire][value]") {
  const Bytes bytes{0b101, 0b1, 7, 8};
  const ValueView bits{Encoding::kBits, 0, 9, std::span(bytes).first(2)};
  CHECK(bits.number(0) == 1);
  CHECK(bits.number(1) == 0);
  CHECK(bits.number(8) == 1);
  CHECK(ValueView{Encoding::kLe16, 0, 2, bytes}.number(1) == 0x0807);
  CHECK(width_of(Encoding::kBits) == 0);
  CHECK(width_of(Encoding::kLeF64) == 8);
}
