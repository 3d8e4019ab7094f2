// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/session.h"

#include "wire/apps/cip/answering.h"
#include "wire/apps/cip/asking.h"
#include "wire/apps/cip/route.h"

namespace bulkhead::wire::cip {
namespace {

constexpr uint8_t kUnconnected = 1, kConnected = 2;

constexpr Side other(Side side) noexcept {
  return side == Side::kRequest ? Side::kResponse : Side::kRequest;
}

}  // namespace

Fault Session::message(Side side, ExchangeKey key, uint32_t unit, Reader message,
                       OperationSink& sink) noexcept {
  Reader peek = message;
  const bool answer = (peek.u8() & service::kReply) != 0;
  key.asker = answer ? other(side) : side;
  if (answer) return Answering(*this, side, unit, sink).all(key, message);
  Exchange& exchange = exchanges_.begin(key);
  exchange.unit = unit;
  return Asking(*this, side, exchange, sink).all(message, unit);
}

Fault Session::unconnected(Side side, ExchangeKey key, Reader message, OperationSink& sink,
                           uint32_t group) noexcept {
  key.kind = kUnconnected;
  group_ = group;
  return this->message(side, key, kHere, message, sink);
}

uint64_t Session::refused(Side side, ExchangeKey key) noexcept {
  key.kind = kUnconnected;
  key.asker = other(side);
  Exchange* const exchange = exchanges_.find(key);
  if (exchange == nullptr) return 0;
  exchange->serial = 0;
  return pairing_of(key, exchange->service);
}

Fault Session::connected(Side side, uint32_t identifier, Reader data,
                         OperationSink& sink) noexcept {
  const Connections::Known* const known = connections_.find(side, identifier, sink.now_ns);
  ExchangeKey key{.kind = kConnected};
  group_ = 0;
  key.number = data.le16();
  // Of connections that are not known the two identifiers cannot be told to belong together.
  key.within = known != nullptr ? known->to_target : 0;
  if (!data.ok()) return data.fault();
  return message(side, key, known != nullptr ? known->unit : kUnknown, data, sink);
}

}  // namespace bulkhead::wire::cip
