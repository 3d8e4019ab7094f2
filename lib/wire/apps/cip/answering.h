// SPDX-License-Identifier: Apache-2.0
// Tells the answers of one message as what they answer.
#pragma once

#include "wire/apps/cip/session.h"

namespace bulkhead::wire::cip {

class Answering {
 public:
  Answering(Session& session, Side side, uint32_t unit, OperationSink& sink) noexcept
      : session_(session), side_(side), unit_(unit), sink_(sink) {}

  Fault all(const ExchangeKey& key, Reader& in) noexcept;

 private:
  // `index`: of the request in the exchange.
  void answer(Reader& in, uint32_t index) noexcept;
  void begin(const Response& response, uint32_t index) noexcept;
  void parts(Reader& in, uint32_t index) noexcept;
  void pccc(Reader& in) noexcept;
  void take_connection(const Response& response, Reader in) noexcept;
  void announce(const IoConnection& connection, bool opens) noexcept;
  void refused(const Response& response) noexcept;

  Session& session_;
  Side side_;
  uint32_t unit_;
  OperationSink& sink_;
  Exchange* exchange_ = nullptr;  // null: nobody asked
  uint64_t pairing_ = 0;
  unsigned depth_ = 0;
  uint32_t told_ = 0;
};

}  // namespace bulkhead::wire::cip
