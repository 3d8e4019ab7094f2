// SPDX-License-Identifier: Apache-2.0
#include "etcd_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace bulkhead::control {

namespace {

uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no free port on loopback");
  return ntohs(address.sin_port);
}

std::string url(uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace

RunningEtcd::RunningEtcd() : port_(free_port()), peer_port_(free_port()) {
  start();
}

RunningEtcd::~RunningEtcd() {
  stop();
}

EtcdEndpoint RunningEtcd::endpoint() const {
  return {"127.0.0.1:" + std::to_string(port_), false};
}

void RunningEtcd::start() {
  const std::string data = directory_.file("etcd"), log = directory_.file("etcd.log");
  const std::string client = url(port_), peer = url(peer_port_), cluster = "default=" + peer;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execlp("etcd", "etcd", "--data-dir", data.c_str(), "--listen-client-urls", client.c_str(),
             "--advertise-client-urls", client.c_str(), "--listen-peer-urls", peer.c_str(),
             "--initial-advertise-peer-urls", peer.c_str(), "--initial-cluster", cluster.c_str(),
             nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 200; ++i) {
    if (EtcdClient({endpoint()}, {}).get("ready").ok()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("etcd does not answer (Debian's package etcd-server): see " + log);
}

void RunningEtcd::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void RunningEtcd::forget() {
  stop();
  std::filesystem::remove_all(directory_.file("etcd"));
}

}  // namespace bulkhead::control
