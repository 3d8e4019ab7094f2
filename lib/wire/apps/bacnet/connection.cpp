// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/bacnet/describe.h"
#include "wire/apps/bacnet/network.h"
#include "wire/apps/bacnet/walk.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}
constexpr Side other(Side side) noexcept {
  return side == Side::kRequest ? Side::kResponse : Side::kRequest;
}

Peers reversed(const Peers& peers) noexcept {
  return {.to = peers.from, .from = peers.to};
}

// Announcements and reports come unasked; other unconfirmed services ask for something.
Direction unconfirmed_direction(uint8_t service) noexcept {
  constexpr uint32_t kReports = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 11 | 1u << 12;
  return service < 32 && (kReports >> service & 1) != 0 ? Direction::kUnsolicited
                                                        : Direction::kRequest;
}

Direction direction_of(const Apdu& apdu) noexcept {
  switch (apdu.type) {
    case ApduType::kConfirmed:
      return Direction::kRequest;
    case ApduType::kUnconfirmed:
      return unconfirmed_direction(apdu.service);
    case ApduType::kSegmentAck:
    case ApduType::kAbort:
      return apdu.from_server ? Direction::kResponse : Direction::kRequest;
    default:
      return Direction::kResponse;
  }
}

uint32_t code_of(const Apdu& apdu) noexcept {
  switch (apdu.type) {
    case ApduType::kUnconfirmed:
      return code_of(Space::kUnconfirmed, apdu.service);
    case ApduType::kSegmentAck:
    case ApduType::kReject:
    case ApduType::kAbort:
      return code_of(Space::kTransaction, static_cast<uint8_t>(apdu.type));
    default:
      return code_of(Space::kConfirmed, apdu.service);
  }
}

// Class and code of an error, which some services wrap in a context tag of number 0 with more
// behind it (clause 21, Error).
Fault take_error(std::span<const uint8_t> bytes, size_t at, Operation& out) noexcept {
  constexpr Tag::Kind kApp = Tag::Kind::kApplication;
  TagReader in{bytes, at};
  Tag tag;
  size_t size = 0;
  if (const Fault fault = in.front(tag, size); failed(fault)) return fault;
  const bool wrapped = tag.is(Tag::Kind::kOpening, 0);
  if (wrapped) in.skip(size);
  uint32_t parts[2] = {};
  for (uint32_t& part : parts) {
    if (const Fault fault = in.next(tag); failed(fault)) return fault;
    if (!tag.is(kApp, static_cast<uint8_t>(Application::kEnumerated)))
      return {FaultKind::kBadEncoding, tag.at};
    if (!unsigned_of(tag.content, part) || part > UINT16_MAX) return {FaultKind::kBadValue, tag.at};
  }
  out.is_exception = true;
  out.exception_code = parts[0] << 16 | parts[1];
  if (!wrapped) return in.more() ? Fault{FaultKind::kBadLength, in.at()} : Fault{};
  if (const Fault fault = in.next(tag); failed(fault)) return fault;
  if (!tag.is(Tag::Kind::kClosing, 0)) return {FaultKind::kBadEncoding, tag.at};
  return walk({.free = true}, in.rest(), in.at(), out);
}

}  // namespace

Connection::Connection() noexcept {
  for (auto& services : asked_) services.fill(kNoService);
  managed_.fill(kNoService);
}

// Remembers what is asked, and ends what is over.
void Connection::note(Side side, const Peers& peers, const Apdu& apdu) noexcept {
  const bool from_client = direction_of(apdu) == Direction::kRequest;
  const bool is_abort = apdu.type == ApduType::kAbort;
  if (apdu.type == ApduType::kUnconfirmed || apdu.type == ApduType::kSegmentAck) return;
  if (apdu.type == ApduType::kConfirmed && (!apdu.segmented || apdu.sequence == 0))
    asked_[index(side)][apdu.invoke] = apdu.service;
  // The first or only part of a request, and any answer, end what the other side was sending.
  if (!apdu.segmented || apdu.sequence == 0 || !from_client)
    segments_.forget(other(side), reversed(peers), apdu.invoke);
  if (is_abort) segments_.forget(side, peers, apdu.invoke);
}

Fault Connection::parameters(Side side, const Envelope& envelope, const Apdu& apdu, Operation& out,
                             bool& again) noexcept {
  const bool response = out.direction == Direction::kResponse;
  std::span<const uint8_t> bytes = apdu.data;
  size_t at = apdu.data_at;
  if (apdu.segmented) {
    bool complete = false;
    std::span<const uint8_t> whole;
    const Fault fault = segments_.add(side, envelope.peers, apdu, complete, whole, again);
    if (failed(fault)) return fault;
    if (!complete) {
      identify(out, envelope.peers, kSegment, apdu.invoke);
      out.clipped = true;
      return {};
    }
    bytes = whole;
    at = 0;
  }
  if (apdu.type == ApduType::kUnconfirmed)
    return walk(unconfirmed_layout(apdu.service), bytes, at, out);
  if (apdu.type == ApduType::kError) return take_error(bytes, at, out);
  const ServiceLayouts& layouts = confirmed_layouts(apdu.service);
  if (apdu.type == ApduType::kSimpleAck) return {};
  // What nobody has described may be of any form; it has no class, so no rule can allow it.
  if (out.cls == OperationClass::kUnspecified) return {};
  return walk(response ? layouts.ack : layouts.request, bytes, at, out);
}

// Segment acknowledgement, reject, abort: they name no service, but an invoke id.
void Connection::transaction(Side side, const Envelope& envelope, const Apdu& apdu,
                             Operation& out) noexcept {
  const bool response = out.direction == Direction::kResponse;
  if (apdu.type == ApduType::kSegmentAck)
    identify(out, envelope.peers, kSegment, apdu.invoke);
  else if (response) {
    out.is_exception = true;
    out.exception_code = apdu.service;
  }
  const uint8_t service = asked_[index(other(side))][apdu.invoke];
  if (response && service != kNoService) answers(out, bacnet::code_of(Space::kConfirmed, service));
}

// What has an answer is known by invoke id and peer; the segments of the answer in their order. One
// that came before comes again when its acknowledgement was lost (5.4.4).
void Connection::match(const Apdu& apdu, bool again, Operation& out) noexcept {
  constexpr uint64_t kTransaction = uint64_t{1} << 63;
  const bool asks = out.direction == Direction::kRequest;
  const bool unanswered = asks && (apdu.type == ApduType::kAbort || apdu.more);
  out.pairing.alone = apdu.type == ApduType::kUnconfirmed || apdu.type == ApduType::kSegmentAck ||
                      unanswered || (again && !asks);
  out.pairing.id = (out.request_id & ~kSegment) | kTransaction;
  if (asks || !apdu.segmented) return;
  out.pairing.later = apdu.sequence != 0;
  if (apdu.more) out.pairing.follows = Follows::kMore;
}

Fault Connection::apdu(Side side, const Envelope& envelope, OperationSink& sink) noexcept {
  Apdu apdu;
  const Fault fault = parse_apdu(envelope.body, envelope.body_at, apdu);
  return failed(fault) ? fault : service(side, envelope, apdu, sink);
}

Fault Connection::service(Side side, const Envelope& envelope, const Apdu& apdu,
                          OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  describe(out, code_of(apdu), direction_of(apdu));
  bool again = false;
  const bool in_transaction = apdu.type != ApduType::kUnconfirmed;
  identify(out, envelope.peers, in_transaction ? 0 : kNoTransaction, apdu.invoke);
  if (code_of(apdu) >> 24 == static_cast<uint8_t>(Space::kTransaction))
    transaction(side, envelope, apdu, out);
  else if (const Fault fault = parameters(side, envelope, apdu, out, again); failed(fault))
    return fault;
  match(apdu, again, out);
  note(side, envelope.peers, apdu);
  sink.told();
  return {};
}

Fault Connection::datagram(Side side, std::span<const uint8_t> bytes,
                           OperationSink& sink) noexcept {
  segments_.tick();
  Envelope envelope;
  if (const Fault fault = open_envelope(bytes, envelope); failed(fault)) return fault;
  if (!envelope.carries_npdu) return management(side, envelope, sink);
  if (!envelope.network_message) return apdu(side, envelope, sink);
  if (const Fault fault = take_network_message(envelope, sink.operation); failed(fault))
    return fault;
  sink.told();
  return {};
}

}  // namespace bulkhead::wire::bacnet
