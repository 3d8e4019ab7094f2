// SPDX-License-Identifier: Apache-2.0
// The areas that requests name (W342 5-3). Bits count on through the words: word * 16 + bit.
#include <utility>

#include "wire/apps/fins/areas.h"
#include "wire/apps/fins/fins.h"

namespace bulkhead::wire::fins {
namespace {

using Counts = Area::Counts;
using Encoding = ValueView::Encoding;

constexpr uint32_t kParameterAreas = 1u << 16;  // above memory areas in PointRange::detail
constexpr uint32_t kWords = 0x10000;

struct Place {
  uint8_t code = 0;
  Counts counts = Counts::kWords;
  uint32_t first = 0;
};

// Area, word, bit.
Place read_place(Reader& in) noexcept {
  const size_t at = in.at();
  Place out;
  out.code = in.u8();
  const uint16_t word = in.be16();
  const uint8_t bit = in.u8();
  const Area* area = area_of(out.code);
  in.expect(area != nullptr, FaultKind::kBadType, at);
  if (!in.ok()) return out;
  out.counts = area->counts;
  const bool bits = out.counts == Counts::kBits;
  in.expect(bits ? bit < 16 : bit == 0, FaultKind::kBadAddress, at + 3);
  out.first = bits ? uint32_t{word} * 16 + bit : word;
  return out;
}

void add(Reader& in, const Place& place, uint32_t count, OperationClass access, size_t at,
         Operation& out) noexcept {
  const uint32_t end = place.counts == Counts::kBits ? kWords * 16 : kWords;
  in.expect(count > 0, FaultKind::kBadCount, at);
  in.expect(count <= end - place.first, FaultKind::kBadAddress, at);
  if (!in.ok()) return;
  out.add_point({.type = PointType::kFinsArea,
                 .access = access,
                 .first = place.first,
                 .last = place.first + count - 1,
                 .detail = place.code});
}

// A place and how many elements.
std::pair<Place, uint16_t> read_range(Reader& in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  const Place place = read_place(in);
  const uint16_t count = in.be16();
  add(in, place, count, access, at, out);
  return {place, count};
}

Encoding encoding_of(Counts counts) noexcept {
  if (counts == Counts::kWords) return Encoding::kBe16;
  return counts == Counts::kDoubles ? Encoding::kBe32 : Encoding::kU8;
}

void write(Reader& in, Operation& out) noexcept {
  const auto [place, count] = read_range(in, OperationClass::kWrite, out);
  const auto values = in.bytes(bytes_of(place.counts) * count);
  if (in.ok()) out.add_values({encoding_of(place.counts), 0, count, values});
}

// One value for all: none is told, for there is one per point to tell.
void fill(Reader& in, Operation& out) noexcept {
  (void)read_range(in, OperationClass::kWrite, out);
  in.skip(2);
}

void multiple_read(Reader& in, Operation& out) noexcept {
  in.expect(in.left() > 0, FaultKind::kBadCount, in.at());
  while (in.left() > 0) {
    const size_t at = in.at();
    const Place place = read_place(in);
    add(in, place, 1, OperationClass::kRead, at, out);
  }
}

void transfer(Reader& in, Operation& out) noexcept {
  const size_t at = in.at();
  const Place from = read_place(in), to = read_place(in);
  const uint16_t count = in.be16();
  add(in, from, count, OperationClass::kRead, at, out);
  add(in, to, count, OperationClass::kWrite, at + 4, out);
}

// Area, first word, number of words; bit 15 says that they are the last.
uint16_t parameters(Reader& in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  const uint16_t area = in.be16(), first = in.be16();
  const auto count = static_cast<uint16_t>(in.be16() & 0x7fff);
  in.expect(count > 0, FaultKind::kBadCount, at + 4);
  in.expect(count <= kWords - first, FaultKind::kBadAddress, at + 2);
  if (in.ok())
    out.add_point({.type = PointType::kFinsArea,
                   .access = access,
                   .first = first,
                   .last = uint64_t{first} + count - 1,
                   .detail = kParameterAreas | area});
  return count;
}

// Number of bits, of each what to do with it and its place.
void force(Reader& in, Operation& out) noexcept {
  const size_t at = in.at();
  const uint16_t count = in.be16();
  in.expect(count > 0, FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    in.skip(2);
    const size_t place_at = in.at();
    const Place place = read_place(in);
    in.expect(bytes_of(place.counts) == 1, FaultKind::kBadType, place_at);
    add(in, place, 1, OperationClass::kControl, place_at, out);
  }
}

}  // namespace

// Of any other command the data are not looked at.
void read_points(Reader& in, Operation& out) noexcept {
  switch (out.code) {
    case 0x0101:
    case 0x230a:
      (void)read_range(in, OperationClass::kRead, out);
      break;
    case 0x0102:
      write(in, out);
      break;
    case 0x0103:
      fill(in, out);
      break;
    case 0x0104:
      multiple_read(in, out);
      break;
    case 0x0105:
      transfer(in, out);
      break;
    case 0x0201:
      (void)parameters(in, OperationClass::kRead, out);
      break;
    case 0x0202:
      in.skip(2u * parameters(in, OperationClass::kWrite, out));
      break;
    case 0x0203:
      (void)parameters(in, OperationClass::kWrite, out);
      in.skip(2);
      break;
    case 0x2301:
      force(in, out);
      break;
    default:
      return;
  }
  in.end();
}

}  // namespace bulkhead::wire::fins
