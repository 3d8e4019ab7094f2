// SPDX-License-Identifier: Apache-2.0
// What the programs at the ends of a tunnel share: addresses, errors, and the window of time in
// which something counts.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/arguments.h"

namespace bulkhead::bench {

using Clock = std::chrono::steady_clock;

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

inline sockaddr_in address_of(const Arguments& arguments, const std::string& ip) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<uint16_t>(arguments.number("port", 1, 65535)));
  if (::inet_pton(AF_INET, ip.c_str(), &out.sin_addr) != 1) arguments.fail("no address: " + ip);
  return out;
}

inline int socket_of(int type) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  return fd;
}

// To this address, or (any address, that port) from it.
inline int connected(int type, const sockaddr_in& far) {
  const int fd = socket_of(type);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&far), sizeof far) != 0) fail("connect");
  return fd;
}
inline int bound(int type, const sockaddr_in& own) {
  const int fd = socket_of(type);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) fail("bind");
  return fd;
}

inline void receive_timeout(int fd, std::chrono::milliseconds wait) {
  const timeval limit{.tv_sec = wait.count() / 1000, .tv_usec = wait.count() % 1000 * 1000};
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) fail("SO_RCVTIMEO");
}
inline std::chrono::milliseconds first_wait(const Arguments& arguments) {
  return std::chrono::milliseconds(1000 * arguments.number("wait", 1, 600));
}

// `seconds` that begin `skip-ms` after now.
class Window {
 public:
  explicit Window(const Arguments& arguments)
      : begin_(Clock::now() + std::chrono::milliseconds(arguments.number("skip-ms", 0, 60'000))),
        length_(arguments.real("seconds")),
        end_(begin_ + std::chrono::duration_cast<Clock::duration>(length_)) {}
  void add(Clock::time_point at, uint64_t n) { count_ += at >= begin_ && at < end_ ? n : 0; }
  [[nodiscard]] bool over() const { return Clock::now() >= end_; }
  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] double per_second() const { return static_cast<double>(count_) / length_.count(); }

 private:
  Clock::time_point begin_;
  std::chrono::duration<double> length_;
  Clock::time_point end_;
  uint64_t count_ = 0;
};

}  // namespace bulkhead::bench
