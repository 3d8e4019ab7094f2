// SPDX-License-Identifier: Apache-2.0
#include "export/datagram_sink.h"

#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/result.h"

namespace bulkhead::control {

DatagramSink::DatagramSink(const Endpoint& collector)
    : name_(to_string(collector)), address_(to_socket_address(collector)) {}

DatagramSink::DatagramSink(const std::string& unix_socket) : name_(unix_socket) {
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  unix_socket.copy(path.sun_path, sizeof path.sun_path - 1);
  std::memcpy(&address_.storage, &path, sizeof path);
  address_.size = sizeof path;
}

bool DatagramSink::open() {
  fd_.reset(::socket(address_.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd_.valid() && ::connect(fd_.get(), address_.get(), address_.size) == 0) return true;
  const int why = errno;
  fd_.reset();
  errno = why;
  return false;
}

bool DatagramSink::send(std::string_view message) {
  return (fd_.valid() || open()) &&
         ::send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0;
}

Delivery DatagramSink::deliver(std::string_view message, int) {
  if (send(message)) return {};
  const int why = errno;
  Delivery out{Delivery::State::kLater, io_error("send to " + name_).sentence};
  if (why == EMSGSIZE) {
    out.state = Delivery::State::kRefused;
  } else if (why == ECONNREFUSED || why == ECONNRESET || why == ENOTCONN) {
    // Of UDP it is the answer to an earlier one; the unix socket's reader was restarted.
    fd_.reset();
    if (send(message)) out.state = Delivery::State::kSent;
  } else if (why != EAGAIN && why != ENOBUFS) {
    fd_.reset();  // another route may be there next time
  }
  return out;
}

}  // namespace bulkhead::control
