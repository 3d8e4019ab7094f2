// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/session.h"

namespace bulkhead::wire::mms {
namespace {

constexpr uint8_t kGiveTokens = 1;
constexpr uint8_t kDataTransfer = 1;
constexpr uint8_t kEnclosureItem = 25;
constexpr uint8_t kWhole = 3;  // begin and end
constexpr uint8_t kReasonCode = 50;
constexpr uint8_t kReasonWithUserData = 2;
constexpr uint8_t kUserData = 193;
constexpr uint8_t kExtendedUserData = 194;

constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}
constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

// A length of one byte, or of two behind 255 (8.2.5).
Cursor take_parameters(Cursor& in) noexcept {
  constexpr uint8_t kLong = 255;
  const uint8_t length = in.u8();
  return in.take(length == kLong ? in.be16() : length);
}

Fault take_user_data(Cursor value, SessionPdu& out) noexcept {
  if (!out.user_data.empty()) return fault_at(FaultKind::kBadCount, value.at());
  out.user_data_at = value.at();
  out.user_data = value.rest();
  return {};
}

Fault take_parameter(uint8_t code, Cursor value, SessionPdu& out) noexcept {
  if (code == kUserData || code == kExtendedUserData) return take_user_data(value, out);
  if (code != kReasonCode || out.type != Spdu::kRefuse) return {};
  const bool more = value.u8() == kReasonWithUserData && value.left() > 0;
  return more ? take_user_data(value, out) : Fault{};
}

Fault take_data(Cursor in, SessionPdu& out) noexcept {
  const size_t at = in.at();
  if (in.u8() != kDataTransfer) return fault_at(FaultKind::kBadType, at);
  Cursor parameters = take_parameters(in);
  if (!in.ok()) return fault_at(FaultKind::kTruncated, at);
  if (parameters.left() > 0) {
    const bool whole = parameters.u8() == kEnclosureItem && parameters.u8() == 1 &&
                       parameters.u8() == kWhole && parameters.left() == 0;
    if (!whole) return fault_at(FaultKind::kBadState, at);
  }
  out.user_data_at = in.at();
  out.user_data = in.rest();
  return {};
}

}  // namespace

bool is_spdu(uint8_t first) noexcept {
  switch (static_cast<Spdu>(first)) {
    case Spdu::kData:
    case Spdu::kNotFinished:
    case Spdu::kFinish:
    case Spdu::kDisconnect:
    case Spdu::kRefuse:
    case Spdu::kConnect:
    case Spdu::kAccept:
    case Spdu::kAbort:
    case Spdu::kAbortAccept:
      return true;
  }
  return false;
}

Fault parse_session(std::span<const uint8_t> tsdu, SessionPdu& out) noexcept {
  Cursor in{tsdu};
  const uint8_t type = in.u8();
  if (!in.ok() || !is_spdu(type)) return fault_at(FaultKind::kBadType, 0);
  out.type = static_cast<Spdu>(type);
  Cursor parameters = take_parameters(in);
  if (!in.ok()) return fault_at(FaultKind::kTruncated, 1);
  if (type == kGiveTokens) return take_data(in, out);
  if (in.left() > 0) return fault_at(FaultKind::kBadLength, in.at());
  while (parameters.left() > 0) {
    const size_t at = parameters.at();
    const uint8_t code = parameters.u8();
    const Cursor value = take_parameters(parameters);
    if (!parameters.ok()) return fault_at(FaultKind::kBadLength, at);
    if (const Fault fault = take_parameter(code, value, out); failed(fault)) return fault;
  }
  return {};
}

}  // namespace bulkhead::wire::mms
