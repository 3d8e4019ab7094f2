// SPDX-License-Identifier: Apache-2.0
// Clients that are not ours: plain OpenSSL and plain TCP.
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "base/unique_fd.h"

namespace bulkhead::control {

struct Call {
  IpAddress from;
  Endpoint to;
  std::string credentials;  // stem; empty: none
  std::string anchors;
  bool tls12 = false;
};
struct CallResult {
  bool handshake_done = false;
  std::string refusal;  // text of a Refusal message, if one came
};
// Connects, shakes hands, reads one message; blocks for two seconds at most.
CallResult call(const Call& call);

// So many connections that say nothing, held until the result goes.
std::vector<UniqueFd> flood(const IpAddress& from, const Endpoint& to, int count);

}  // namespace bulkhead::control
