// SPDX-License-Identifier: Apache-2.0
// How an outstation says no (IEEE 1815-2012): commands are repeated with the status
// NOT_AUTHORIZED (table 11-9, clause 4.4.5); to anything else a response without objects has the
// indication that the function is not supported (IIN2.0), or of one that names points that its
// parameters are wrong (IIN2.2; 4.2.2.6). In one frame.
#include <algorithm>
#include <array>

#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/dnp3/object_facts.h"
#include "wire/apps/dnp3/object_header.h"
#include "wire/writer.h"

namespace bulkhead::wire::dnp3 {
namespace {

constexpr uint8_t kNoSuchFunction = 0x01, kParameterError = 0x04;
constexpr uint8_t kNotAuthorized = 9, kStatusMask = 0x7f;
constexpr uint8_t kUnconfirmedFromOutstation = 0x44;  // link control
constexpr uint8_t kWholeFragment = 0xc0;              // first and final, of both layers

// What no outstation answers (4.2.2.4, 4.4): confirmations, and functions "no acknowledgement".
constexpr std::array<uint8_t, 6> kSilent = {0, 6, 8, 10, 12, 33};

bool is_answered(const Operation& operation) noexcept {
  return operation.direction == Direction::kRequest && operation.code < kPrimarySpace &&
         operation.unit < kFirstReserved &&
         std::ranges::find(kSilent, operation.code) == kSilent.end();
}

// A master that has each frame confirmed by the link counts them: none can be taken out and
// answered. Over IP stations do not (clause 13.3.5.1).
bool confirmed_by_link(std::span<const uint8_t> frame) noexcept {
  const Parsed<LinkHeader> link = parse_link_header(frame);
  return link.ok() && link->function() == static_cast<uint8_t>(PrimaryFunction::kConfirmedData);
}

bool is_command(const Operation& operation) noexcept {
  return operation.code >= function::kSelect && operation.code <= function::kDirectOperate;
}

// The objects of one header, in place. False: one that has no status.
bool deny_objects(const ObjectHeader& header, Cursor& in, std::span<uint8_t> objects) noexcept {
  const ObjectFact fact = object_of(header.group, header.variation);
  const bool placed = !header.sized && header.range != ObjectHeader::Range::kAddresses;
  if (fact.layout != Layout::kFixed || fact.status_at == 0 || !placed) return false;
  for (uint64_t i = 0; i < header.count && in.ok(); ++i) {
    in.skip(header.prefix);
    const size_t status = in.at() + fact.status_at;
    in.skip(fact.size);
    if (!in.ok()) return false;
    objects[status] = static_cast<uint8_t>((objects[status] & ~kStatusMask) | kNotAuthorized);
  }
  return in.ok() && header.count != 0;
}

bool deny_commands(std::span<uint8_t> objects) noexcept {
  const std::span<const uint8_t> read = objects;
  Cursor in{read};
  while (in.left() != 0) {
    ObjectHeader header;
    if (take_header(in, header).kind != FaultKind::kNone) return false;
    if (!deny_objects(header, in, objects)) return false;
  }
  return !objects.empty();
}

// Transport, application header and objects.
struct Answer {
  UserData bytes{};
  size_t size = 0;
};

Answer answer_of(const Operation& operation, uint8_t iin2,
                 std::span<const uint8_t> objects) noexcept {
  Answer out;
  Writer writer{out.bytes};
  writer.u8(kWholeFragment);
  writer.u8(static_cast<uint8_t>(kWholeFragment | (operation.request_id & 0x0f)));
  writer.u8(function::kResponse).u8(0).u8(iin2).bytes(objects);
  out.size = writer.whole();
  return out;
}

void put_block(Writer& out, std::span<const uint8_t> block) noexcept {
  out.bytes(block).le16(crc_of(block));
}

size_t put_frame(const Operation& operation, std::span<const uint8_t> data,
                 std::span<uint8_t> out) noexcept {
  constexpr size_t kCounted = 5;  // of the header: control and addresses
  std::array<uint8_t, kLinkHeader - kCrcSize> header{};
  Writer head{header};
  head.be16(0x0564).u8(static_cast<uint8_t>(kCounted + data.size()));
  head.u8(kUnconfirmedFromOutstation);
  head.le16(static_cast<uint16_t>(operation.from_unit));
  head.le16(static_cast<uint16_t>(operation.unit));
  Writer writer{out};
  put_block(writer, header);
  for (size_t at = 0; at < data.size(); at += kBlock)
    put_block(writer, data.subspan(at, std::min(kBlock, data.size() - at)));
  return writer.whole();
}

}  // namespace

// The objects of the request in the frame at hand; empty where it took more than one.
std::span<const uint8_t> Connection::objects_at_hand(const Operation& operation) const noexcept {
  constexpr size_t kApplicationAt = 1, kObjectsAt = 3;
  if (whole_size_ <= kObjectsAt) return {};
  const auto user = std::span(user_data_).first(whole_size_);
  const bool same = user[kApplicationAt + 1] == operation.code &&
                    (user[kApplicationAt] & 0x0f) == (operation.request_id & 0x0f);
  return same ? user.subspan(kObjectsAt) : std::span<const uint8_t>{};
}

size_t Connection::refuse(Side, std::span<const uint8_t> frame, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (!is_answered(operation) || confirmed_by_link(frame)) return 0;
  const Pair pair{static_cast<uint16_t>(operation.from_unit),
                  static_cast<uint16_t>(operation.unit)};
  associations_.refused(pair);
  const auto objects = objects_at_hand(operation);
  UserData commands;
  std::ranges::copy(objects, commands.begin());
  if (is_command(operation) && deny_commands(std::span(commands).first(objects.size()))) {
    const Answer answer = answer_of(operation, 0, std::span(commands).first(objects.size()));
    if (answer.size != 0)
      return put_frame(operation, std::span(answer.bytes).first(answer.size), out);
  }
  const uint8_t iin2 = operation.points.empty() ? kNoSuchFunction : kParameterError;
  const Answer answer = answer_of(operation, iin2, {});
  return put_frame(operation, std::span(answer.bytes).first(answer.size), out);
}

}  // namespace bulkhead::wire::dnp3
