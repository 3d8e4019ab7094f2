// SPDX-License-Identifier: Apache-2.0
#include "admin/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace bulkhead::dataplane {
namespace {

// How long a slow control may hold up the admin thread; workers never wait for it.
constexpr ipc::Timeout kSendTimeout{1000};
constexpr ipc::Timeout kAtOnce{0};

std::string name_of(const ipc::Connection& connection) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(connection.fd(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return "unknown";
  return fmt::format("pid {}, uid {}", who.pid, who.uid);
}

std::string microseconds(uint64_t ns) {
  return fmt::format("{}.{} us", ns / 1000, ns / 100 % 10);
}

}  // namespace

// For poll(2): while nothing depends on time, for ever.
int AdminServer::patience() const noexcept {
  const auto ticks = static_cast<int>(AdminHandler::kTickPeriod.count());
  const int own = handler_.wants_ticks() ? ticks : -1;
  const int beats = watch_ != nullptr ? static_cast<int>(watch_->period().count()) : -1;
  if (own < 0 || beats < 0) return std::max(own, beats);
  return std::min(own, beats);
}

void AdminServer::tick() {
  handler_.tick();
  if (watch_ != nullptr) watch_->tick(clock_.now().steady_ns);
}

Status AdminServer::run(int stop_fd) {
  for (;;) {
    std::array<pollfd, 3> fds{pollfd{stop_fd, POLLIN, 0}, pollfd{listener_.fd(), POLLIN, 0},
                              pollfd{control_ ? control_->fd() : -1, POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), patience()) < 0) {
      if (errno == EINTR) continue;
      return io_error("poll");
    }
    tick();  // after every message too, so that a busy control does not put it off
    if (fds[0].revents != 0) return {};
    // The present control first: if it has gone, the caller behind it is welcome.
    if (fds[2].revents != 0) serve();
    if (fds[1].revents != 0) accept();
  }
}

void AdminServer::accept() {
  auto caller = listener_.accept(kAtOnce);
  if (!caller) {
    spdlog::warn("control socket: {}", caller.error().sentence);
  } else if (caller->has_value()) {
    if (control_)
      refuse(std::move(**caller));
    else
      greet(std::move(**caller));
  }
}

void AdminServer::greet(ipc::Connection connection) {
  control_name_ = name_of(connection);
  if (Status sent = connection.send(handler_.greet(), telemetry_fd_, kSendTimeout); !sent) {
    spdlog::warn("control ({}): {}", control_name_, sent.error().sentence);
    return;
  }
  spdlog::info("control connected ({})", control_name_);
  control_.emplace(std::move(connection));
}

void AdminServer::refuse(ipc::Connection connection) {
  const std::string caller = name_of(connection);
  const ipc::Failure busy{{ErrorCode::kExists, "another control process is connected (" +
                                                   control_name_ + "); one at a time"}};
  (void)connection.send({.request_id = 0, .body = busy}, kAtOnce);
  spdlog::warn("refused a second control process ({}): {} is connected", caller, control_name_);
}

void AdminServer::serve() {
  auto received = control_->receive(kAtOnce);
  if (!received) return hang_up(received.error().sentence);
  if (!received->has_value()) return;
  const ipc::Message& question = (*received)->message;
  const ipc::Message answer = handler_.handle(question, (*received)->descriptor);
  if (const auto* failure = std::get_if<ipc::Failure>(&answer.body))
    spdlog::warn("refused control's request {}: {}", question.request_id, failure->error.sentence);
  else if (const auto* installed = std::get_if<ipc::ImageInstalled>(&answer.body))
    spdlog::info("policy generation {} in force: verified in {}, obeyed by every worker in {}",
                 installed->generation, microseconds(installed->verify_ns),
                 microseconds(installed->publish_ns));
  if (Status sent = control_->send(answer, kSendTimeout); !sent) hang_up(sent.error().sentence);
}

void AdminServer::hang_up(const std::string& why) {
  spdlog::info("control disconnected ({}): {}; going on with policy generation {}", control_name_,
               why, handler_.generation());
  control_.reset();
}

}  // namespace bulkhead::dataplane
