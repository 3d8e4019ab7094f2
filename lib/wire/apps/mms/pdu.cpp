// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/pdu.h"

#include "wire/apps/mms/services.h"
#include "wire/apps/mms/table.h"
#include "wire/apps/mms/variables.h"

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;

constexpr uint32_t kDetail = 79;  // of a companion standard, behind a service

void describe(Pdu kind, Direction direction, Operation& out) noexcept {
  mms::describe(code_of(Space::kPdu, static_cast<uint8_t>(kind)), out);
  out.direction = direction;
}

void take_invoke(const Element& element, Reader& in, Operation& out) noexcept {
  const auto id = ber::unsigned_of(element.content);
  if (element.constructed) in.fail(FaultKind::kBadEncoding, element.at);
  if (!id || *id > UINT32_MAX) in.fail(FaultKind::kBadValue, element.at);
  if (in.ok()) out.request_id = *id;
}

// What is behind a service: at most a detail, which may change what it means.
void take_detail(Reader& in, Operation& out) noexcept {
  Element detail;
  if (in.next_if(ber::Class::kContext, kDetail, detail)) out.clipped = true;
  in.end();
}

void take_request(Reader in, Operation& out) noexcept {
  Element element;
  if (!in.want(ber::Class::kUniversal, ber::kInteger, element)) return;
  take_invoke(element, in, out);
  (void)in.next_if(ber::Class::kUniversal, ber::kSequence, element);  // modifiers
  if (!in.want(element)) return;
  if (element.cls != ber::Class::kContext) return in.fail(FaultKind::kBadType, element.at);
  mms::describe(code_of(Space::kConfirmed, element.number), out);
  take_request_of(element, in, out);
  take_detail(in, out);
}

void take_response(Reader in, Operation& out) noexcept {
  out.direction = Direction::kResponse;
  Element element;
  if (!in.want(ber::Class::kUniversal, ber::kInteger, element)) return;
  take_invoke(element, in, out);
  if (!in.want(element)) return;
  if (element.cls != ber::Class::kContext) return in.fail(FaultKind::kBadType, element.at);
  mms::describe(code_of(Space::kConfirmed, element.number), out);
  take_answer_of(element, in, out);
  take_detail(in, out);
}

void take_unconfirmed(Reader in, Operation& out) noexcept {
  constexpr uint32_t kInformationReport = 0;
  Element element;
  if (!in.want(element)) return;
  if (element.cls != ber::Class::kContext) return in.fail(FaultKind::kBadType, element.at);
  mms::describe(code_of(Space::kUnconfirmed, element.number), out);
  out.direction = Direction::kUnsolicited;
  if (element.holds(kInformationReport)) take_information_report(in.inside(element), out);
  take_detail(in, out);
}

// ServiceError (ISO 9506-2 7.4.3): the class is the number of the choice, the code its value.
void take_error(Reader in, Operation& out) noexcept {
  constexpr uint32_t kErrorClass = 0, kMostClasses = 13;
  Element element;
  out.is_exception = true;
  if (!in.want(ber::Class::kContext, kErrorClass, element)) return;
  Reader inside = in.inside(element);
  if (!inside.want(element)) return;
  const auto code = ber::unsigned_of(element.content);
  if (element.cls != ber::Class::kContext || element.number >= kMostClasses)
    return in.fail(FaultKind::kBadType, element.at);
  if (!code || *code > UINT8_MAX) return in.fail(FaultKind::kBadValue, element.at);
  out.exception_code = element.number << 8 | static_cast<uint32_t>(*code);
}

// An error that names what it answers: confirmed-error, cancel-error.
void take_error_of(Pdu kind, uint32_t error, Reader in, Operation& out) noexcept {
  constexpr uint32_t kInvoke = 0;
  describe(kind, Direction::kResponse, out);
  Element element;
  if (!in.want(ber::Class::kContext, kInvoke, element)) return;
  take_invoke(element, in, out);
  while (in.next(element))
    if (element.holds(error)) return take_error(in.inside(element), out);
  in.fail(FaultKind::kBadLength, in.at());
}

// exception_code: which PDU was rejected << 8 | why.
void take_reject(Reader in, Operation& out) noexcept {
  constexpr uint32_t kInvoke = 0;
  describe(Pdu::kReject, Direction::kResponse, out);
  Element element;
  const bool named = in.next_if(ber::Class::kContext, kInvoke, element);
  if (named) take_invoke(element, in, out);
  out.pairing.alone = !named;  // of a PDU that is none
  if (!in.want(element)) return;
  const auto reason = ber::unsigned_of(element.content);
  if (element.cls != ber::Class::kContext || element.constructed)
    return in.fail(FaultKind::kBadType, element.at);
  if (!reason || *reason > UINT8_MAX) return in.fail(FaultKind::kBadValue, element.at);
  out.is_exception = true;
  out.exception_code = element.number << 8 | static_cast<uint32_t>(*reason);
  in.end();
}

void take_plain(Pdu kind, Direction direction, const Element& pdu, bool numbered, Reader& in,
                Operation& out) noexcept {
  describe(kind, direction, out);
  if (numbered) return take_invoke(pdu, in, out);
  if (!pdu.content.empty()) in.fail(FaultKind::kBadLength, pdu.at);
}

void take_refusal(Pdu kind, Reader in, Operation& out) noexcept {
  describe(kind, Direction::kResponse, out);
  take_error(in, out);
}

bool is_primitive(Pdu kind) noexcept {
  return kind == Pdu::kCancelRequest || kind == Pdu::kCancelResponse ||
         kind == Pdu::kConcludeRequest || kind == Pdu::kConcludeResponse;
}

}  // namespace

bool is_pdu(const Element& element) noexcept {
  return element.cls == ber::Class::kContext && element.number < kPdus;
}

void take_pdu(const Element& pdu, Reader& in, Operation& out) noexcept {
  if (!is_pdu(pdu)) return in.fail(FaultKind::kBadType, pdu.at);
  const auto kind = static_cast<Pdu>(pdu.number);
  if (pdu.constructed == is_primitive(kind)) return in.fail(FaultKind::kBadEncoding, pdu.at);
  const Reader inside = in.inside(pdu);
  switch (kind) {
    case Pdu::kConfirmedRequest:
      return take_request(inside, out);
    case Pdu::kConfirmedResponse:
      return take_response(inside, out);
    case Pdu::kConfirmedError:
      return take_error_of(Pdu::kConfirmedError, 2, inside, out);
    case Pdu::kUnconfirmed:
      return take_unconfirmed(inside, out);
    case Pdu::kReject:
      return take_reject(inside, out);
    case Pdu::kCancelRequest:
      return take_plain(Pdu::kCancelRequest, Direction::kRequest, pdu, true, in, out);
    case Pdu::kCancelResponse:
      return take_plain(Pdu::kCancelRequest, Direction::kResponse, pdu, true, in, out);
    case Pdu::kCancelError:
      return take_error_of(Pdu::kCancelRequest, 1, inside, out);
    case Pdu::kInitiateRequest:
      return describe(Pdu::kInitiateRequest, Direction::kRequest, out);
    case Pdu::kInitiateResponse:
      return describe(Pdu::kInitiateRequest, Direction::kResponse, out);
    case Pdu::kInitiateError:
      return take_refusal(Pdu::kInitiateRequest, inside, out);
    case Pdu::kConcludeRequest:
      return take_plain(Pdu::kConcludeRequest, Direction::kRequest, pdu, false, in, out);
    case Pdu::kConcludeResponse:
      return take_plain(Pdu::kConcludeRequest, Direction::kResponse, pdu, false, in, out);
    case Pdu::kConcludeError:
      return take_refusal(Pdu::kConcludeRequest, inside, out);
  }
}

}  // namespace bulkhead::wire::mms
