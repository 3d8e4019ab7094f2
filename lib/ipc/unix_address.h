// SPDX-License-Identifier: Apache-2.0
// What both ends of the local socket need: its address, its other end's user, waiting for it.
#pragma once

#include <sys/un.h>

#include <chrono>
#include <span>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace bulkhead::ipc {

// Error: kInvalid when the path is empty or too long for a socket address.
Result<sockaddr_un> unix_address(const std::string& path);

// A non-blocking SOCK_SEQPACKET socket whose buffers hold the longest message.
Result<UniqueFd> seqpacket_socket();
Status enlarge_buffers(int fd);

// Error: kPermission, naming the uid, unless the other end is root's, our own user's or one of
// `others`.
Status check_peer_user(int fd, std::span<const uid_t> others);

// Whether any of `events` (poll(2)) came before the deadline.
using Deadline = std::chrono::steady_clock::time_point;
Result<bool> wait_for(int fd, short events, Deadline deadline);

}  // namespace bulkhead::ipc
