// SPDX-License-Identifier: Apache-2.0
#include "mesh/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "mesh/socket_address.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

namespace {

constexpr int kBacklog = 256;  // accepted and judged at once; only a burst waits here

void set_option(int fd, int level, int name, int value) {
  (void)::setsockopt(fd, level, name, &value, sizeof value);
}

Result<UniqueFd> bound_socket(const Endpoint& local) {
  const int family = local.ip.is_v4() ? AF_INET : AF_INET6;
  UniqueFd fd{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd.valid()) return io_error("socket");
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (family == AF_INET)
    set_option(fd.get(), IPPROTO_IP, IP_FREEBIND, 1);
  else
    set_option(fd.get(), IPPROTO_IPV6, IPV6_FREEBIND, 1);
  const SocketAddress address = to_socket_address(local);
  if (::bind(fd.get(), address.get(), address.size) != 0)
    return io_error("bind " + to_string(local));
  return fd;
}

Status await_connection(int fd, const Endpoint& remote, const Clock& clock, uint64_t deadline_ns,
                        int stop_fd) {
  const uint64_t now = clock.now().steady_ns;
  const int timeout =
      now < deadline_ns ? static_cast<int>((deadline_ns - now) / kMillisecond) + 1 : 0;
  std::array<pollfd, 2> waits = {pollfd{fd, POLLOUT, 0}, pollfd{stop_fd, POLLIN, 0}};
  const int ready = ::poll(waits.data(), waits.size(), timeout);
  const std::string what = "connect to " + to_string(remote);
  if (ready < 0) return io_error(what);
  if ((waits[1].revents & POLLIN) != 0) return Error{ErrorCode::kUnavailable, "interrupted"};
  if (ready == 0) return Error{ErrorCode::kUnavailable, what + ": no answer"};
  int failed = 0;
  socklen_t size = sizeof failed;
  (void)::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  errno = failed;
  if (failed != 0) return io_error(what);
  return {};
}

}  // namespace

Result<UniqueFd> listen_on(const Endpoint& local) {
  Result<UniqueFd> fd = bound_socket(local);
  if (!fd.ok()) return fd;
  if (::listen(fd->get(), kBacklog) != 0) return io_error("listen on " + to_string(local));
  return fd;
}

std::optional<Accepted> accept_from(int listener) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  UniqueFd fd{::accept4(listener, reinterpret_cast<sockaddr*>(&storage), &size,
                        SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (!fd.valid()) return {};
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  return Accepted{std::move(fd), from_socket_address(storage).ip};
}

Result<UniqueFd> connect_to(const IpAddress& local, const Endpoint& remote, const Clock& clock,
                            uint64_t deadline_ns, int stop_fd) {
  Result<UniqueFd> fd = bound_socket({local, 0});
  if (!fd.ok()) return fd;
  const SocketAddress address = to_socket_address(remote);
  if (::connect(fd->get(), address.get(), address.size) == 0) return fd;
  if (errno != EINPROGRESS) return io_error("connect to " + to_string(remote));
  Status connected = await_connection(fd->get(), remote, clock, deadline_ns, stop_fd);
  if (!connected.ok()) return std::move(connected).error();
  return fd;
}

Result<Endpoint> bound_to(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0)
    return io_error("getsockname");
  return from_socket_address(storage);
}

void abort_connection(UniqueFd fd) {
  const linger now{1, 0};
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace bulkhead::control
