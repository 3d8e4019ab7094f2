// SPDX-License-Identifier: Apache-2.0
// How an adaptive worker rests: until one of its ports has something, for so long at most. A port
// whose driver gives no descriptor to wait for (most NICs) is looked at when the rest is over.
#pragma once

#include <poll.h>

#include <cstdint>
#include <span>
#include <vector>

#include "worker_view.h"

namespace bulkhead::dataplane {

class Rest {
 public:
  Rest(std::span<const WorkerPort> ports, uint32_t longest_us);

  // True: a port has something. A descriptor in error (its interface is down) only lets time pass.
  bool until_ready() noexcept;
  // The whole time, whatever the ports have.
  void whole() const noexcept;

 private:
  std::vector<pollfd> ports_;
  uint32_t longest_us_;
};

}  // namespace bulkhead::dataplane
