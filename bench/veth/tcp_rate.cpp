// SPDX-License-Identifier: Apache-2.0
// One TCP connection that sends as fast as it can, and ends in order: the sender says when it has
// no more, the receiver reads to that end. (iperf3 resets its connection while segments are on
// their way, which a gateway that follows the connection counts as refused: then a check that
// nothing was refused could not be made.)
//
//   tcp_rate --role receive [--port 5201] [--seconds 3] [--skip-ms 300] [--wait 10]
//   tcp_rate --role send --to IP [--port 5201] [--seconds 3]
//
//   receive  prints one JSON line: the bytes that were read in `seconds` that begin `skip-ms` after
//            the first; no connection, or nothing on it, within `wait` seconds: exit status 1
//   send     prints how many bytes it gave to the kernel
#include <sys/time.h>
#include <unistd.h>

#include <vector>

#include "veth/sockets.h"

namespace {

using namespace bulkhead::bench;

constexpr size_t kBlock = 128 << 10;  // bytes per system call

int receive(const Arguments& arguments) {
  const int listener = bound(SOCK_STREAM, address_of(arguments, "0.0.0.0"));
  receive_timeout(listener, first_wait(arguments));
  if (::listen(listener, 1) != 0) fail("listen");
  const int fd = ::accept(listener, nullptr, nullptr);
  if (fd < 0) fail("no connection");
  receive_timeout(fd, first_wait(arguments));
  std::vector<uint8_t> block(kBlock);
  ssize_t n = ::read(fd, block.data(), block.size());
  if (n <= 0) fail("nothing came");
  Window window(arguments);
  while ((n = ::read(fd, block.data(), block.size())) > 0)
    window.add(Clock::now(), static_cast<uint64_t>(n));
  if (n < 0 || !window.over()) fail("the connection ended too early");
  std::printf("{\"bytes\": %lu, \"per_second\": %.0f}\n", window.count(), window.per_second());
  ::close(fd);
  return 0;
}

int send(const Arguments& arguments) {
  const int fd = connected(SOCK_STREAM, address_of(arguments, arguments.text("to")));
  const std::vector<uint8_t> block(kBlock);
  const auto length = std::chrono::duration<double>(arguments.real("seconds"));
  const auto begin = Clock::now();
  uint64_t sent = 0;
  while (Clock::now() - begin < length) {
    const ssize_t n = ::send(fd, block.data(), block.size(), MSG_NOSIGNAL);
    if (n < 0) fail("send");
    sent += static_cast<uint64_t>(n);
  }
  ::shutdown(fd, SHUT_WR);
  uint8_t none = 0;
  receive_timeout(fd, first_wait(arguments));
  if (::read(fd, &none, 1) != 0) fail("the far end did not close");
  std::printf("{\"bytes\": %lu}\n", sent);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv,
                            {{"role", ""},
                             {"to", ""},
                             {"port", "5201"},
                             {"seconds", "3"},
                             {"skip-ms", "300"},
                             {"wait", "10"}},
                            "usage: tcp_rate --role receive|send [--to IP] [--port N] [--seconds S]"
                            " [--skip-ms N] [--wait S]\n");
  if (arguments.text("role") == "receive") return receive(arguments);
  if (arguments.text("role") == "send") return send(arguments);
  arguments.fail("--role is receive or send");
}
