// SPDX-License-Identifier: Apache-2.0
// Tells the requests of one message.
#pragma once

#include "wire/apps/cip/session.h"

namespace bulkhead::wire::cip {

class Asking {
 public:
  Asking(Session& session, Side side, Exchange& exchange, OperationSink& sink) noexcept
      : session_(session), side_(side), exchange_(exchange), sink_(sink) {}

  // `unit`: the device that the message has reached.
  Fault all(Reader& in, uint32_t unit) noexcept;

 private:
  void request(Reader& in, uint32_t unit) noexcept;
  void routed(Reader& in, uint32_t unit) noexcept;
  void parts(Reader& in, const Request& request, uint32_t unit) noexcept;
  void open(Reader& in, const Request& request, uint32_t unit) noexcept;
  void endpoints(const Request& opened) noexcept;
  void close(Reader& in, const Request& request, uint32_t unit) noexcept;
  void pccc(Reader& in, const Request& request, uint32_t unit) noexcept;
  // Clears the operation and describes it; its index in the exchange.
  uint32_t begin(uint32_t code, uint32_t unit) noexcept;
  void tell() noexcept;

  Session& session_;
  Side side_;
  Exchange& exchange_;
  OperationSink& sink_;
  unsigned depth_ = 0;
};

}  // namespace bulkhead::wire::cip
