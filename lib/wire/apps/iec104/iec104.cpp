// SPDX-License-Identifier: Apache-2.0
// The APCI: framing, U and S frames (IEC 60870-5-104 5.1, 5.3).
#include "wire/apps/iec104/iec104.h"

#include <algorithm>
#include <array>
#include <bit>

namespace bulkhead::wire::iec104 {
namespace {

constexpr uint8_t kStart = 0x68;
constexpr size_t kApci = 6, kControlAt = 2;
constexpr size_t kLeastLength = 4, kMostLength = 253;

Fault at(FaultKind kind, size_t offset) noexcept {
  return {kind, static_cast<uint32_t>(offset)};
}

// Each confirmation is the bit above its activation (5.3).
constexpr uint32_t activation_of(uint32_t confirmation) noexcept {
  return kUFrames | (confirmation & 0xfc) >> 1 | 3;
}

void tell_control(uint32_t code, Direction direction, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  out.clear();
  const FunctionFact* fact = function_of(code);
  out.app = App::kIec104;
  out.code = code;
  out.name = fact->name;
  out.cls = fact->cls;
  out.direction = direction;
  out.pairing.id = direction == Direction::kResponse ? activation_of(code) : code;
  sink.told();
}

bool confirms(UFunction function) noexcept {
  return function == UFunction::kStartdtCon || function == UFunction::kStopdtCon ||
         function == UFunction::kTestfrCon;
}

// The receive number's low bit is reserved; the two octets of another number are zero.
Fault supervisory(std::span<const uint8_t> apdu, OperationSink& sink) noexcept {
  if (apdu[kControlAt] != 1 || apdu[kControlAt + 1] != 0)
    return at(FaultKind::kBadType, kControlAt);
  if ((apdu[kControlAt + 2] & 1) != 0) return at(FaultKind::kBadType, kControlAt + 2);
  if (apdu.size() != kApci) return at(FaultKind::kBadLength, 1);
  tell_control(kSFrame, Direction::kUnsolicited, sink);
  return {};
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  if (bytes.empty()) return NeedMore{2};
  if (bytes[0] != kStart) return at(FaultKind::kBadMarker, 0);
  if (bytes.size() < 2) return NeedMore{1};
  if (bytes[1] < kLeastLength || bytes[1] > kMostLength) return at(FaultKind::kBadLength, 1);
  return size_t{bytes[1]} + 2;
}

Fault Connection::frame(Side side, std::span<const uint8_t> apdu, OperationSink& sink) noexcept {
  const uint8_t control = apdu[kControlAt];
  if ((control & 3) != 3) count(side, apdu);
  if ((control & 1) == 0) return numbered(side, apdu, sink);
  return (control & 2) == 0 ? supervisory(apdu, sink) : unnumbered(side, apdu, sink);
}

Fault Connection::numbered(Side side, std::span<const uint8_t> apdu, OperationSink& sink) noexcept {
  if ((apdu[kControlAt + 2] & 1) != 0) return at(FaultKind::kBadType, kControlAt + 2);
  Operation& out = sink.operation;
  out.clear();
  out.app = App::kIec104;
  const Fault fault = parse_asdu(Cursor(apdu.subspan(kApci), kApci), side, out);
  out.out_of_turn = side == Side::kRequest && !started();
  if (fault.kind == FaultKind::kNone) sink.told();
  return fault;
}

// Only the controlling station, which opens the connection, starts and stops; a confirmation that
// it sends itself, or that nobody asked for, starts nothing.
void Connection::follow(Side side, UFunction function) noexcept {
  const bool opener = side == Side::kRequest;
  if (opener && function == UFunction::kStartdtAct && !started()) transfer_ = Transfer::kAsked;
  if (opener && function == UFunction::kStopdtAct) transfer_ = Transfer::kStopped;
  if (!opener && function == UFunction::kStartdtCon && transfer_ == Transfer::kAsked)
    transfer_ = Transfer::kStarted;
}

Fault Connection::unnumbered(Side side, std::span<const uint8_t> apdu,
                             OperationSink& sink) noexcept {
  const uint8_t control = apdu[kControlAt];
  if (std::popcount(static_cast<unsigned>(control & 0xfc)) != 1)
    return at(FaultKind::kBadType, kControlAt);
  for (size_t i = 1; i < 4; ++i)
    if (apdu[kControlAt + i] != 0) return at(FaultKind::kBadType, kControlAt + i);
  if (apdu.size() != kApci) return at(FaultKind::kBadLength, 1);
  const auto function = static_cast<UFunction>(control);
  follow(side, function);
  tell_control(kUFrames | control, confirms(function) ? Direction::kResponse : Direction::kRequest,
               sink);
  return {};
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  constexpr std::array<uint8_t, kApci> kStartdt = {
      kStart, 4, static_cast<uint8_t>(UFunction::kStartdtAct), 0, 0, 0};
  return bytes.size() >= kApci && std::equal(kStartdt.begin(), kStartdt.end(), bytes.begin());
}

}  // namespace bulkhead::wire::iec104
