// SPDX-License-Identifier: Apache-2.0
#include "ipc/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "ipc/unix_address.h"

namespace bulkhead::ipc {
namespace {

constexpr Timeout kRetry{5};
constexpr size_t kMaxDescriptors = 8;  // room for unexpected ones, so that they can be closed

Deadline after(Timeout timeout) {
  return std::chrono::steady_clock::now() + timeout;
}

Error unavailable(std::string sentence) {
  return {ErrorCode::kUnavailable, std::move(sentence)};
}

bool again() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

struct ControlBuffer {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxDescriptors)> bytes{};
};

void attach_descriptor(msghdr& header, ControlBuffer& control, int descriptor) noexcept {
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof(int));
  cmsghdr* c = CMSG_FIRSTHDR(&header);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(c), &descriptor, sizeof(int));
}

// Takes ownership of every descriptor in the packet.
std::vector<UniqueFd> take_descriptors(msghdr& header) {
  std::vector<UniqueFd> found;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
      found.emplace_back(fd);
    }
  }
  return found;
}

Result<Received> understand(std::span<const uint8_t> bytes, msghdr& header) {
  std::vector<UniqueFd> descriptors = take_descriptors(header);
  if ((header.msg_flags & MSG_TRUNC) != 0)
    return Error{ErrorCode::kInvalid, "message: is longer than one packet may be"};
  if ((header.msg_flags & MSG_CTRUNC) != 0 || descriptors.size() > 1)
    return Error{ErrorCode::kInvalid, "message: comes with more than one descriptor"};
  Result<Message> message = decode(bytes);
  if (!message) return std::move(message).error();
  Received received{std::move(*message), {}};
  if (!descriptors.empty() && carries_descriptor(received.message.body))
    received.descriptor = std::move(descriptors.front());
  return received;
}

}  // namespace

Result<Connection> Connection::over(UniqueFd fd, std::span<const uid_t> users) {
  if (Status s = check_peer_user(fd.get(), users); !s) return std::move(s).error();
  return Connection(std::move(fd));
}

Result<Connection> Connection::connect(const std::string& path, Timeout timeout) {
  const Deadline deadline = after(timeout);
  Result<sockaddr_un> address = unix_address(path);
  if (!address) return std::move(address).error();
  Result<UniqueFd> fd = seqpacket_socket();
  if (!fd) return std::move(fd).error();
  while (::connect(fd->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return unavailable("nobody listens at " + path);
    if (!again()) return io_error("connect to " + path);
    // The listener's queue is full. poll(2) cannot tell when that ends.
    if (std::chrono::steady_clock::now() >= deadline)
      return unavailable(path + " is too busy to accept a connection");
    std::this_thread::sleep_for(kRetry);
  }
  return over(std::move(*fd), service_users());
}

Status Connection::send(const Message& message, int descriptor, Timeout timeout) {
  const Deadline deadline = after(timeout);
  Result<WipedBytes> bytes = encode(message);
  if (!bytes) return std::move(bytes).error();
  iovec part{bytes->vector().data(), bytes->vector().size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ControlBuffer control;
  if (descriptor >= 0) attach_descriptor(header, control, descriptor);
  while (::sendmsg(fd_.get(), &header, MSG_NOSIGNAL) < 0) {
    if (errno == EPIPE || errno == ECONNRESET) return unavailable("the other side is gone");
    if (!again()) return io_error("send to a unix socket");
    Result<bool> ready = wait_for(fd_.get(), POLLOUT, deadline);
    if (!ready) return std::move(ready).error();
    if (!*ready) return unavailable("the other side does not read");
  }
  return {};
}

Result<std::optional<Received>> Connection::receive(Timeout timeout) {
  const Deadline deadline = after(timeout);
  WipedBytes buffer(kMaxMessageBytes);
  buffer.vector().resize(kMaxMessageBytes);
  iovec part{buffer.vector().data(), buffer.vector().size()};
  ControlBuffer control;
  for (;;) {
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    const ssize_t n = ::recvmsg(fd_.get(), &header, MSG_CMSG_CLOEXEC);
    if (n == 0 || (n < 0 && errno == ECONNRESET)) return unavailable("the other side closed");
    if (n > 0) {
      Result<Received> received = understand(buffer.span().first(static_cast<size_t>(n)), header);
      if (!received) return std::move(received).error();
      return std::optional<Received>(std::move(*received));
    }
    if (!again()) return io_error("receive from a unix socket");
    Result<bool> ready = wait_for(fd_.get(), POLLIN, deadline);
    if (!ready) return std::move(ready).error();
    if (!*ready) return std::optional<Received>();
  }
}

}  // namespace bulkhead::ipc
