// SPDX-License-Identifier: Apache-2.0
// TCP for the handshake: non-blocking sockets, both families.
//
// The own underlay address may appear after us (the dataplane makes the exception interface), so
// sockets are bound to it with IP_FREEBIND and never to a wildcard.
#pragma once

#include <optional>

#include "base/address.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace bulkhead::control {

Result<UniqueFd> listen_on(const Endpoint& local);

struct Accepted {
  UniqueFd fd;
  IpAddress source;
};
// Nothing when nobody waits, or on a passing error.
std::optional<Accepted> accept_from(int listener);

// From `local` (any port). Ends at the deadline or when stop_fd becomes readable.
Result<UniqueFd> connect_to(const IpAddress& local, const Endpoint& remote, const Clock& clock,
                            uint64_t deadline_ns, int stop_fd);

Result<Endpoint> bound_to(int socket);

// Closes with a reset, so that nothing of it lingers.
void abort_connection(UniqueFd fd);

}  // namespace bulkhead::control
