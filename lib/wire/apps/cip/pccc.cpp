// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/pccc.h"

#include <algorithm>

namespace bulkhead::wire::cip {
namespace {

constexpr uint8_t kAnswer = 0x40;
constexpr uint8_t kReserved = 0x90;
constexpr uint8_t kExtendedStatus = 0xf0;
constexpr uint8_t kLongAddress = 0xff;  // 16 bits follow
constexpr uint64_t kLast16 = 0xffff;

// Commands that have a function.
constexpr bool has_function(uint8_t command) noexcept {
  return command == 0x06 || command == 0x07 || command == 0x0f;
}

// Where a command's address is: byte size, file, type, element, and sub-element; values behind it.
struct Logical {
  uint8_t function = 0;
  bool sub_element = false;
  bool mask = false;
  bool values = false;
};
constexpr std::array kLogical = {
    Logical{0xa1, false, false, false}, Logical{0xa2, true, false, false},
    Logical{0xa9, false, false, true},  Logical{0xaa, true, false, true},
    Logical{0xab, true, true, true},
};

// 1770-RM516 13-4: an address above 254 is 0xff and two bytes.
uint16_t address(Reader& in) noexcept {
  const uint8_t first = in.u8();
  return first == kLongAddress ? in.le16() : first;
}

// Elements of timers, counters and control words have sub-elements; the count of elements is in
// bytes of at least two each.
void add_logical(const Logical& layout, Reader& in, Operation& out) noexcept {
  const size_t size = in.u8();
  const uint64_t file = address(in);
  const uint32_t type = in.u8();
  const uint64_t element = address(in);
  const uint64_t sub = layout.sub_element ? address(in) : 0;
  if (layout.mask) in.skip(2);
  const auto values = layout.values ? in.bytes(size) : std::span<const uint8_t>{};
  in.expect(layout.values || in.left() == 0, FaultKind::kBadLength, in.at());
  if (!in.ok()) return;
  const uint64_t first = file << 32 | element << 16 | sub;
  const uint64_t last_element = std::min(kLast16, element + (size == 0 ? 0 : (size - 1) / 2));
  out.add_point({.type = PointType::kPcccFile,
                 .access = out.cls,
                 .first = first,
                 .last = file << 32 | last_element << 16 | kLast16,
                 .detail = type});
  if (layout.values) out.add_values({ValueView::Encoding::kBytes, 0, 1, values});
}

bool touches_nothing(OperationClass cls) noexcept {
  return cls == OperationClass::kDiagnose || cls == OperationClass::kDiscover;
}

}  // namespace

Pccc read_pccc(Reader& in) noexcept {
  Pccc out;
  const size_t at = in.at();
  const uint8_t requestor = in.u8();  // its own length counts
  in.expect(requestor >= 1, FaultKind::kBadLength, at);
  in.skip(requestor - size_t{1});
  const uint8_t command = in.u8();
  in.expect((command & kReserved) == 0, FaultKind::kBadValue, in.at());
  out.is_answer = (command & kAnswer) != 0;
  out.command = command & 0x0f;
  out.status = in.u8();
  out.transaction = in.le16();
  if (out.is_answer) {
    if (out.status == kExtendedStatus) in.skip(1);
  } else if (has_function(out.command)) {
    out.function = in.u8();
  }
  return out;
}

void add_files(const Pccc& command, Reader& in, Operation& out) noexcept {
  if (command.command == 0x0f) {
    for (const Logical& layout : kLogical)
      if (layout.function == command.function) return add_logical(layout, in, out);
  }
  if (!touches_nothing(out.cls))
    out.add_point({.type = PointType::kPcccFile,
                   .access = out.cls,
                   .first = 0,
                   .last = kLast16 << 32 | 0xffff'ffff});
  out.add_values({ValueView::Encoding::kBytes, 0, 1, in.rest()});
}

}  // namespace bulkhead::wire::cip
