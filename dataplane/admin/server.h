// SPDX-License-Identifier: Apache-2.0
// The admin thread's loop: one control process at a time on the unix socket, questions answered in
// order, until told to stop. A second caller is told who is connected and hung up on; whoever sends
// nonsense is hung up on. Control's absence is nothing special: workers go on.
#pragma once

#include <optional>
#include <string>

#include "admin/handler.h"
#include "admin/worker_watch.h"
#include "ipc/socket.h"

namespace bulkhead::dataplane {

class AdminServer {
 public:
  // `telemetry_fd` goes out with every Hello; it and the handler outlive the server.
  AdminServer(ipc::Listener listener, AdminHandler& handler, int telemetry_fd)
      : listener_(std::move(listener)), handler_(handler), telemetry_fd_(telemetry_fd) {}

  // Ticked while running; outlives the server.
  void keep(WorkerWatch& watch) noexcept { watch_ = &watch; }

  // Returns when `stop_fd` becomes readable. Error: the listener or poll(2) failed.
  Status run(int stop_fd);

 private:
  void accept();
  [[nodiscard]] int patience() const noexcept;
  void tick();
  void greet(ipc::Connection connection);
  void refuse(ipc::Connection connection);
  void serve();
  void hang_up(const std::string& why);

  ipc::Listener listener_;
  AdminHandler& handler_;
  int telemetry_fd_;
  WorkerWatch* watch_ = nullptr;
  SystemClock clock_;
  std::optional<ipc::Connection> control_;
  std::string control_name_;  // "pid 12, uid 0"
};

}  // namespace bulkhead::dataplane
