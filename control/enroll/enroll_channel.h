// SPDX-License-Identifier: Apache-2.0
// Whole enrolment messages over TLS over a non-blocking socket; every wait ends at the deadline or
// when the stop descriptor becomes readable. One thread.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "mesh/enroll_message.h"
#include "pki/openssl.h"

namespace bulkhead::enroll {

using SslPtr = std::unique_ptr<SSL, pki::FreeWith<SSL_free>>;

class EnrollChannel {
 public:
  enum class Side : uint8_t { kClient, kServer };
  // `deadline_ns` (steady clock) is for all that follows.
  static Result<EnrollChannel> over(UniqueFd fd, SSL_CTX* context, Side side, const Clock& clock,
                                    uint64_t deadline_ns, int stop_fd);

  // Errors: kPermission: refused by either side; kUnavailable: deadline, stop or a lost connection.
  Status handshake();
  Status send(const mesh::EnrollMessage& message);
  Result<mesh::EnrollMessage> receive();
  void close();  // close_notify, so that the other side knows that nothing was cut off

  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

 private:
  EnrollChannel(UniqueFd fd, SslPtr ssl, const Clock& clock, uint64_t deadline_ns, int stop_fd)
      : fd_(std::move(fd)),
        ssl_(std::move(ssl)),
        clock_(&clock),
        deadline_ns_(deadline_ns),
        stop_fd_(stop_fd) {}

  // Calls an SSL function until it succeeds.
  template <typename Step>
  Result<int> drive(Step step, const char* doing);
  Status wait(short events) const;
  Error failure(int kind, const char* doing) const;

  // Declaration order is destruction order reversed: SSL_free before close.
  UniqueFd fd_;
  SslPtr ssl_;
  const Clock* clock_;
  uint64_t deadline_ns_;
  int stop_fd_;
  std::vector<uint8_t> received_;
};

}  // namespace bulkhead::enroll
