// SPDX-License-Identifier: Apache-2.0
#include "ipc/unix_address.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ipc/messages.h"

namespace bulkhead::ipc {

Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Error{ErrorCode::kInvalid, "socket path \"" + path + "\" must have 1 to " +
                                          std::to_string(sizeof address.sun_path - 1) + " bytes"};
  path.copy(address.sun_path, path.size());
  return address;
}

Result<UniqueFd> seqpacket_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return io_error("make a unix socket");
  if (Status s = enlarge_buffers(fd.get()); !s) return std::move(s).error();
  return fd;
}

Status enlarge_buffers(int fd) {
  const int bytes = static_cast<int>(kMaxMessageBytes);  // the kernel doubles it for its own needs
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) != 0)
    return io_error("enlarge a unix socket's buffer");
  return {};
}

Status check_peer_user(int fd, std::span<const uid_t> others) {
  ucred user{};
  socklen_t size = sizeof user;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size) != 0)
    return io_error("ask who is at the other end of a unix socket");
  if (user.uid == 0 || user.uid == ::geteuid()) return {};
  if (std::ranges::find(others, user.uid) != others.end()) return {};
  return Error{ErrorCode::kPermission, "the other end of the socket belongs to uid " +
                                           std::to_string(user.uid) + ", not to root or uid " +
                                           std::to_string(::geteuid())};
}

Result<bool> wait_for(int fd, short events, Deadline deadline) {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  for (;;) {
    const auto left = ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd entry{fd, events, 0};
    const int n = ::poll(&entry, 1, static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30)));
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) return io_error("wait for a unix socket");
  }
}

}  // namespace bulkhead::ipc
