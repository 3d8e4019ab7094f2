// SPDX-License-Identifier: Apache-2.0
// The gRPC server: a unix socket for this machine and, when configured, TCP with mutual TLS. Health
// and reflection services are on.
//
// Who may connect to the unix socket is a matter of file permissions: the socket is 0600, and the
// directory is made 0700 when it is not there. gRPC 1.51 gives no access to SO_PEERCRED.
#pragma once

#include <memory>

#include "base/result.h"
#include "server/services.h"

namespace bulkhead::control {

class ApiServer {
 public:
  // `parts` outlives the server. Errors: kIo, kInvalid with the address or file that is wrong.
  static Result<std::unique_ptr<ApiServer>> start(Parts& parts);
  ~ApiServer();

  // Port of the TCP listener; 0: none.
  [[nodiscard]] uint16_t tls_port() const noexcept;

  // Lets calls finish for a second, then ends them.
  void stop();

 private:
  struct Inside;
  explicit ApiServer(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace bulkhead::control
