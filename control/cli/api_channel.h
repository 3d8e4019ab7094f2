// SPDX-License-Identifier: Apache-2.0
// Where a control process is reached: its unix socket, or its TLS port with the caller's
// certificate.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace grpc {
class Channel;
}

namespace bulkhead::cli {

struct ApiPlace {
  std::string socket = "/run/bulkhead/api.sock";
  std::string server{};       // "IP:PORT"; empty: the socket
  std::string certificate{};  // PEM, with server: the caller's chain, leaf first
  std::string key{};          // PEM, mode 0600
  std::string anchors{};      // PEM: roots

  [[nodiscard]] const std::string& name() const { return server.empty() ? socket : server; }
};

// Connects at the first call. The server must show a gateway's certificate of the roots. Errors:
// kInvalid, kPermission and kIo, of the files.
Result<std::shared_ptr<grpc::Channel>> channel_to(const ApiPlace& place);

}  // namespace bulkhead::cli
