// SPDX-License-Identifier: Apache-2.0
// The ASDU (IEC 60870-5-101 7.1, 7.2): type, how many objects, cause, common address, objects.
#include "wire/apps/iec104/iec104.h"

namespace bulkhead::wire::iec104 {
namespace {

constexpr uint64_t kLastAddress = 0xff'ffff;
constexpr uint8_t kReadCommand = 102;

// Causes of transmission (7.2.3).
constexpr uint8_t kRequested = 5, kActivation = 6, kConfirmed = 7, kDeactivation = 8, kEnded = 10,
                  kFirstUnknown = 44, kLastUnknown = 47;
constexpr uint16_t kAllStations = 0xffff;

struct Head {
  uint8_t type = 0;
  bool sequence = false;  // one address, then elements one behind the other
  uint8_t count = 0;
  uint8_t cause = 0;
  bool negative = false;
  uint16_t station = 0;
};

Head head_of(Cursor& in) noexcept {
  Head out;
  out.type = in.u8();
  const uint8_t structure = in.u8();
  out.sequence = (structure & 0x80) != 0;
  out.count = structure & 0x7f;
  const uint8_t cause = in.u8();
  out.cause = cause & 0x3f;
  out.negative = (cause & 0x40) != 0;
  in.skip(1);  // originator
  out.station = in.le16();
  return out;
}

uint32_t object_address(Cursor& in) noexcept {
  const uint32_t low = in.le16();
  return low | uint32_t{in.u8()} << 16;
}

// What the cause makes of it: a controlling station activates and asks, and is answered.
Direction direction_of(const Head& head, Way way, Side side) noexcept {
  if (way == Way::kFile) return side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  if (way == Way::kMonitor)  // what an interrogation or an event sent has no request of its own
    return head.cause == kRequested ? Direction::kResponse : Direction::kUnsolicited;
  const bool asks =
      head.cause == kActivation || head.cause == kDeactivation || head.cause == kRequested;
  const bool answers = (head.cause >= 7 && head.cause <= 10) ||
                       (head.cause >= kFirstUnknown && head.cause <= kLastUnknown);
  return asks || !answers ? Direction::kRequest : Direction::kResponse;
}

uint64_t id_of(uint8_t type, uint16_t station) noexcept {
  return type | uint64_t{station} << 8;
}

// A confirmation comes first, and the end of the activation of what takes a while; a station
// answers for itself what went to all. Files have a talk of their own.
void match(const Head& head, const TypeRow& row, Operation& out) noexcept {
  Pairing& pairing = out.pairing;
  pairing.alone = row.way == Way::kFile;
  pairing.to_all = out.direction == Direction::kRequest && head.station == kAllStations;
  if (out.direction != Direction::kResponse) return;
  pairing.all_id = id_of(head.type, kAllStations);
  pairing.later = head.cause == kEnded;
  if (head.cause == kConfirmed && !head.negative) pairing.follows = Follows::kPerhaps;
}

void add_object(const TypeRow& row, uint32_t address, std::span<const uint8_t> element,
                Operation& out) noexcept {
  PointRange point{PointType::kIoa, out.cls, address, address};
  if (row.qualifier >= 0) point.detail = element[static_cast<size_t>(row.qualifier)];
  PointRange* last = out.points.empty() ? nullptr : &out.points[out.points.size() - 1];
  const bool joins = last != nullptr && row.qualifier < 0 && last->last + 1 == address;
  if (joins)
    last->last = address;
  else
    out.add_point(point);
  const size_t width = width_of(row.encoding);
  if (width == 0) return;
  out.add_values({row.encoding, 0, 1, element.first(width)});
}

// Octets of the element at the front of `in`.
size_t element_size(const TypeRow& row, const Cursor& in, size_t address_octets) noexcept {
  if (!row.open_ended) return row.octets;
  constexpr size_t kLengthOfSegment = 3;  // behind name of file and of section
  const size_t at = address_octets + kLengthOfSegment;
  const auto rest = in.rest();
  return row.octets + (at < rest.size() ? size_t{rest[at]} : 0);
}

Fault take_objects(const Head& head, const TypeRow& row, Cursor& in, Operation& out) noexcept {
  uint64_t address = 0;
  for (unsigned i = 0; i < head.count; ++i) {
    const bool addressed = i == 0 || !head.sequence;
    const size_t begin = in.at();
    const size_t size = element_size(row, in, addressed ? 3 : 0);
    address = addressed ? object_address(in) : address + 1;
    const auto element = in.bytes(size);
    if (!in.ok()) return {FaultKind::kBadLength, static_cast<uint32_t>(begin)};
    if (address > kLastAddress) return {FaultKind::kBadAddress, static_cast<uint32_t>(begin)};
    if (i == 0) out.request_id |= address << 24;
    if (i == 0) out.pairing.all_id |= address << 24;
    add_object(row, static_cast<uint32_t>(address), element, out);
  }
  if (in.left() != 0) return {FaultKind::kBadLength, static_cast<uint32_t>(in.at())};
  return {};
}

}  // namespace

Fault parse_asdu(Cursor in, Side side, Operation& out) noexcept {
  constexpr size_t kCountAt = 1;
  const size_t front = in.at();
  const Head head = head_of(in);
  if (!in.ok()) return {FaultKind::kTruncated, static_cast<uint32_t>(front)};
  out.code = head.type;
  out.unit = head.station;
  out.request_id = id_of(head.type, head.station);
  const TypeRow* row = type_of(head.type);
  if (row == nullptr) {  // private or reserved: what its objects are is not known
    out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kUnsolicited;
    if (side == Side::kRequest || head.cause != kFirstUnknown) return {};
    out.direction = Direction::kResponse;
    out.is_exception = true;
    out.exception_code = head.cause;
    return {};
  }
  const FunctionFact* fact = function_of(head.type);
  out.name = fact->name;
  out.cls = fact->cls;
  out.technique = fact->technique;
  out.direction = direction_of(head, row->way, side);
  if (row->way == Way::kMonitor && out.direction == Direction::kResponse)
    out.request_id = id_of(kReadCommand, head.station);  // C_RD asked
  match(head, *row, out);
  const bool refuses = head.negative || (head.cause >= kFirstUnknown && head.cause <= kLastUnknown);
  if (refuses && out.direction == Direction::kResponse) {
    out.is_exception = true;
    out.exception_code = head.cause;
  }
  if (head.count == 0) return {FaultKind::kBadCount, static_cast<uint32_t>(front + kCountAt)};
  return take_objects(head, *row, in, out);
}

}  // namespace bulkhead::wire::iec104
