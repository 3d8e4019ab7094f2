// SPDX-License-Identifier: Apache-2.0
// What all threads of the key agreement share. Immutable after start, but where noted.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "config/control_config.h"
#include "mesh/lane_installer.h"
#include "mesh/signal_fd.h"
#include "mesh/tls_context.h"
#include "mesh/tuning.h"
#include "store/peer_store.h"
#include "trust/trust.h"

namespace bulkhead::control {

// The TLS context for new handshakes; running ones keep theirs.
class CurrentTls {
 public:
  using Ptr = std::shared_ptr<const TlsContext>;
  [[nodiscard]] Ptr get() const {
    const std::scoped_lock lock(mutex_);
    return tls_;
  }
  void set(Ptr tls) {
    const std::scoped_lock lock(mutex_);
    tls_ = std::move(tls);
  }

 private:
  mutable std::mutex mutex_;
  Ptr tls_;
};

struct MeshContext {
  const ControlConfig config;
  const Clock& clock;
  const MeshTuning tuning;
  LaneInstaller installer;              // locks for itself
  CurrentTls tls;                       // locks for itself
  SignalFd stop;                        // raised once, never cleared: ends every wait
  trust::Trust* trust = nullptr;        // set before any thread begins; locks for itself
  PeerStore* store = nullptr;           // likewise
  std::atomic<bool> own_denied{false};  // our own certificate is revoked: agree with nobody

  [[nodiscard]] uint64_t steady_ns() const { return clock.now().steady_ns; }
};

// The own address from which a path is called: the listener with the path's mesh port, else the one
// of the same family that has the longest prefix in common with it (as RFC 6724 5, rule 8).
// Errors: kInvalid when there is none of its family.
Result<IpAddress> source_for(const ControlConfig& config, const PeerPathConfig& path);

// SSL_write writes to sockets without MSG_NOSIGNAL: first thing in each thread.
void block_sigpipe();

}  // namespace bulkhead::control
