// SPDX-License-Identifier: Apache-2.0
// Whole messages over TLS over a non-blocking socket; every wait ends at a deadline or when the
// stop descriptor becomes readable. Used by one thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "mesh/message.h"
#include "mesh/tls_context.h"

namespace bulkhead::control {

class TlsStream {
 public:
  TlsStream(UniqueFd fd, SslPtr ssl, const Clock& clock, int stop_fd);

  enum class Progress : uint8_t { kDone, kWantRead, kWantWrite };
  // One step of the handshake, without waiting. kPermission: refused by either side.
  Result<Progress> handshake_step();
  // Steps until done. kUnavailable at the deadline or stop.
  Status handshake(uint64_t deadline_ns);

  Status send(const mesh::Message& message, uint64_t deadline_ns);
  Result<mesh::Message> receive(uint64_t deadline_ns);
  // What is there already; nothing when a message is not complete yet.
  Result<std::optional<mesh::Message>> take();

  // Another descriptor ends the waits from now on.
  void stop_with(int stop_fd) noexcept { stop_fd_ = stop_fd; }

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

 private:
  Status wait(short events, uint64_t deadline_ns) const;
  Error failure(int result, std::string_view doing);

  // Declaration order is destruction order reversed: SSL_free before close.
  UniqueFd fd_;
  SslPtr ssl_;
  const Clock* clock_;
  int stop_fd_;
  std::vector<uint8_t> received_;
};

}  // namespace bulkhead::control
