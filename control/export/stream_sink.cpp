// SPDX-License-Identifier: Apache-2.0
#include "export/stream_sink.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "mesh/sockets.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kConnectNs = 5 * kSecond;
constexpr uint64_t kFirstPauseNs = kSecond / 2;
constexpr uint64_t kLongestPauseNs = 30 * kSecond;
// After which a collector that says nothing, or takes nothing, is given up.
constexpr int kSilenceMs = 60'000;

void set(int fd, int level, int option, int value) {
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

constexpr int kPatienceMs = 1000;

// Room to send, within a second. False also when it is time to stop.
bool await_room(int fd, int stop_fd) {
  std::array<pollfd, 2> waits = {pollfd{fd, POLLOUT, 0}, pollfd{stop_fd, POLLIN, 0}};
  return ::poll(waits.data(), waits.size(), kPatienceMs) > 0 && waits[1].revents == 0;
}

}  // namespace

StreamSink::StreamSink(const Endpoint& collector, const Clock& clock)
    : collector_(collector), clock_(clock), backoff_(kFirstPauseNs) {}

Status StreamSink::connect(int stop_fd) {
  const uint64_t now = clock_.now().steady_ns;
  if (now < backoff_.not_before_ns()) return Error{ErrorCode::kUnavailable, last_error_};
  const IpAddress any = collector_.ip.is_v4() ? IpAddress::v4(0) : IpAddress{};
  Result<UniqueFd> fd = connect_to(any, collector_, clock_, now + kConnectNs, stop_fd);
  if (!fd) {
    backoff_.failed(now, kLongestPauseNs);
    return std::move(fd).error();
  }
  fd_ = std::move(*fd);
  sent_ = 0;
  set(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kSilenceMs);
  return {};
}

// It says nothing to us by the protocol: what it says is thrown away.
bool StreamSink::hung_up() const {
  std::array<char, 512> said;
  const ssize_t n = ::recv(fd_.get(), said.data(), said.size(), MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

Delivery StreamSink::broken(std::string error) {
  fd_.reset();
  backoff_.failed(clock_.now().steady_ns, kLongestPauseNs);
  last_error_ = std::move(error);
  return {Delivery::State::kLater, last_error_};
}

Delivery StreamSink::deliver(std::string_view message, int stop_fd) {
  const std::string to = "send to " + to_string(collector_);
  if (fd_.valid() && hung_up()) return broken(to + ": the collector hung up");
  if (!fd_.valid())
    if (Status connected = connect(stop_fd); !connected) {
      last_error_ = connected.error().sentence;
      return {Delivery::State::kLater, last_error_};
    }
  const std::string frame = std::to_string(message.size()) + ' ' + std::string(message);
  while (sent_ < frame.size()) {
    const ssize_t n =
        ::send(fd_.get(), frame.data() + sent_, frame.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      sent_ += static_cast<size_t>(n);
    } else if (errno != EAGAIN && errno != EINTR) {
      return broken(io_error(to).sentence);
    } else if (!await_room(fd_.get(), stop_fd)) {
      return {Delivery::State::kLater, to + ": the collector does not read"};
    }
  }
  sent_ = 0;
  backoff_.reset();  // one that hangs up at once is not called in a loop
  return {};
}

}  // namespace bulkhead::control
