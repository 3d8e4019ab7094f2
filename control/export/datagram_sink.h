// SPDX-License-Identifier: Apache-2.0
// Messages as datagrams, one each: syslog over UDP (RFC 5426), and to this machine's own syslog at
// a unix socket. Nobody says that one arrived; a UDP collector that is not there is noticed when
// its machine answers so, one message late.
#pragma once

#include "base/unique_fd.h"
#include "export/sink.h"
#include "mesh/socket_address.h"

namespace bulkhead::control {

class DatagramSink final : public Sink {
 public:
  explicit DatagramSink(const Endpoint& collector);
  explicit DatagramSink(const std::string& unix_socket);  // at most 107 bytes

  // kRefused: longer than a datagram can be.
  Delivery deliver(std::string_view message, int stop_fd) override;

 private:
  [[nodiscard]] bool open();
  [[nodiscard]] bool send(std::string_view message);

  const std::string name_;
  SocketAddress address_;
  UniqueFd fd_;
};

}  // namespace bulkhead::control
