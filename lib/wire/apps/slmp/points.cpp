// SPDX-License-Identifier: Apache-2.0
// The devices and memory that requests name (SH-080956 4.2 to 4.4).
#include "wire/apps/slmp/devices.h"
#include "wire/apps/slmp/slmp.h"

namespace bulkhead::wire::slmp {
namespace {

using Encoding = ValueView::Encoding;

constexpr uint32_t kExtendUnits = 1u << 16;  // buffer memory of modules, by module
constexpr uint32_t kOwnMemory = 2u << 16;

struct Units {
  bool bits = false;  // else words
  bool wide = false;  // MELSEC iQ-R: longer numbers and codes
};

struct Place {
  uint32_t first = 0;
  uint16_t code = 0;
  bool bit = false;
};

std::string_view text(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
}

Place place(Fields& in, Units units) noexcept {
  const size_t at = in.in.at();
  Place out;
  const Device* device = nullptr;
  if (in.ascii()) {
    device = device_named(text(in.in.bytes(units.wide ? 4 : 2)));
    out.first = in.digits(units.wide ? 8 : 6, device == nullptr ? 16 : device->base);
  } else {
    out.first = in.number(units.wide ? 4 : 3);
    device = device_of(in.number(units.wide ? 2 : 1));
  }
  in.in.expect(device != nullptr, FaultKind::kBadType, at);
  if (!in.in.ok()) return out;
  out.code = device->code;
  out.bit = device->bit;
  return out;
}

void add(Fields& in, const PointRange& range, uint64_t count, size_t at, Operation& out) noexcept {
  in.in.expect(count > 0, FaultKind::kBadCount, at);
  in.in.expect(range.first + count - 1 <= UINT32_MAX, FaultKind::kBadAddress, at);
  if (!in.in.ok()) return;
  PointRange added = range;
  added.type = PointType::kSlmpDevice;
  added.access = out.cls;
  added.last = range.first + count - 1;
  out.add_point(added);
}

// So many words from a place on, which of bit devices are 16 each.
void add_words(Fields& in, const Place& from, uint32_t words, size_t at, Operation& out) noexcept {
  add(in, {.first = from.first, .detail = from.code}, uint64_t{words} * (from.bit ? 16 : 1), at,
      out);
}

// Digits of words have no encoding here: they tell no values.
void take_words(Fields& in, size_t words, Operation& out) noexcept {
  const auto values = in.raw(words * 2);
  if (in.in.ok() && !in.ascii())
    out.add_values({Encoding::kLe16, 0, static_cast<uint16_t>(words), values});
}

bool writes(const Operation& out) noexcept {
  return out.cls == OperationClass::kWrite;
}

// A place and a count; in bits a byte holds two of them, in ASCII a digit one.
void batch(Fields& in, Units units, Operation& out) noexcept {
  const size_t at = in.in.at();
  const Place from = place(in, units);
  const uint16_t count = in.u16();
  in.in.expect(!units.bits || from.bit, FaultKind::kBadType, at);
  if (units.bits)
    add(in, {.first = from.first, .detail = from.code}, count, at, out);
  else
    add_words(in, from, count, at, out);
  if (!writes(out)) return;
  if (units.bits)
    in.in.skip(in.ascii() ? size_t{count} : (size_t{count} + 1) / 2);
  else
    take_words(in, count, out);
}

// Numbers of single and of double words, then each place; behind it what is written there.
void random(Fields& in, Units units, Operation& out) noexcept {
  const unsigned words = in.u8(), doubles = in.u8();
  in.in.expect(words + doubles > 0, FaultKind::kBadCount, in.in.at());
  for (unsigned i = 0; i < words + doubles && in.in.ok(); ++i) {
    const size_t at = in.in.at();
    const unsigned size = i < words ? 1 : 2;
    const Place from = place(in, units);
    add_words(in, from, size, at, out);
    if (writes(out)) take_words(in, size, out);
  }
}

void random_bits(Fields& in, Units units, Operation& out) noexcept {
  const unsigned bits = in.u8();
  in.in.expect(bits > 0, FaultKind::kBadCount, in.in.at());
  for (unsigned i = 0; i < bits && in.in.ok(); ++i) {
    const size_t at = in.in.at();
    const Place from = place(in, units);
    in.in.expect(from.bit, FaultKind::kBadType, at);
    add(in, {.first = from.first, .detail = from.code}, 1, at, out);
    (void)in.raw(units.wide ? 2 : 1);  // on or off
  }
}

// Numbers of blocks of words and of bits, then each place with its count of words and its data.
void blocks(Fields& in, Units units, Operation& out) noexcept {
  const unsigned words = in.u8(), bits = in.u8();
  in.in.expect(words + bits > 0, FaultKind::kBadCount, in.in.at());
  for (unsigned i = 0; i < words + bits && in.in.ok(); ++i) {
    const size_t at = in.in.at();
    const Place from = place(in, units);
    const uint16_t count = in.u16();
    in.in.expect(from.bit == (i >= words), FaultKind::kBadType, at);
    add_words(in, from, count, at, out);
    if (writes(out)) take_words(in, count, out);
  }
}

// First address and number of words.
void own_memory(Fields& in, Operation& out) noexcept {
  const size_t at = in.in.at();
  const uint32_t first = in.u32();
  const uint16_t words = in.u16();
  add(in, {.first = first, .detail = kOwnMemory}, words, at, out);
  if (writes(out)) take_words(in, words, out);
}

// First address and number of bytes, module.
void extend_unit(Fields& in, Operation& out) noexcept {
  const size_t at = in.in.at();
  const uint32_t first = in.u32();
  const uint16_t bytes = in.u16(), module = in.u16();
  add(in, {.first = first, .detail = kExtendUnits | module}, bytes, at, out);
  if (writes(out)) (void)in.raw(bytes);
}

using Layout = void (*)(Fields&, Units, Operation&) noexcept;

// Which subcommands a layout has: words, bits, and both of iQ-R.
struct Command {
  uint16_t code = 0;
  Layout words = nullptr;  // subcommands 0 and 2
  Layout bits = nullptr;   // 1 and 3
};
constexpr Layout kOwnMemoryLayout = [](Fields& in, Units, Operation& out) noexcept {
  own_memory(in, out);
};
constexpr Layout kExtendUnitLayout = [](Fields& in, Units, Operation& out) noexcept {
  extend_unit(in, out);
};
constexpr std::array kCommands = {
    Command{0x0401, batch, batch},     Command{0x0403, random},
    Command{0x0406, blocks},           Command{0x0601, kExtendUnitLayout},
    Command{0x0613, kOwnMemoryLayout}, Command{0x0801, random},
    Command{0x1401, batch, batch},     Command{0x1402, random, random_bits},
    Command{0x1406, blocks},           Command{0x1601, kExtendUnitLayout},
    Command{0x1613, kOwnMemoryLayout},
};

}  // namespace

void read_points(Fields& in, uint16_t subcommand, Operation& out) noexcept {
  const Command* command = nullptr;
  for (const Command& row : kCommands)
    if (row.code == out.code) command = &row;
  if (command == nullptr) return;
  const Units units{(subcommand & 1) != 0, (subcommand & 2) != 0};
  const Layout layout = units.bits ? command->bits : command->words;
  if (subcommand > 3 || layout == nullptr) {
    out.clipped = true;
    return;
  }
  layout(in, units, out);
  in.in.end();
}

}  // namespace bulkhead::wire::slmp
