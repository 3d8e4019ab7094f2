// SPDX-License-Identifier: Apache-2.0
// What all threads of the key agreement share. Immutable after start, but where noted.
#pragma once

#include "base/clock.h"
#include "config/control_config.h"
#include "mesh/lane_installer.h"
#include "mesh/signal_fd.h"
#include "mesh/tls_context.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

struct MeshContext {
  ControlConfig config;
  const Clock& clock;
  MeshTuning tuning;
  LaneInstaller installer;  // locks for itself
  TlsContext tls;           // SSL_CTX counts its references atomically
  SignalFd stop;            // raised once, never cleared: ends every wait

  [[nodiscard]] uint64_t steady_ns() const { return clock.now().steady_ns; }
};

// SSL_write writes to sockets without MSG_NOSIGNAL: first thing in each thread.
void block_sigpipe();

}  // namespace bulkhead::control
