// SPDX-License-Identifier: Apache-2.0
// DataplaneLinks of the benchmark with a thousand peers: the hub's is the product's over a real
// unix socket, with a stop-watch; the peers' end in the same process, as a thousand more socket
// pairs and threads would only measure the machine.
#pragma once

#include <mutex>
#include <vector>

#include "push/dataplane_link.h"
#include "rekey/core.h"

namespace bulkhead::bench {

// To a core in this process; its messages are encoded and decoded all the same.
class CoreLink final : public control::DataplaneLink {
 public:
  explicit CoreLink(Core& core) : core_(core) {}
  void connect() {
    hello_ = core_.hello();
    for (const Listener& listener : listeners_) listener(*hello_, -1);
  }
  void add_listener(Listener listener) override { listeners_.push_back(std::move(listener)); }
  Result<ipc::Body> ask(ipc::Body question, int fd) override {
    return core_.ask(std::move(question), fd);
  }
  [[nodiscard]] std::optional<ipc::Hello> connected() const override { return hello_; }

 private:
  Core& core_;
  std::vector<Listener> listeners_;
  std::optional<ipc::Hello> hello_;  // written once, before anybody asks
};

// How long the real link takes for each change of lanes: asked until every worker obeyed.
class TimedLink final : public control::DataplaneLink {
 public:
  explicit TimedLink(control::DataplaneLink& link) : link_(link) {}
  void add_listener(Listener listener) override { link_.add_listener(std::move(listener)); }
  Result<ipc::Body> ask(ipc::Body question, int fd) override {
    const bool timed = changes_lanes(question);
    const std::scoped_lock lock(mutex_);  // so that no time is spent waiting for another question
    const uint64_t start = clock_.now().steady_ns;
    auto answer = link_.ask(std::move(question), fd);
    if (timed) times_.push_back(clock_.now().steady_ns - start);
    return answer;
  }
  [[nodiscard]] std::optional<ipc::Hello> connected() const override { return link_.connected(); }
  // Since the last call.
  std::vector<uint64_t> take_times() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(times_, {});
  }

 private:
  control::DataplaneLink& link_;
  SystemClock clock_;
  std::mutex mutex_;
  std::vector<uint64_t> times_;  // under mutex_
};

}  // namespace bulkhead::bench
