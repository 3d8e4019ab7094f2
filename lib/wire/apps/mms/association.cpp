// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/association.h"

#include "wire/apps/mms/pdu.h"
#include "wire/apps/mms/table.h"

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;

constexpr uint32_t kFullyEncoded = 1;  // application class
constexpr uint64_t kUsualAcse = 1, kUsualMms = 3;

enum Acse : uint32_t { kAarq = 0, kAare = 1, kRlrq = 2, kRlre = 3, kAbrt = 4 };

size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}

bool is_acse(const Element& element) noexcept {
  return element.cls == ber::Class::kApplication && element.constructed && element.number <= kAbrt;
}

Direction direction_of(Spdu type) noexcept {
  switch (type) {
    case Spdu::kData:
    case Spdu::kConnect:
    case Spdu::kFinish:
      return Direction::kRequest;
    case Spdu::kAbort:
      return Direction::kUnsolicited;
    default:
      return Direction::kResponse;
  }
}

Direction direction_of_acse(uint32_t apdu) noexcept {
  if (apdu == kAbrt) return Direction::kUnsolicited;
  return apdu == kAarq || apdu == kRlrq ? Direction::kRequest : Direction::kResponse;
}

// Does it answer something that an invoke identifier names?
bool names_request(const Operation& out) noexcept {
  return out.code >> 24 == static_cast<uint8_t>(Space::kConfirmed) ||
         out.code == code_of(Space::kPdu, static_cast<uint8_t>(Pdu::kConfirmedError)) ||
         out.code == code_of(Space::kPdu, static_cast<uint8_t>(Pdu::kReject));
}

// A response repeats the service, not what was commanded with it; errors and rejects not even it.
void describe_answer(iso::Outstanding& outstanding, Operation& out) noexcept {
  if (!names_request(out)) return;
  const auto* const asked = outstanding.answered(out);
  if (asked == nullptr) return;
  const bool error = out.code >> 24 == static_cast<uint8_t>(Space::kPdu);
  if (error || (asked->code & 0xffff) == (out.code & 0xffff)) describe_as(*asked, out);
}

}  // namespace

// One TSDU on its way through the layers.
struct Association::Turn {
  Side side;
  OperationSink& sink;
  Fault fault{};
  unsigned told = 0;
  unsigned values = 0;

  Operation& begin() noexcept {
    sink.operation.clear();
    return sink.operation;
  }
  void tell() noexcept {
    sink.told();
    ++told;
  }
  // Of a layer that carries no MMS.
  void tell(Space space, uint32_t number, Direction direction, uint32_t refused) noexcept {
    Operation& out = begin();
    describe(code_of(space, number), out);
    out.direction = direction;
    out.is_exception = refused != 0;
    out.exception_code = refused;
    tell();
  }
};

bool begins(uint8_t first) noexcept {
  constexpr uint8_t kContextClass = 0x80, kClassMask = 0xc0, kNumberMask = 0x1f;
  const bool is_pdu = (first & kClassMask) == kContextClass && (first & kNumberMask) < kPdus;
  return is_pdu || is_spdu(first);
}

void Association::pdu(const Element& element, Reader& in, Turn& turn) noexcept {
  Operation& out = turn.begin();
  take_pdu(element, in, out);
  if (!in.ok()) return;
  if (out.direction == Direction::kRequest && names_request(out))
    outstanding_[index(turn.side)].asked(out);
  if (out.direction == Direction::kResponse)
    describe_answer(outstanding_[1 - index(turn.side)], out);
  turn.tell();
}

// EXTERNAL (X.690 8.18): which context, and one value of it.
void Association::external(Reader in, Turn& turn) noexcept {
  constexpr uint32_t kDescriptor = 7;
  Element element, id;
  (void)in.next_if(ber::Class::kUniversal, ber::kOid, element);
  if (!in.want(ber::Class::kUniversal, ber::kInteger, id)) return;
  (void)in.next_if(ber::Class::kUniversal, kDescriptor, element);
  if (!in.want(element)) return;
  in.end();
  if (!element.holds(0)) return in.fail(FaultKind::kBadEncoding, element.at);
  const auto context = ber::unsigned_of(id.content);
  if (!context) return in.fail(FaultKind::kBadValue, id.at);
  Reader inside = in.inside(element);
  if (!inside.want(element)) return;
  inside.end();
  if (is_acse(element)) return in.fail(FaultKind::kTooDeep, element.at);
  value(*context, element, inside, turn);
}

void Association::acse(const Element& apdu, Reader& in, Turn& turn) noexcept {
  constexpr uint32_t kResult = 2, kUserInformation = 30;
  const unsigned before = turn.told;
  uint64_t refused = 0;
  Reader fields = in.inside(apdu);
  for (Element field; fields.next(field);) {
    if (apdu.number == kAare && field.holds(kResult)) {
      Reader inside = in.inside(field);
      Element result;
      if (inside.want(ber::Class::kUniversal, ber::kInteger, result))
        refused = ber::unsigned_of(result.content).value_or(1);
    }
    if (!field.holds(kUserInformation)) continue;
    Reader externals = in.inside(field);
    for (Element each; externals.next(each);) {
      if (!each.is(ber::Class::kUniversal, ber::kExternal))
        return in.fail(FaultKind::kBadType, each.at);
      if (++turn.values > kMostValues) return in.fail(FaultKind::kTooMany, each.at);
      external(in.inside(each), turn);
    }
  }
  if (in.ok() && turn.told == before)
    turn.tell(Space::kAcse, apdu.number, direction_of_acse(apdu.number),
              static_cast<uint32_t>(refused));
}

// Where no connect was seen, a value is what its usual context and its tag say.
void Association::value(uint64_t context, const Element& value, Reader& in, Turn& turn) noexcept {
  context_ = context;
  layered_ = true;
  switch (contexts_.syntax_of(context)) {
    case Syntax::kUndefined:
    case Syntax::kRefused:
      return in.fail(FaultKind::kBadState, value.at);
    case Syntax::kMms:
      return pdu(value, in, turn);
    case Syntax::kAcse:
      if (is_acse(value)) return acse(value, in, turn);
      return in.fail(FaultKind::kBadType, value.at);
    case Syntax::kUnseen:
      if (context == kUsualMms && is_pdu(value)) return pdu(value, in, turn);
      if (context == kUsualAcse && is_acse(value)) return acse(value, in, turn);
      break;
    case Syntax::kOther:
      break;
  }
  const bool asks = turn.side == Side::kRequest;
  turn.tell(Space::kOther, static_cast<uint32_t>(context),
            asks ? Direction::kRequest : Direction::kResponse, 0);
}

// PDV-list (ISO 8823-1 8.4): one value of a context, or as many as fit into its octets.
void Association::list(const Element& pdv_list, const Reader& of, Turn& turn) noexcept {
  constexpr uint32_t kSingle = 0, kOctets = 1;
  Reader in = of.inside(pdv_list);
  Element element, id, values;
  (void)in.next_if(ber::Class::kUniversal, ber::kOid, element);  // name of the transfer syntax
  if (!in.want(ber::Class::kUniversal, ber::kInteger, id) || !in.want(values)) return;
  in.end();
  const bool single = values.holds(kSingle);
  if (!single && !values.primitive(kOctets)) return in.fail(FaultKind::kBadEncoding, values.at);
  const auto context = ber::unsigned_of(id.content);
  if (!context) return in.fail(FaultKind::kBadValue, id.at);
  Reader inside = in.inside(values);
  if (!single) inside.check();
  if (!inside.want(element)) return;
  do {
    if (++turn.values > kMostValues) return in.fail(FaultKind::kTooMany, element.at);
    value(*context, element, inside, turn);
    if (single) return inside.end();
  } while (inside.next(element));
}

void Association::fully_encoded(const Element& data, const Reader& of, Turn& turn) noexcept {
  Reader lists = of.inside(data);
  Element each;
  if (!lists.want(each)) return;
  do {
    if (!each.is(ber::Class::kUniversal, ber::kSequence) || !each.constructed)
      return lists.fail(FaultKind::kBadType, each.at);
    list(each, lists, turn);
  } while (lists.next(each));
}

// Fields of CP, CPA, CPR and ARU: contexts, and user data among them (8.2, 8.3, 8.4).
void Association::fields(Spdu type, Reader in, Turn& turn) noexcept {
  constexpr uint32_t kDefinitions = 4, kResults = 5;
  for (Element field; in.next(field);) {
    if (field.is(ber::Class::kApplication, kFullyEncoded)) {
      fully_encoded(field, in, turn);
    } else if (field.cls == ber::Class::kApplication) {
      in.fail(FaultKind::kBadType, field.at);
    } else if (type == Spdu::kConnect && field.holds(kDefinitions)) {
      contexts_.propose(in.inside(field));
    } else if (type == Spdu::kAccept && field.holds(kResults)) {
      contexts_.accept(in.inside(field));
    }
  }
}

// CP and CPA in normal mode; that of X.410 has no contexts.
void Association::connection(Spdu type, const Element& top, Reader& in, Turn& turn) noexcept {
  constexpr uint32_t kModeSelector = 0, kParameters = 2;
  constexpr uint64_t kNormalMode = 1;
  if (!top.is(ber::Class::kUniversal, ber::kSet)) return in.fail(FaultKind::kBadType, top.at);
  if (type == Spdu::kConnect) contexts_.begin();
  Reader parts = in.inside(top);
  for (Element part; parts.next(part);) {
    if (part.holds(kModeSelector)) {
      Reader inside = in.inside(part);
      Element mode;
      if (inside.want(mode) && ber::unsigned_of(mode.content) != kNormalMode)
        in.fail(FaultKind::kBadValue, mode.at);
    } else if (part.holds(kParameters)) {
      fields(type, in.inside(part), turn);
    } else {
      in.fail(FaultKind::kBadType, part.at);
    }
  }
}

void Association::presentation(const SessionPdu& session, Turn& turn) noexcept {
  Reader in{session.user_data, session.user_data_at, turn.fault};
  in.check();
  Element top;
  if (!in.want(top)) return;
  in.end();
  if (top.is(ber::Class::kApplication, kFullyEncoded)) return fully_encoded(top, in, turn);
  const bool plain = session.type == Spdu::kData || session.type == Spdu::kFinish;
  if (plain || !top.constructed) return in.fail(FaultKind::kBadType, top.at);
  if (session.type == Spdu::kConnect || session.type == Spdu::kAccept)
    return connection(session.type, top, in, turn);
  fields(session.type, in.inside(top), turn);
}

Fault Association::tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Turn turn{.side = side, .sink = sink};
  if (bytes.empty()) return {FaultKind::kTruncated, 0};
  if (!is_spdu(bytes[0])) {  // MMS right in the TSDU, as some stacks send it
    Reader in{bytes, 0, turn.fault};
    in.check();
    Element element;
    if (in.want(element)) {
      in.end();
      layered_ = false;
      pdu(element, in, turn);
    }
    return turn.fault;
  }
  SessionPdu session;
  if (const Fault fault = parse_session(bytes, session); fault.kind != FaultKind::kNone)
    return fault;
  if (session.type == Spdu::kConnect) *this = {};
  const bool data = session.type == Spdu::kData;
  if (data || !session.user_data.empty()) presentation(session, turn);
  const bool nothing = turn.fault.kind == FaultKind::kNone && turn.told == 0;
  const bool refused = session.type == Spdu::kRefuse || session.type == Spdu::kNotFinished;
  if (nothing)
    turn.tell(Space::kSession, static_cast<uint8_t>(session.type), direction_of(session.type),
              refused ? 1 : 0);
  return turn.fault;
}

}  // namespace bulkhead::wire::mms
