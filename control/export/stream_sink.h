// SPDX-License-Identifier: Apache-2.0
// Syslog over TCP (RFC 6587, 3.4.1: octet counting). Sent means taken by this machine's kernel: the
// protocol has no receipt, so what was on its way when a connection breaks is lost without a trace.
// A message that is broken off is sent again, whole, over the next connection.
#pragma once

#include "base/address.h"
#include "base/clock.h"
#include "base/unique_fd.h"
#include "export/sink.h"
#include "mesh/backoff.h"

namespace bulkhead::control {

class StreamSink final : public Sink {
 public:
  // `clock` outlives it.
  StreamSink(const Endpoint& collector, const Clock& clock);

  Delivery deliver(std::string_view message, int stop_fd) override;

 private:
  Status connect(int stop_fd);
  [[nodiscard]] bool hung_up() const;
  Delivery broken(std::string error);

  const Endpoint collector_;
  const Clock& clock_;
  Backoff backoff_;
  UniqueFd fd_;
  size_t sent_ = 0;  // octets of the message under way, on this connection
  std::string last_error_;
};

}  // namespace bulkhead::control
