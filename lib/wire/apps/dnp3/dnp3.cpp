// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/dnp3.h"

#include <algorithm>

#include "wire/apps/dnp3/objects.h"

namespace bulkhead::wire::dnp3 {

namespace {

constexpr size_t kLengthAt = 2;
constexpr uint16_t kFirstBroadcast = kSelfAddress + 1;
constexpr uint8_t kRefusals = 0x07;  // IIN2: no such function, object unknown, parameter error
constexpr uint64_t kUnsolicitedId = 1u << 4;
constexpr uint64_t kLinkId = 1u << 5;
constexpr uint64_t kConfirmId = 1u << 6;
constexpr uint64_t kMatched = uint64_t{1} << 63;  // of Pairing: that an identifier is not 0

constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

uint64_t id_of(Pair pair, uint64_t rest) noexcept {
  return uint64_t{pair.master} << 32 | uint64_t{pair.outstation} << 16 | rest;
}

Pair pair_of(const LinkHeader& link, bool from_master) noexcept {
  return from_master ? Pair{link.source, link.destination} : Pair{link.destination, link.source};
}

void start(Operation& out, Pair pair, uint32_t code, Direction direction) noexcept {
  out.clear();
  out.app = App::kDnp3;
  out.direction = direction;
  out.code = code;
  out.unit = pair.outstation;
  out.from_unit = pair.master;
  if (const FunctionFact* const fact = function_of(code)) {
    out.name = fact->name;
    out.cls = fact->cls;
    out.technique = fact->technique;
  }
}

// An offset in a fragment as one in the frame that completes it; what came in an earlier frame is
// told at this one's transport octet.
Fault in_frame(Fault fault, size_t before) noexcept {
  const size_t user = fault.offset < before ? 0 : fault.offset - before + 1;
  return {fault.kind, static_cast<uint32_t>(frame_offset(user))};
}

// What else the link layer confirms may as well be a frame with data, and that is no request of its
// own (IEEE 1815 9.2.4).
bool is_about_status(const LinkHeader& link) noexcept {
  constexpr uint8_t kStatus = 11;
  const auto asks = static_cast<uint8_t>(PrimaryFunction::kRequestStatus);
  return link.function() == (link.primary() ? asks : kStatus);
}

// The same for both ways, whatever they say of who is the master: not all answers to what an
// outstation asks do that right.
uint64_t id_of_link(const LinkHeader& link) noexcept {
  const auto [low, high] = std::minmax(link.source, link.destination);
  return id_of({low, high}, kLinkId);
}

Fault whole_header(std::span<const uint8_t> bytes, LinkHeader& out) noexcept {
  const Parsed<LinkHeader> header = parse_link_header(bytes);
  if (header.faulty()) return header.fault();
  if (header.need_more()) return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  if (header->frame_size() != bytes.size()) return {FaultKind::kBadLength, kLengthAt};
  out = *header;
  return {};
}

}  // namespace

namespace {

bool is_unanswered(uint8_t asked) noexcept {
  using namespace function;
  return asked == kDirectOperateNoAck || asked == kImmediateFreezeNoAck ||
         asked == kFreezeAndClearNoAck || asked == kFreezeWithTimeNoAck ||
         asked == kAuthenticationError;
}

// Confirmations have no answer, nor have requests that say so or go to all; the fragments of an
// answer have numbers that count on (4.2.2.4).
void match(const ApplicationHeader& header, Pair pair, Operation& out) noexcept {
  const bool to_all = pair.outstation >= kFirstBroadcast;
  out.pairing.alone = header.function == function::kConfirm || is_unanswered(header.function) ||
                      (!header.response() && to_all);
  out.pairing.id = out.request_id | kMatched;
  if (header.function != function::kResponse) return;
  out.pairing.later = !header.first();
  if (header.final()) return;
  out.pairing.follows = Follows::kMore;
  out.pairing.next_id = id_of(pair, (header.sequence() + 1u) & 0x0f) | kMatched;
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  const Parsed<LinkHeader> header = parse_link_header(bytes);
  if (header.faulty()) return header.fault();
  if (header.need_more()) return NeedMore{header.missing()};
  return header->frame_size();
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  LinkHeader link;
  if (const Fault fault = whole_header(bytes, link); failed(fault)) return fault;
  if (const Fault fault = check_header(link); failed(fault)) return fault;
  whole_size_ = 0;
  if (const Fault fault = take_user_data(bytes, user_data_); failed(fault)) return fault;
  if (!link.carries_data()) {
    tell_link(link, sink);
    return {};
  }
  Transport& transport = transports_[side == Side::kRequest ? 0 : 1];
  const auto segment = std::span<const uint8_t>(user_data_).first(link.user_size);
  const Transport::Joined joined = transport.add(link.source, link.destination, segment);
  if (failed(joined.fault)) return {joined.fault.kind, kLinkHeader};
  if (!joined.whole) return {};
  if (joined.before == 0) whole_size_ = link.user_size;
  const Fault fault = tell_fragment(link, joined.fragment, sink);
  return failed(fault) ? in_frame(fault, joined.before) : fault;
}

Fault Connection::datagram(Side side, std::span<const uint8_t> bytes,
                           OperationSink& sink) noexcept {
  size_t at = 0;
  do {
    const auto rest = bytes.subspan(at);
    const Parsed<size_t> size = frame_size(side, rest);
    Fault fault = size.fault();
    if (size.need_more() || (size.ok() && *size > rest.size()))
      fault = {FaultKind::kTruncated, static_cast<uint32_t>(rest.size())};
    if (!failed(fault)) fault = frame(side, rest.first(*size), sink);
    if (failed(fault)) return {fault.kind, static_cast<uint32_t>(fault.offset + at)};
    at += *size;
  } while (at < bytes.size());
  return {};
}

bool Connection::pending(Side side) const noexcept {
  return transports_[side == Side::kRequest ? 0 : 1].pending();
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  const Parsed<LinkHeader> header = parse_link_header(bytes);
  return header.ok() && !failed(check_header(*header)) &&
         (header->carries_data() ||
          function_of((header->primary() ? kPrimarySpace : kSecondarySpace) | header->function()));
}

void Connection::tell_link(const LinkHeader& link, OperationSink& sink) noexcept {
  const Pair pair = pair_of(link, link.from_master());
  const uint32_t space = link.primary() ? kPrimarySpace : kSecondarySpace;
  start(sink.operation, pair, space | link.function(),
        link.primary() ? Direction::kRequest : Direction::kResponse);
  sink.operation.request_id = id_of(pair, kLinkId);
  sink.operation.pairing.alone = !is_about_status(link);
  sink.operation.pairing.id = id_of_link(link) | kMatched;
  operates_selected_ = false;
  sink.told();
}

Fault Connection::tell_fragment(const LinkHeader& link, std::span<const uint8_t> fragment,
                                OperationSink& sink) noexcept {
  ApplicationHeader header;
  if (const Fault fault = take_application(fragment, header); failed(fault)) return fault;
  // Either end may confirm what the other asked to be confirmed.
  const bool answers = header.function == function::kConfirm && !link.from_master();
  const bool response = header.response() || answers;
  const Pair pair = pair_of(link, !response);
  Operation& out = sink.operation;
  start(out, pair, header.function, answers ? Direction::kResponse : header.direction());
  const uint64_t kind = (header.unsolicited() ? kUnsolicitedId : 0) |
                        (header.function == function::kConfirm ? kConfirmId : 0);
  out.request_id = id_of(pair, kind | header.sequence());
  match(header, pair, out);
  const bool contradicts = link.from_master() == response;
  if (contradicts) out.cls = OperationClass::kUnspecified;
  operates_selected_ = false;
  const Fault fault = header.response() ? take_response(header, pair, fragment, out)
                                        : take_request(header, pair, fragment, out);
  if (failed(fault)) return fault;
  sink.told();
  return {};
}

Fault Connection::take_request(const ApplicationHeader& header, Pair pair,
                               std::span<const uint8_t> fragment, Operation& out) noexcept {
  Extent extent;
  if (function_of(header.function) != nullptr) {
    const Fault fault =
        walk_objects(fragment.subspan(header.size), header.size, header.function, out, extent);
    if (failed(fault)) return fault;
  }
  if (header.function == function::kConfirm) return {};
  const auto commands = fragment.subspan(extent.from, extent.to - extent.from);
  operates_selected_ =
      associations_.asked(pair, header.function, header.sequence(), out.cls, commands);
  out.out_of_turn = header.function == function::kOperate && !operates_selected_;
  return {};
}

Fault Connection::take_response(const ApplicationHeader& header, Pair pair,
                                std::span<const uint8_t> fragment, Operation& out) noexcept {
  if (header.function == function::kResponse)
    out.cls = associations_.answered(pair, header.sequence(), header.first(), out.cls);
  if (function_of(header.function) != nullptr) {
    Extent extent;
    const Fault fault =
        walk_objects(fragment.subspan(header.size), header.size, header.function, out, extent);
    if (failed(fault)) return fault;
  }
  if (header.function == function::kUnsolicited || (header.iin2 & kRefusals) == 0) return {};
  out.is_exception = true;
  out.exception_code |= header.iin2 & kRefusals;
  return {};
}

}  // namespace bulkhead::wire::dnp3
