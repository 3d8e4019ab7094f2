// SPDX-License-Identifier: Apache-2.0
#include "enroll/enroll_channel.h"

#include <openssl/err.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "mesh/tls_context.h"

namespace bulkhead::enroll {

namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr size_t kReadBytes = 4096;

Error unavailable(std::string sentence) {
  return Error{ErrorCode::kUnavailable, std::move(sentence)};
}

}  // namespace

Result<EnrollChannel> EnrollChannel::over(UniqueFd fd, SSL_CTX* context, Side side,
                                          const Clock& clock, uint64_t deadline_ns, int stop_fd) {
  SslPtr ssl{SSL_new(context)};
  if (!ssl || SSL_set_fd(ssl.get(), fd.get()) != 1)
    return pki::openssl_error("prepare a TLS connection");
  if (side == Side::kClient)
    SSL_set_connect_state(ssl.get());
  else
    SSL_set_accept_state(ssl.get());
  return EnrollChannel(std::move(fd), std::move(ssl), clock, deadline_ns, stop_fd);
}

Error EnrollChannel::failure(int kind, const char* doing) const {
  const int saved = errno;
  if (kind == SSL_ERROR_ZERO_RETURN) return unavailable("the other side closed the connection");
  if (kind == SSL_ERROR_SSL) return Error{ErrorCode::kPermission, control::tls_failure(ssl_.get())};
  ERR_clear_error();
  return unavailable(std::string(doing) + ": " +
                     (saved != 0 ? std::strerror(saved) : "the other side closed the connection"));
}

Status EnrollChannel::wait(short events) const {
  const uint64_t now = clock_->now().steady_ns;
  if (now >= deadline_ns_) return unavailable("the other side did not answer in time");
  std::array<pollfd, 2> waits = {pollfd{fd_.get(), events, 0}, pollfd{stop_fd_, POLLIN, 0}};
  const int timeout = static_cast<int>((deadline_ns_ - now) / kMillisecond) + 1;
  (void)::poll(waits.data(), waits.size(), timeout);
  if ((waits[1].revents & POLLIN) != 0) return unavailable("stopping");
  return {};
}

template <typename Step>
Result<int> EnrollChannel::drive(Step step, const char* doing) {
  for (;;) {
    ERR_clear_error();
    errno = 0;
    const int result = step();
    if (result > 0) return result;
    const int kind = SSL_get_error(ssl_.get(), result);
    if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE) return failure(kind, doing);
    if (Status waited = wait(kind == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT); !waited)
      return std::move(waited).error();
  }
}

Status EnrollChannel::handshake() {
  Result<int> done = drive([this] { return SSL_do_handshake(ssl_.get()); }, "TLS handshake");
  if (!done) return std::move(done).error();
  return {};
}

Status EnrollChannel::send(const mesh::EnrollMessage& message) {
  const std::vector<uint8_t> frame = mesh::encode(message);
  if (frame.empty()) return Error{ErrorCode::kInternal, "a message could not be encoded"};
  Result<int> sent = drive(
      [&] { return SSL_write(ssl_.get(), frame.data(), static_cast<int>(frame.size())); }, "send");
  if (!sent) return std::move(sent).error();
  return {};
}

Result<mesh::EnrollMessage> EnrollChannel::receive() {
  for (;;) {
    const auto decoded = mesh::decode_enroll(received_);
    if (decoded.faulty())
      return Error{ErrorCode::kInvalid, "the other side sent a malformed message: " +
                                            std::string(wire::to_string(decoded.fault().kind))};
    if (decoded.ok()) return decoded->message;
    // An incomplete frame is shorter than kMaxEnrollFrame, so what is kept is bounded.
    std::array<uint8_t, kReadBytes> buffer;
    Result<int> read =
        drive([&] { return SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size())); },
              "receive");
    if (!read) return std::move(read).error();
    received_.insert(received_.end(), buffer.begin(), buffer.begin() + *read);
  }
}

void EnrollChannel::close() {
  (void)SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace bulkhead::enroll
