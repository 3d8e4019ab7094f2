// SPDX-License-Identifier: Apache-2.0
// DataplaneLink over the dataplane's unix socket.
//
//   disconnected --connect, Hello--> connected: listeners run --hang-up or error--> disconnected
//        ^                                                                  |
//        +------------------ wait 100 ms, doubling to 5 s ------------------+
//
// Threads: one own thread connects, calls listeners and watches for hang-up; ask() runs in its
// caller's thread, one at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "ipc/socket.h"
#include "push/dataplane_link.h"

namespace bulkhead::control {

class UnixDataplaneLink final : public DataplaneLink {
 public:
  // `gateway`: a dataplane of another name is hung up on.
  UnixDataplaneLink(std::string socket_path, std::string gateway);
  ~UnixDataplaneLink() override;

  void add_listener(Listener listener) override;
  void start();
  void stop();

  Result<ipc::Body> ask(ipc::Body question, int fd = -1) override;
  [[nodiscard]] std::optional<ipc::Hello> connected() const override;
  // Why there is no connection; empty while there is one.
  [[nodiscard]] std::string last_error() const;

 private:
  void run();
  // Connects and greets. Errors: those of the socket, kInvalid for a wrong Hello.
  Result<ipc::Hello> connect_once();
  Result<ipc::Received> await_greeting(ipc::Connection& connection);
  void watch();
  bool still_up();
  void note(const std::string& why);
  void disconnect(const std::string& why);
  bool sleep_for(std::chrono::milliseconds time);  // false: stopping

  const std::string socket_path_;
  const std::string gateway_;
  std::vector<Listener> listeners_;
  std::thread thread_;

  // Guards the connection: who holds it may talk. Taken before state_mutex_.
  std::mutex ask_mutex_;
  std::optional<ipc::Connection> connection_;
  uint32_t last_request_ = 0;

  mutable std::mutex state_mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::optional<ipc::Hello> hello_;
  UniqueFd telemetry_;
  std::string last_error_;
};

}  // namespace bulkhead::control
