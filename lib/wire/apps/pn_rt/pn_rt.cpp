// SPDX-License-Identifier: Apache-2.0
// Techniques are numbers of MITRE ATT&CK for ICS.
#include "wire/apps/pn_rt/pn_rt.h"

#include <array>

#include "wire/apps/fact_table.h"
#include "wire/apps/pn_dcp/pn_dcp.h"
#include "wire/apps/pn_rt/alarm.h"

namespace bulkhead::wire::pn_rt {
namespace {

using Class = OperationClass;

constexpr uint32_t code_of(Kind kind, Rta type = Rta{}) noexcept {
  return static_cast<uint32_t>(kind) | static_cast<uint32_t>(type) << 16;
}

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{code_of(Kind::kClass1),                    "rtc1",               Class::kControl, 855},
    FunctionFact{code_of(Kind::kLegacy),                    "rtc1_legacy",        Class::kControl, 855},
    FunctionFact{code_of(Kind::kClass3),                    "rtc3",               Class::kControl, 855},
    FunctionFact{code_of(Kind::kTime),                      "ptcp",               Class::kSession, 0},
    FunctionFact{code_of(Kind::kAlarmHigh, Rta::kData),     "alarm_high",         Class::kRead,    856},
    FunctionFact{code_of(Kind::kAlarmLow, Rta::kData),      "alarm_low",          Class::kRead,    856},
    FunctionFact{code_of(Kind::kAlarmHigh, Rta::kNack),     "alarm_high_nack",    Class::kSession, 878},
    FunctionFact{code_of(Kind::kAlarmLow, Rta::kNack),      "alarm_low_nack",     Class::kSession, 878},
    FunctionFact{code_of(Kind::kAlarmHigh, Rta::kAck),      "alarm_high_ack",     Class::kSession, 878},
    FunctionFact{code_of(Kind::kAlarmLow, Rta::kAck),       "alarm_low_ack",      Class::kSession, 878},
    FunctionFact{code_of(Kind::kAlarmHigh, Rta::kError),    "alarm_high_error",   Class::kControl, 814},
    FunctionFact{code_of(Kind::kAlarmLow, Rta::kError),     "alarm_low_error",    Class::kControl, 814},
    FunctionFact{code_of(Kind::kAlarmHigh, Rta::kForward),  "alarm_high_forward", Class::kSession, 0},
    FunctionFact{code_of(Kind::kAlarmLow, Rta::kForward),   "alarm_low_forward",  Class::kSession, 0},
};
// clang-format on
static_assert(ascends(kFacts));

// FrameIDs (IEC 61158-6-10 table 11), in their order; what is between them is reserved.
struct Range {
  uint16_t first, last;
  Kind kind;
};
constexpr Range kRanges[] = {
    {0x0020, 0x0021, Kind::kTime},       // sync with follow up
    {0x0080, 0x0081, Kind::kTime},       // sync
    {0x0100, 0x0fff, Kind::kClass3},     //
    {0x8000, 0xbfff, Kind::kClass1},     //
    {0xc000, 0xfbff, Kind::kLegacy},     //
    {0xfc01, 0xfc01, Kind::kAlarmHigh},  //
    {0xfe01, 0xfe01, Kind::kAlarmLow},   //
    {0xff00, 0xff01, Kind::kTime},       // announce
    {0xff20, 0xff21, Kind::kTime},       // follow up
    {0xff40, 0xff43, Kind::kTime},       // delay
    {0xff80, 0xff8f, Kind::kFragment},   //
};

Kind kind_of(uint16_t frame_id) noexcept {
  for (const Range& range : kRanges)
    if (frame_id >= range.first && frame_id <= range.last) return range.kind;
  return Kind::kOther;
}

// Data, then cycle counter, status of the data and of the transfer at the frame's end.
void take_cyclic(Reader& in, Operation& out) noexcept {
  constexpr size_t kStatus = 4;
  if (in.left() < kStatus) return in.fail(FaultKind::kTruncated, in.at());
  const auto data = in.bytes(in.left() - kStatus);
  out.request_id = in.be16();
  in.skip(1);
  const size_t transfer_at = in.at();
  in.expect(in.u8() == 0, FaultKind::kBadValue, transfer_at);
  out.add_values({ValueView::Encoding::kBytes, 0, 1, data});
}

void take_alarm(Kind kind, Reader& in, Operation& out) noexcept {
  AlarmPdu pdu = read_alarm_pdu(in);
  if (!in.ok()) return;
  const uint32_t code = code_of(kind, pdu.type);
  describe(out, code, function_of(code));
  out.request_id = pdu.sequence;
  if (pdu.type == Rta::kData) add_submodule(pdu.body, out);
  in.fail(pdu.body.fault());
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

Fault Connection::datagram(Side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Reader in(bytes);
  const uint16_t frame_id = in.be16();
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  if (pn_dcp::is_frame_id(frame_id)) return pn_dcp::parse(bytes, sink);
  const Kind kind = kind_of(frame_id);
  Operation& out = sink.operation;
  out.clear();
  out.app = App::kPnRt;
  out.direction = Direction::kUnsolicited;
  out.unit = frame_id;
  describe(out, code_of(kind), function_of(code_of(kind)));
  if (kind == Kind::kClass1 || kind == Kind::kLegacy || kind == Kind::kClass3) take_cyclic(in, out);
  if (kind == Kind::kAlarmHigh || kind == Kind::kAlarmLow) take_alarm(kind, in, out);
  if (in.ok()) sink.told();
  return in.fault();
}

}  // namespace bulkhead::wire::pn_rt
