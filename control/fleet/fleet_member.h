// SPDX-License-Identifier: Apache-2.0
// A gateway's part in its fleet: looks at the head when the store says that it changed, and every
// few seconds whether it says so or not; puts in force what is newer; reports how it stands.
//
//   head  same       nothing
//         newer      the way back of its trial first, if that is not in force; then it
//         confirmed  what is on trial here is no longer
//         overdue    we went back alone: everybody now
//         behind     an alarm; it is not taken
// When the store cannot be reached all stays as it is.
//
// Threads: two of its own. One looks, puts in force and reports; the other waits for changes.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "fleet/etcd_fleet.h"
#include "fleet/order_exchange.h"
#include "pdp/policy_administrator.h"

namespace bulkhead::control {

// How it stands, for people.
struct FleetHealth {
  std::string store_problem;  // empty: it was reached at the last look
  std::string head_problem;   // it is not to be believed, or behind
  std::string problem;        // it could not be put in force
  std::string order_problem;  // of locks, islands and posture
};

class FleetMember {
 public:
  struct Parts {
    EtcdClient& etcd;
    EtcdFleet& fleet;
    OrderExchange& orders;
    PolicyAdministrator& policies;
    DataplaneLink& link;
    const Clock& clock;
    std::string gateway;
  };
  explicit FleetMember(Parts parts);
  ~FleetMember();

  void start();
  void stop();

  // There is something to tell, or to look at.
  void poke();

  // What this gateway says of itself.
  [[nodiscard]] v1::FleetGateway own() const;
  [[nodiscard]] FleetHealth health() const;
  [[nodiscard]] EtcdFleet& fleet() const { return parts_.fleet; }

 private:
  void run();
  void wait_for_changes();
  void look();
  void look_at_orders();
  void consider(const fleet::Version& head);
  Status take(const fleet::Version& head);
  Status put_in_force(const fleet::Version& version);
  void report();
  bool pause(uint64_t ms);
  void say(std::string FleetHealth::*what, std::string sentence);

  Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;       // with mutex_
  bool changed_ = false;        // with mutex_
  FleetHealth health_;          // with mutex_
  std::string reported_;        // by the looking thread alone
  uint64_t not_before_ns_ = 0;  // after a failure: the next try at the same version
  uint64_t failed_ = 0;         // that version's number
  std::thread looker_;
  std::thread watcher_;
};

}  // namespace bulkhead::control
