// SPDX-License-Identifier: Apache-2.0
// Endpoints as the kernel wants them.
#pragma once

#include <sys/socket.h>

#include "base/address.h"

namespace bulkhead::control {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const Endpoint& endpoint);
Endpoint from_socket_address(const sockaddr_storage& storage);  // of either IP family

}  // namespace bulkhead::control
