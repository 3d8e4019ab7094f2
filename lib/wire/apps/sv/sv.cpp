// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/sv/sv.h"

#include <algorithm>
#include <array>

#include "wire/apps/ber.h"
#include "wire/apps/link_header.h"
#include "wire/apps/mms/names.h"

namespace bulkhead::wire::sv {
namespace {

using ber::Element;
using ber::Reader;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{kPublication, "sav_pdu",           OperationClass::kRead,     856},
    FunctionFact{kSimulated,   "simulated_sav_pdu", OperationClass::kDiagnose, 856},
};
// clang-format on

// Fields of an ASDU, in their order.
enum Field : uint32_t {
  kSvId = 0,
  kDataSet,
  kSampleCount,
  kConfigurationRevision,
  kRefreshTime,
  kSynchronised,
  kSampleRate,
  kSamples,
  kSampleMode,
  kGrandmaster,
};

// A field of a fixed size; the number in it, as far as one of 32 bits holds it.
uint32_t take_fixed(Reader& in, uint32_t field, size_t size) noexcept {
  Element element;
  if (!in.want(ber::Class::kContext, field, element)) return 0;
  if (element.constructed || element.content.size() != size)
    in.fail(FaultKind::kBadValue, element.at);
  return static_cast<uint32_t>(ber::unsigned_of(element.content).value_or(0));
}

void skip_optional(Reader& in, uint32_t field) noexcept {
  Element element;
  if (in.next_if(ber::Class::kContext, field, element) && element.constructed)
    in.fail(FaultKind::kBadEncoding, element.at);
}

void take_asdu(Reader in, Operation& out) noexcept {
  Element element;
  if (!in.want(ber::Class::kContext, kSvId, element)) return;
  const std::string_view name = mms::text_of(element, in);
  skip_optional(in, kDataSet);
  const uint32_t count = take_fixed(in, kSampleCount, 2);
  const uint32_t revision = take_fixed(in, kConfigurationRevision, 4);
  skip_optional(in, kRefreshTime);
  (void)take_fixed(in, kSynchronised, 1);
  skip_optional(in, kSampleRate);
  if (!in.want(ber::Class::kContext, kSamples, element)) return;
  if (element.constructed) in.fail(FaultKind::kBadEncoding, element.at);
  skip_optional(in, kSampleMode);
  skip_optional(in, kGrandmaster);
  in.end();
  if (!in.ok()) return;
  if (out.points.empty()) out.request_id = count;
  out.add_point(
      {.type = PointType::kSvStream, .access = out.cls, .detail = revision, .name = name});
  out.add_values({.encoding = ValueView::Encoding::kBytes, .count = 1, .bytes = element.content});
}

void describe(uint32_t code, Operation& out) noexcept {
  out.app = App::kSv;
  out.code = code;
  out.direction = Direction::kUnsolicited;
  if (const FunctionFact* fact = function_of(code)) {
    out.name = fact->name;
    out.cls = fact->cls;
    out.technique = fact->technique;
  }
}

void take_publication(Reader in, Operation& out) noexcept {
  constexpr uint32_t kNumber = 0, kSecurity = 1, kSequence = 2;
  Element number, element;
  if (!in.want(ber::Class::kContext, kNumber, number)) return;
  (void)in.next_if(ber::Class::kContext, kSecurity, element);
  if (!in.want(ber::Class::kContext, kSequence, element)) return;
  in.end();
  Reader asdus = in.inside(element);
  uint64_t count = 0;
  for (Element asdu; asdus.next(asdu); ++count) {
    if (!asdu.is(ber::Class::kUniversal, ber::kSequence) || !asdu.constructed)
      return in.fail(FaultKind::kBadType, asdu.at);
    take_asdu(in.inside(asdu), out);
  }
  if (count == 0 || ber::unsigned_of(number.content) != count)
    in.fail(FaultKind::kBadCount, number.at);
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const auto* const row = std::ranges::find(kFunctions, code, &FunctionFact::code);
  return row == kFunctions.end() ? nullptr : row;
}

Fault Connection::datagram(Side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  LinkHeader header;
  if (const Fault fault = parse_link_header(bytes, header); fault.kind != FaultKind::kNone)
    return fault;
  Fault fault;
  Reader in{header.pdu, LinkHeader::kSize, fault};
  in.check();
  Element pdu;
  if (!in.want(pdu)) return fault;
  in.end();
  Operation& out = sink.operation;
  out.clear();
  out.unit = header.appid;
  const bool known = pdu.is(ber::Class::kApplication, kPublication) && pdu.constructed;
  describe(known ? (header.simulated ? kSimulated : kPublication) : pdu.number | 0x8000, out);
  if (known) take_publication(in.inside(pdu), out);
  if (in.ok()) sink.told();
  return fault;
}

}  // namespace bulkhead::wire::sv
