// SPDX-License-Identifier: Apache-2.0
#include "mesh/tls_stream.h"

#include <openssl/err.h>
#include <poll.h>

#include <array>
#include <cstring>
#include <utility>

#include "mesh/tuning.h"

namespace bulkhead::control {

namespace {

constexpr size_t kReadBytes = 4096;

Error unavailable(std::string sentence) {
  return Error{ErrorCode::kUnavailable, std::move(sentence)};
}

}  // namespace

TlsStream::TlsStream(UniqueFd fd, SslPtr ssl, const Clock& clock, int stop_fd)
    : fd_(std::move(fd)), ssl_(std::move(ssl)), clock_(&clock), stop_fd_(stop_fd) {}

Error TlsStream::failure(int result, std::string_view doing) {
  const int saved = errno;
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_ZERO_RETURN) return unavailable("the peer closed the connection");
  if (kind == SSL_ERROR_SSL) return Error{ErrorCode::kPermission, tls_failure(ssl_.get())};
  ERR_clear_error();
  return unavailable(std::string(doing) + ": " +
                     (saved != 0 ? std::strerror(saved) : "the peer closed the connection"));
}

Status TlsStream::wait(short events, uint64_t deadline_ns) const {
  const uint64_t now = clock_->now().steady_ns;
  if (now >= deadline_ns) return unavailable("the peer did not answer in time");
  std::array<pollfd, 2> waits = {pollfd{fd_.get(), events, 0}, pollfd{stop_fd_, POLLIN, 0}};
  const int timeout = static_cast<int>((deadline_ns - now) / kMillisecond) + 1;
  (void)::poll(waits.data(), waits.size(), timeout);
  if ((waits[1].revents & POLLIN) != 0) return unavailable("interrupted");
  return {};
}

Result<TlsStream::Progress> TlsStream::handshake_step() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return Progress::kDone;
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_WANT_READ) return Progress::kWantRead;
  if (kind == SSL_ERROR_WANT_WRITE) return Progress::kWantWrite;
  return failure(result, "TLS handshake");
}

Status TlsStream::handshake(uint64_t deadline_ns) {
  for (;;) {
    Result<Progress> step = handshake_step();
    if (!step.ok()) return std::move(step).error();
    if (*step == Progress::kDone) return {};
    if (Status waited = wait(*step == Progress::kWantRead ? POLLIN : POLLOUT, deadline_ns);
        !waited.ok())
      return waited;
  }
}

Status TlsStream::send(const mesh::Message& message, uint64_t deadline_ns) {
  const std::vector<uint8_t> frame = mesh::encode(message);
  if (frame.empty()) return Error{ErrorCode::kInternal, "a message could not be encoded"};
  for (;;) {
    ERR_clear_error();
    errno = 0;
    // No partial writes are enabled: all or nothing.
    const int result = SSL_write(ssl_.get(), frame.data(), static_cast<int>(frame.size()));
    if (result > 0) return {};
    const int kind = SSL_get_error(ssl_.get(), result);
    if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE) return failure(result, "send");
    if (Status waited = wait(kind == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline_ns);
        !waited.ok())
      return waited;
  }
}

Result<std::optional<mesh::Message>> TlsStream::take() {
  for (;;) {
    const auto decoded = mesh::decode(received_);
    if (decoded.faulty())
      return Error{ErrorCode::kInvalid, "the peer sent a malformed message: " +
                                            std::string(wire::to_string(decoded.fault().kind))};
    if (decoded.ok()) {
      received_.erase(received_.begin(),
                      received_.begin() + static_cast<std::ptrdiff_t>(decoded->bytes));
      return std::optional<mesh::Message>(decoded->message);
    }
    // An incomplete frame is shorter than kMaxFrame, so what is kept is bounded.
    std::array<uint8_t, kReadBytes> buffer;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (result > 0) {
      received_.insert(received_.end(), buffer.begin(), buffer.begin() + result);
      continue;
    }
    const int kind = SSL_get_error(ssl_.get(), result);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
      return std::optional<mesh::Message>{};
    return failure(result, "receive");
  }
}

Result<mesh::Message> TlsStream::receive(uint64_t deadline_ns) {
  for (;;) {
    Result<std::optional<mesh::Message>> taken = take();
    if (!taken.ok()) return std::move(taken).error();
    if (taken->has_value()) return std::move(**taken);
    if (Status waited = wait(POLLIN, deadline_ns); !waited.ok()) return std::move(waited).error();
  }
}

}  // namespace bulkhead::control
