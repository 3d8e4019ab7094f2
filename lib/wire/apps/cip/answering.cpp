// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/answering.h"

#include "wire/apps/cip/pccc.h"
#include "wire/apps/cip/points.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::cip {
namespace {

constexpr uint8_t kPcccFailed = 0xf0;  // exception codes of PCCC: this << 8 | its status

bool opens(uint8_t service) noexcept {
  return service == service::kForwardOpen || service == service::kLargeForwardOpen;
}

bool is_opening(uint32_t code) noexcept {
  return opens(code & 0xff) && (code & 0xef'0000) == uint32_t{kConnectionManager} << 16;
}

}  // namespace

Fault Answering::all(const ExchangeKey& key, Reader& in) noexcept {
  exchange_ = session_.exchanges_.find(key);
  Reader peek = in;
  const uint8_t service = peek.u8() & ~service::kReply;
  pairing_ = pairing_of(key, service);
  if (exchange_ != nullptr) {
    const bool by_router = exchange_->routed && service == service::kUnconnectedSend;
    if (by_router) pairing_ = pairing_of(key, exchange_->service);
    if (service != exchange_->service && !by_router) exchange_ = nullptr;
  }
  answer(in, 0);
  if (exchange_ != nullptr) exchange_->serial = 0;
  return in.fault();
}

void Answering::begin(const Response& response, uint32_t index) noexcept {
  const Asked* const asked = exchange_ != nullptr ? exchange_->at(index) : nullptr;
  const uint32_t code = asked != nullptr ? asked->code : code_of(0, response.service);
  Operation& out = sink_.operation;
  out.clear();
  out.app = App::kCip;
  out.direction = Direction::kResponse;
  describe(out, code, function_of(code));
  out.unit = asked != nullptr ? asked->unit : exchange_ != nullptr ? exchange_->unit : unit_;
  out.request_id = exchange_ != nullptr ? exchange_->identifier(index) : 0;
  out.pairing.alone = index != 0;
  out.pairing.id = pairing_;
  refused(response);
}

void Answering::refused(const Response& response) noexcept {
  if (!response.failed()) return;
  sink_.operation.is_exception = true;
  sink_.operation.exception_code = response.general | uint32_t{response.extended} << 8;
}

void Answering::answer(Reader& in, uint32_t index) noexcept {
  const size_t at = in.at();
  Reader peek = in;
  in.expect((peek.u8() & service::kReply) != 0, FaultKind::kBadFunction, at);
  const Response response = read_response(in);
  if (!in.ok()) return;
  begin(response, index);
  const uint32_t code = sink_.operation.code;
  take_connection(response, in);
  if (code == service::kMultiple && in.left() != 0) return parts(in, index);
  if (code >> 24 == kPcccSpace >> 24 && in.left() != 0) pccc(in);
  add_answer(in, sink_.operation);
  if (in.ok()) sink_.told();
}

// A packet one of whose parts failed says so itself.
void Answering::parts(Reader& in, uint32_t index) noexcept {
  if (depth_ == Session::kDeepest) return in.fail(FaultKind::kTooDeep, in.at());
  const Parts parts(in);
  in.fail(parts.fault());
  if (!in.ok()) return;
  sink_.told();
  told_ += parts.count();
  if (told_ > Session::kMostParts) return;
  ++depth_;
  uint32_t next = index + 1;
  for (uint16_t i = 0; in.ok() && i < parts.count(); ++i) {
    Reader part = parts.part(i);
    answer(part, next);
    in.fail(part.fault());
    const Asked* const asked = exchange_ != nullptr ? exchange_->at(next) : nullptr;
    next += 1 + (asked != nullptr ? asked->inside : 0);
  }
  --depth_;
}

void Answering::pccc(Reader& in) noexcept {
  Operation& out = sink_.operation;
  const Pccc answered = read_pccc(in);
  in.expect(answered.is_answer, FaultKind::kBadFunction, in.at());
  if (answered.status == 0 || out.is_exception) return;
  out.is_exception = true;
  out.exception_code = uint32_t{kPcccFailed} << 8 | answered.status;
}

void Answering::take_connection(const Response& response, Reader in) noexcept {
  const uint32_t code = sink_.operation.code;
  Connections& connections = session_.connections_;
  if (is_opening(code) && !response.failed()) {
    const Opened opened = read_opened(in);
    const auto* const known = in.ok() ? connections.opened(side_, opened, sink_.now_ns) : nullptr;
    if (known != nullptr && known->datagrams) announce(known->io, true);
  } else if (is_opening(code)) {
    const Triad triad = read_triad(in);
    if (in.ok()) connections.failed(side_, triad);
  } else if (code == code_in(kConnectionManager, service::kForwardClose) && !response.failed()) {
    const Triad triad = read_triad(in);
    if (!in.ok()) return;
    connections.closed(side_, triad);
    IoConnection closed;
    closed.triad = triad;
    announce(closed, false);
  }
}

// Data goes by another flow, so others must hear of it.
void Answering::announce(const IoConnection& connection, bool opens) noexcept {
  session_.change_ = {opens, connection};
  session_.change_.connection.group = session_.group_;
  sink_.operation.io = &session_.change_;
}

}  // namespace bulkhead::wire::cip
