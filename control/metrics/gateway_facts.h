// SPDX-License-Identifier: Apache-2.0
// What GetStatus and ListPeers say, read every few seconds by a thread of its own and kept: so a
// scrape waits neither for the dataplane nor for the store, and however many scrapes there are, the
// dataplane hears one question.
//
// Threads: one own thread reads; facts() from any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ipc/messages.h"
#include "mesh/peer_state.h"
#include "server/services.h"

namespace bulkhead::control {

struct GatewayFacts {
  uint64_t read_steady_ns = 0;      // 0: nothing was read yet
  std::optional<ipc::Hello> hello;  // nothing: the dataplane is not connected
  ipc::DataplaneStatus dataplane;   // while it is
  uint64_t stored_generation = 0;   // 0: none
  Digest stored_digest{};
  bool in_step = false;  // the dataplane obeys the stored policy
  bool on_trial = false;
  bool push_failed = false;  // the stored policy could not be installed
  size_t peers_configured = 0;
  std::vector<PeerState> peers;
  int64_t certificate_not_after = 0;  // of our own, seconds since 1970
  uint64_t audit_entries = 0;
  uint64_t store_bytes = 0;
};

class GatewayFactsWatch {
 public:
  // `parts` outlives it. `certificate_not_after`: of the own certificate.
  GatewayFactsWatch(Parts& parts, std::function<int64_t()> certificate_not_after);
  ~GatewayFactsWatch() { stop(); }
  GatewayFactsWatch(const GatewayFactsWatch&) = delete;
  GatewayFactsWatch& operator=(const GatewayFactsWatch&) = delete;

  void start();
  void stop();
  void read();  // once, now
  [[nodiscard]] GatewayFacts facts() const;
  [[nodiscard]] const Parts& parts() const noexcept { return parts_; }

 private:
  void run();
  void read_policy(GatewayFacts& out);
  void read_dataplane(GatewayFacts& out);

  Parts& parts_;
  const std::function<int64_t()> certificate_not_after_;
  mutable std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  GatewayFacts facts_;
  std::thread thread_;
};

}  // namespace bulkhead::control
