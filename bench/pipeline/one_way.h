// SPDX-License-Identifier: Apache-2.0
// The encrypt direction of one gateway by itself, over memory ports and in one thread: frames of
// clients in, what goes to a peer that is only pretended out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "pipeline/gateway.h"
#include "pipeline/memory.h"
#include "pipeline/rig.h"

namespace bulkhead::bench {

// A gateway with such a peer.
std::unique_ptr<Gateway> gateway_with_pretended_peer(const Plant& plant);

class OneWay {
 public:
  OneWay(const Gateway& gateway, const RigSize& size);

  // False: no buffer; there is one for each place of a burst, and more.
  bool put(std::span<const uint8_t> frame);
  // One poll; returns its TSC cycles. Takes away what was sent.
  uint64_t poll();

  [[nodiscard]] const Rig& rig() const noexcept { return rig_; }
  // Empty when all that was put in was decided, encrypted and sent, and `flows` are open; else what
  // was not.
  [[nodiscard]] std::string broken(uint64_t flows) const;

 private:
  BufferPool pool_;
  Fifo zone_in_, zone_out_, mesh_in_, mesh_out_;
  FifoQueue zone_{zone_in_, zone_out_}, mesh_{mesh_in_, mesh_out_};
  Rig rig_;
  uint64_t put_ = 0, sent_ = 0, polls_ = 0;
};

}  // namespace bulkhead::bench
