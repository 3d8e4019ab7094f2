// SPDX-License-Identifier: Apache-2.0
#include "export_fixture.h"

#include <netinet/in.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <charconv>
#include <fstream>
#include <thread>

#include "mesh/socket_address.h"
#include "mesh/sockets.h"

namespace bulkhead::control {

namespace {

bool readable(int fd, int ms) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, ms) > 0;
}

}  // namespace

Collector::Collector(int type) : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
  spdlog::set_level(spdlog::level::off);  // standard output is for TAP
  const SocketAddress any = to_socket_address({IpAddress::v4(0x7f00'0001), 0});
  REQUIRE(::bind(fd_.get(), any.get(), any.size) == 0);
  if (type == SOCK_STREAM) REQUIRE(::listen(fd_.get(), 4) == 0);
  endpoint_ = *bound_to(fd_.get());
}

UniqueFd Collector::accept() {
  REQUIRE(readable(fd_.get(), 5000));
  return UniqueFd{::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
}

std::string Collector::datagram() {
  std::string text(65'536, '\0');
  if (!readable(fd_.get(), 1000)) return {};
  const ssize_t n = ::recv(fd_.get(), text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return text;
}

std::string read_from(int fd, const std::function<bool(const std::string&)>& enough) {
  std::string all, piece(65'536, '\0');
  while (!enough(all) && readable(fd, 2000)) {
    const ssize_t n = ::recv(fd, piece.data(), piece.size(), 0);
    if (n <= 0) break;
    all.append(piece, 0, static_cast<size_t>(n));
  }
  return all;
}

std::vector<std::string> frames_in(const std::string& octets) {
  std::vector<std::string> frames;
  for (size_t at = 0; at < octets.size();) {
    const size_t space = octets.find(' ', at);
    if (space == std::string::npos) break;
    size_t size = 0;
    const auto [end, wrong] = std::from_chars(octets.data() + at, octets.data() + space, size);
    REQUIRE(wrong == std::errc{});
    REQUIRE(end == octets.data() + space);
    if (space + 1 + size > octets.size()) break;
    frames.push_back(octets.substr(space + 1, size));
    at = space + 1 + size;
  }
  return frames;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

SmallFiles::SmallFiles(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
  const rlimit small{bytes, before_.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
}

SmallFiles::~SmallFiles() {
  (void)::setrlimit(RLIMIT_FSIZE, &before_);
}

bool in_time(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace bulkhead::control
