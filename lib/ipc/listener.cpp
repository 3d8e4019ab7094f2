// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "ipc/socket.h"
#include "ipc/unix_address.h"

namespace bulkhead::ipc {
namespace {

// The pid that the holder of the lock wrote, for the error's sentence only.
std::string holder_of(int lock) {
  std::string text(16, '\0');
  const ssize_t n = ::pread(lock, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  text.erase(std::min(text.find('\n'), text.size()));
  return text.empty() || text.find_first_not_of("0123456789") != std::string::npos ? "unknown"
                                                                                   : text;
}

// The lock file is never removed: a third process could otherwise lock a new file of that name
// while the second still holds the old one.
Result<UniqueFd> lock_path(const std::string& path) {
  const std::string name = path + ".lock";
  UniqueFd lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.valid()) return io_error("open " + name);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error("lock " + name);
    return Error{ErrorCode::kExists,
                 "another process (pid " + holder_of(lock.get()) + ") already listens at " + path};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0)
    return io_error("write " + name);
  return lock;
}

// Only a socket is removed: a wrong path in a configuration must not cost a file.
Status remove_stale(const std::string& path) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0)
    return errno == ENOENT ? Status{} : io_error("look at " + path);
  if (!S_ISSOCK(file.st_mode)) return Error{ErrorCode::kExists, path + " exists and is no socket"};
  if (::unlink(path.c_str()) != 0) return io_error("remove the stale socket " + path);
  return {};
}

}  // namespace

Result<Listener> Listener::listen(const std::string& path) {
  Result<sockaddr_un> address = unix_address(path);
  if (!address) return std::move(address).error();
  Result<UniqueFd> lock = lock_path(path);
  if (!lock) return std::move(lock).error();
  if (Status s = remove_stale(path); !s) return std::move(s).error();
  Result<UniqueFd> fd = seqpacket_socket();
  if (!fd) return std::move(fd).error();
  // Before bind(2), so that the file is never open to others, not even for a moment.
  if (::fchmod(fd->get(), 0660) != 0) return io_error("restrict " + path);
  if (::bind(fd->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return io_error("bind " + path);
  Listener listener(path, std::move(*lock), std::move(*fd));
  if (::listen(listener.fd(), 4) != 0) return io_error("listen at " + path);
  return listener;
}

Listener::~Listener() {
  if (fd_.valid()) ::unlink(path_.c_str());  // under the lock, so it is ours
}

Result<std::optional<Connection>> Listener::accept(Timeout timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd.valid()) {
      if (Status s = enlarge_buffers(fd.get()); !s) return std::move(s).error();
      Result<Connection> connection = Connection::over(std::move(fd), users_);
      if (!connection) return std::move(connection).error();
      return std::optional<Connection>(std::move(*connection));
    }
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) return io_error("accept");
    Result<bool> ready = wait_for(fd_.get(), POLLIN, deadline);
    if (!ready) return std::move(ready).error();
    if (!*ready) return std::optional<Connection>();
  }
}

}  // namespace bulkhead::ipc
