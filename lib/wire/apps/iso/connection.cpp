// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/iso/connection.h"

#include <algorithm>

namespace bulkhead::wire::iso {
namespace {

using Class = OperationClass;

constexpr uint8_t kS7comm = 0x32;
constexpr uint8_t kS7commPlus = 0x72;
constexpr size_t kSmallestRequest = 11;  // a TPKT with a connection request without parameters
constexpr uint8_t kClassAndOptionsAt = 10;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{0x10, "expedited_data",     Class::kUnspecified, 0},  // not in class 0
    FunctionFact{0x70, "tpdu_error",         Class::kSession,     0},
    FunctionFact{0x80, "disconnect_request", Class::kSession,     0},
    FunctionFact{0xc0, "disconnect_confirm", Class::kSession,     0},
    FunctionFact{0xd0, "connection_confirm", Class::kSession,     0},
    FunctionFact{0xe0, "connection_request", Class::kSession,     0},
};
// clang-format on

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}

Direction direction_of(TpduType type) noexcept {
  if (type == TpduType::kConnectionConfirm || type == TpduType::kDisconnectConfirm)
    return Direction::kResponse;
  return type == TpduType::kError ? Direction::kUnsolicited : Direction::kRequest;
}

uint64_t reference_of(const Tpdu& tpdu) noexcept {
  return direction_of(tpdu.type) == Direction::kRequest ? tpdu.source : tpdu.destination;
}

void add_tsap(Operation& out, std::span<const uint8_t> tsap) noexcept {
  if (!tsap.empty())
    out.add_values({.encoding = ValueView::Encoding::kBytes, .count = 1, .bytes = tsap});
}

// Of the 2 bytes in a TSAP of S7 the second is rack << 5 | slot.
uint32_t unit_of(std::span<const uint8_t> tsap) noexcept {
  return tsap.size() == 2 ? tsap[1] : 0u;
}

// Where in the last frame a fault inside the TSDU is.
Fault placed(Fault fault, const Tpdu& last, size_t tsdu_size) noexcept {
  if (!failed(fault)) return fault;
  const size_t before = tsdu_size - last.user_data.size();
  const size_t within = fault.offset > before ? fault.offset - before : 0;
  fault.offset = static_cast<uint32_t>(last.user_data_at + within);
  return fault;
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const auto* const row = std::ranges::find(kFunctions, code, &FunctionFact::code);
  return row == kFunctions.end() ? nullptr : row;
}

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  return tpkt_size(bytes);
}

bool Connection::pending(Side side) const noexcept {
  return assemblies_[index(side)].pending() || plus_.pending(side);
}

// What an earlier connection left is nothing to a new one.
void Connection::begin(const Tpdu& request) noexcept {
  for (TsduAssembly& assembly : assemblies_) assembly.forget();
  s7_ = {};
  plus_.forget();
  mms_ = {};
  unit_ = unit_of(request.called_tsap);
}

Fault Connection::manage(Side side, const Tpdu& tpdu, OperationSink& sink) noexcept {
  const bool amid_tsdu = pending(side);
  if (tpdu.type == TpduType::kConnectionRequest) begin(tpdu);
  if (amid_tsdu) return {FaultKind::kBadState, kTpktHeader + 1};
  Operation& out = sink.operation;
  out.clear();
  out.app = kApp;
  out.code = static_cast<uint8_t>(tpdu.type);
  out.direction = direction_of(tpdu.type);
  out.unit = unit_;
  out.request_id = reference_of(tpdu);
  if (const FunctionFact* fact = function_of(out.code)) {
    out.name = fact->name;
    out.cls = fact->cls;
    out.technique = fact->technique;
  }
  add_tsap(out, tpdu.calling_tsap);
  add_tsap(out, tpdu.called_tsap);
  sink.told();
  return {};
}

// The protocol inside: by its first byte, of each TSDU anew, unless a TLS record goes on.
Fault Connection::tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  if (bytes.empty()) return {};  // a keep-alive of some clients
  if (plus_.amid_record(side) || s7comm_plus::is_tls(bytes)) return plus_.tls(side, bytes, sink);
  if (bytes[0] == kS7commPlus) return plus_.tsdu(side, bytes, sink);
  if (bytes[0] == kS7comm) return s7_.tsdu(side, unit_, bytes, sink);
  if (mms::begins(bytes[0])) return mms_.tsdu(side, bytes, sink);
  tell_unknown(side, bytes[0], sink);
  return {};
}

// Of no class: whatever it is, no rule may let it pass.
void Connection::tell_unknown(Side side, uint8_t first, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  out.clear();
  out.app = kApp;
  out.code = kUnknownTsdu | first;
  out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  out.unit = unit_;
  sink.told();
}

Fault Connection::frame(Side side, std::span<const uint8_t> tpkt, OperationSink& sink) noexcept {
  Tpdu tpdu;
  if (const Fault fault = parse_tpkt(tpkt, tpdu); failed(fault)) return fault;
  if (tpdu.type != TpduType::kData) return manage(side, tpdu, sink);
  const auto whole = assemblies_[index(side)].add(tpdu);
  if (whole.faulty()) return whole.fault();
  if (whole.need_more()) return {};
  return placed(tsdu(side, *whole, sink), tpdu, whole->size());
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  const Parsed<size_t> size = tpkt_size(bytes);
  if (!size.ok() || *size > bytes.size() || *size < kSmallestRequest) return false;
  Tpdu tpdu;
  if (failed(parse_tpkt(bytes.first(*size), tpdu))) return false;
  const bool class_0 = bytes[kClassAndOptionsAt] >> 4 == 0;
  return tpdu.type == TpduType::kConnectionRequest && class_0 && tpdu.destination == 0 &&
         tpdu.user_data.empty() && !tpdu.called_tsap.empty();
}

}  // namespace bulkhead::wire::iso
