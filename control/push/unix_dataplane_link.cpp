// SPDX-License-Identifier: Apache-2.0
#include "push/unix_dataplane_link.h"

#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace bulkhead::control {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnectTimeout{2000};
constexpr milliseconds kSendTimeout{2000};
// Verifying an image of 200 MB and waiting for every worker takes its time.
constexpr milliseconds kAnswerTimeout{30'000};
// A dataplane that starts has its socket before its ports and memory, which may take long.
constexpr milliseconds kGreetTimeout{60'000};
constexpr milliseconds kGreetStep{200};
// A connection to nobody on the same machine costs nothing, and traffic over the mesh waits for it.
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{200};
constexpr milliseconds kWatchInterval{200};

Status check(const ipc::Hello& hello, const std::string& gateway) {
  if (hello.protocol_version != ipc::kProtocolVersion)
    return Error{ErrorCode::kUnsupported,
                 "the dataplane speaks version " + std::to_string(hello.protocol_version) +
                     ", this control speaks " + std::to_string(ipc::kProtocolVersion)};
  if (hello.gateway != gateway)
    return Error{ErrorCode::kInvalid, "the dataplane there is gateway '" + hello.gateway +
                                          "', this control is for '" + gateway + "'"};
  return {};
}

}  // namespace

UnixDataplaneLink::UnixDataplaneLink(std::string socket_path, std::string gateway)
    : socket_path_(std::move(socket_path)), gateway_(std::move(gateway)) {}

UnixDataplaneLink::~UnixDataplaneLink() {
  stop();
}

void UnixDataplaneLink::add_listener(Listener listener) {
  listeners_.push_back(std::move(listener));
}

void UnixDataplaneLink::start() {
  thread_ = std::thread([this] { run(); });
}

void UnixDataplaneLink::stop() {
  {
    const std::lock_guard lock(state_mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool UnixDataplaneLink::sleep_for(milliseconds time) {
  std::unique_lock lock(state_mutex_);
  return !stop_signal_.wait_for(lock, time, [this] { return stopping_; });
}

void UnixDataplaneLink::run() {
  milliseconds pause = kFirstPause;
  std::string said;
  for (;;) {
    Result<ipc::Hello> up = connect_once();
    if (up) {
      pause = kFirstPause;
      said.clear();
      for (const Listener& listener : listeners_) listener(*up, telemetry_.get());
      watch();
    } else {
      note(up.error().sentence);
      if (said != up.error().sentence) spdlog::warn("dataplane: {}", up.error().sentence);
      said = up.error().sentence;
    }
    if (!sleep_for(pause)) return;
    pause = std::min(pause * 2, kLongestPause);
  }
}

Result<ipc::Received> UnixDataplaneLink::await_greeting(ipc::Connection& connection) {
  for (milliseconds waited{0}; waited < kGreetTimeout; waited += kGreetStep) {
    auto first = connection.receive(kGreetStep);
    if (!first) return std::move(first).error();
    if (first->has_value()) return std::move(**first);
    if (!sleep_for(milliseconds{0})) break;
    note("the dataplane is starting: it does not greet yet");
  }
  return Error{ErrorCode::kUnavailable, "the dataplane does not greet"};
}

Result<ipc::Hello> UnixDataplaneLink::connect_once() {
  Result<ipc::Connection> connection = ipc::Connection::connect(socket_path_, kConnectTimeout);
  if (!connection) return std::move(connection).error();
  Result<ipc::Received> first = await_greeting(*connection);
  if (!first) return std::move(first).error();
  const auto* hello = std::get_if<ipc::Hello>(&first->message.body);
  if (hello == nullptr)
    return Error{ErrorCode::kInvalid, "the dataplane did not begin with a greeting"};
  if (Status fits = check(*hello, gateway_); !fits) return std::move(fits).error();
  {
    const std::lock_guard talk(ask_mutex_);
    const std::lock_guard lock(state_mutex_);
    connection_.emplace(std::move(*connection));
    hello_ = *hello;
    telemetry_ = std::move(first->descriptor);
    last_error_.clear();
  }
  spdlog::info("dataplane {} connected: version {}, {} workers, generation {}", hello->gateway,
               hello->version, hello->workers, hello->generation);
  return *hello;
}

// Waits for the end of the connection: the dataplane says nothing unasked after its Hello.
void UnixDataplaneLink::watch() {
  for (;;) {
    if (!still_up()) {
      disconnect("the dataplane hung up");
      spdlog::warn("dataplane: {}", last_error());
      return;
    }
    if (!sleep_for(kWatchInterval)) {
      disconnect("control is stopping");
      return;
    }
  }
}

bool UnixDataplaneLink::still_up() {
  const std::lock_guard talk(ask_mutex_);
  if (!connection_) return false;  // ask() met an error
  pollfd watched{.fd = connection_->fd(), .events = POLLRDHUP, .revents = 0};
  if (::poll(&watched, 1, 0) <= 0) return true;
  return (watched.revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) == 0;
}

void UnixDataplaneLink::note(const std::string& why) {
  const std::lock_guard lock(state_mutex_);
  last_error_ = why;
}

void UnixDataplaneLink::disconnect(const std::string& why) {
  const std::lock_guard talk(ask_mutex_);
  const std::lock_guard lock(state_mutex_);
  if (connection_ || last_error_.empty()) last_error_ = why;
  connection_.reset();
  hello_.reset();
  telemetry_.reset();
}

Result<ipc::Body> UnixDataplaneLink::ask(ipc::Body question, int fd) {
  const std::lock_guard talk(ask_mutex_);
  if (!connection_)
    return Error{ErrorCode::kUnavailable, "the dataplane is not connected: " + last_error()};
  const uint32_t id = ++last_request_ == 0 ? ++last_request_ : last_request_;
  const auto broken = [this](Error error) {
    const std::lock_guard lock(state_mutex_);
    connection_.reset();
    hello_.reset();
    last_error_ = error.sentence;
    return Error{ErrorCode::kUnavailable, std::move(error.sentence)};
  };
  if (Status sent = connection_->send({id, std::move(question)}, fd, kSendTimeout); !sent) {
    // A question that cannot be encoded says nothing about the connection.
    const ErrorCode code = sent.error().code;
    if (code == ErrorCode::kInvalid || code == ErrorCode::kExhausted)
      return std::move(sent).error();
    return broken(std::move(sent).error());
  }
  Result<std::optional<ipc::Received>> answer = connection_->receive(kAnswerTimeout);
  if (!answer) return broken(std::move(answer).error());
  if (!answer->has_value())
    return broken({ErrorCode::kUnavailable, "the dataplane did not answer in time"});
  ipc::Message& message = (*answer)->message;
  if (message.request_id != id)
    return broken({ErrorCode::kUnavailable, "the dataplane answered another question"});
  if (auto* failure = std::get_if<ipc::Failure>(&message.body)) return std::move(failure->error);
  return std::move(message.body);
}

std::optional<ipc::Hello> UnixDataplaneLink::connected() const {
  const std::lock_guard lock(state_mutex_);
  return hello_;
}

std::string UnixDataplaneLink::last_error() const {
  const std::lock_guard lock(state_mutex_);
  return last_error_;
}

}  // namespace bulkhead::control
