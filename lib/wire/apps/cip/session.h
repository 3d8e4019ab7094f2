// SPDX-License-Identifier: Apache-2.0
// CIP inside one conversation of EtherNet/IP: each request and each part of one becomes an
// operation, and answers are told as what they answer.
#pragma once

#include <cstdint>

#include "wire/apps/cip/connections.h"
#include "wire/apps/cip/exchanges.h"
#include "wire/apps/cip/message.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::cip {

class Session {
 public:
  // Parts of one message that are told; a packet of more is told as clipped, without them.
  static constexpr uint32_t kMostParts = 256;
  static constexpr unsigned kDeepest = 3;  // packets and routed messages inside each other

  // A message outside of connections; key: without the asker. `group`: IPv4, to which its sender
  // says that it will multicast; 0: it does not.
  Fault unconnected(Side side, ExchangeKey key, Reader message, OperationSink& sink,
                    uint32_t group = 0) noexcept;
  // One on a connection, with its sequence count in front.
  Fault connected(Side side, uint32_t identifier, Reader data, OperationSink& sink) noexcept;
  // The encapsulation refused an unconnected message: what finds its request; 0: nobody asked.
  uint64_t refused(Side side, ExchangeKey key) noexcept;
  Connections& connections() noexcept { return connections_; }

 private:
  friend class Asking;
  friend class Answering;
  Fault message(Side side, ExchangeKey key, uint32_t unit, Reader message,
                OperationSink& sink) noexcept;

  Connections connections_;
  Exchanges exchanges_;
  IoChange change_;  // that an answer told last
  uint32_t group_ = 0;
  TagText text_;  // of the request that is being told
};

}  // namespace bulkhead::wire::cip
