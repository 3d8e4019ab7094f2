// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/goose/goose.h"

#include <algorithm>
#include <array>

#include "wire/apps/ber.h"
#include "wire/apps/link_header.h"
#include "wire/apps/mms/data.h"
#include "wire/apps/mms/names.h"

namespace bulkhead::wire::goose {
namespace {

using ber::Element;
using ber::Reader;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{kPublication, "goose_pdu",           OperationClass::kRead,     856},
    FunctionFact{kSimulated,   "simulated_goose_pdu", OperationClass::kDiagnose, 856},
};
// clang-format on

// Fields of IECGoosePdu, in their order.
enum Field : uint32_t {
  kControlBlock = 0,
  kTimeAllowedToLive,
  kDataSet,
  kGoId,
  kTime,
  kStateNumber,
  kSequenceNumber,
  kSimulation,
  kConfigurationRevision,
  kNeedsCommissioning,
  kEntries,
  kAllData,
  kSecurity,
};

std::string_view take_text(Reader& in, uint32_t field) noexcept {
  Element element;
  if (!in.want(ber::Class::kContext, field, element)) return {};
  return mms::text_of(element, in);
}

uint32_t take_number(Reader& in, uint32_t field) noexcept {
  Element element;
  if (!in.want(ber::Class::kContext, field, element)) return 0;
  const auto number = ber::unsigned_of(element.content);
  if (element.constructed || !number || *number > UINT32_MAX)
    in.fail(FaultKind::kBadValue, element.at);
  return static_cast<uint32_t>(number.value_or(0));
}

bool take_flag(Reader& in, uint32_t field) noexcept {
  Element element;
  if (!in.next_if(ber::Class::kContext, field, element)) return false;  // the default
  if (element.constructed || element.content.size() != 1) in.fail(FaultKind::kBadValue, element.at);
  return in.ok() && element.content[0] != 0;
}

void take_time(Reader& in) noexcept {
  constexpr size_t kUtcTime = 8;
  Element element;
  if (in.want(ber::Class::kContext, kTime, element) && element.content.size() != kUtcTime)
    in.fail(FaultKind::kBadValue, element.at);
}

void take_members(Reader& in, uint32_t entries, Operation& out) noexcept {
  Element all;
  if (!in.want(ber::Class::kContext, kAllData, all)) return;
  Reader members = in.inside(all);
  size_t count = 0;
  for (Element member; members.next(member); ++count) {
    if (!mms::is_data(member)) return in.fail(FaultKind::kBadType, member.at);
    out.add_values(mms::value_of(member));
  }
  if (count != entries) in.fail(FaultKind::kBadCount, all.at);
}

void describe(uint32_t code, Operation& out) noexcept {
  out.app = App::kGoose;
  out.code = code;
  out.direction = Direction::kUnsolicited;
  if (const FunctionFact* fact = function_of(code)) {
    out.name = fact->name;
    out.cls = fact->cls;
    out.technique = fact->technique;
  }
}

void take_publication(Reader in, bool simulated, Operation& out) noexcept {
  const std::string_view block = take_text(in, kControlBlock);
  (void)take_number(in, kTimeAllowedToLive);
  (void)take_text(in, kDataSet);
  Element element;
  if (in.next_if(ber::Class::kContext, kGoId, element)) (void)mms::text_of(element, in);
  take_time(in);
  const uint64_t state = take_number(in, kStateNumber);
  out.request_id = state << 32 | take_number(in, kSequenceNumber);
  simulated = take_flag(in, kSimulation) || simulated;
  const uint32_t revision = take_number(in, kConfigurationRevision);
  (void)take_flag(in, kNeedsCommissioning);
  const uint32_t entries = take_number(in, kEntries);
  if (!in.ok()) return;
  describe(simulated ? kSimulated : kPublication, out);
  out.add_point({.type = PointType::kGooseControlBlock,
                 .access = out.cls,
                 .detail = revision,
                 .name = block});
  take_members(in, entries, out);
  (void)in.next_if(ber::Class::kContext, kSecurity, element);
  in.end();
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
  // Others are of management, or not known: of no class.
  if (pdu.is(ber::Class::kApplication, kPublication) && pdu.constructed)
    take_publication(in.inside(pdu), header.simulated, out);
  else
    describe(pdu.number == kPublication ? 0 : pdu.number, out);
  if (in.ok()) sink.told();
  return fault;
}

}  // namespace bulkhead::wire::goose
