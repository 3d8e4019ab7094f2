// SPDX-License-Identifier: Apache-2.0
// Control's end of the unix socket: connects, reconnects, asks one question at a time.
//
// Threads: ask() from any thread, serialised. Listeners are called on the link's own thread, after
// the connection is up; they may call ask().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "ipc/messages.h"

namespace bulkhead::control {

class DataplaneLink {
 public:
  // Called on every (re)connection with the dataplane's Hello and its telemetry segment descriptor
  // (valid during the call only; dup to keep). A boot nonce other than before means that the
  // dataplane restarted: all keys are gone.
  using Listener = std::function<void(const ipc::Hello& hello, int telemetry_fd)>;

  virtual ~DataplaneLink() = default;
  virtual void add_listener(Listener listener) = 0;  // before start
  // kUnavailable while not connected; otherwise the dataplane's answer (Failure becomes Error).
  virtual Result<ipc::Body> ask(ipc::Body question, int fd = -1) = 0;
  [[nodiscard]] virtual std::optional<ipc::Hello> connected() const = 0;
};

}  // namespace bulkhead::control
