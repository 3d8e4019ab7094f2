// SPDX-License-Identifier: Apache-2.0
// Takes orders, keeps them, and has the dataplane obey them: as an overlay that is made anew when
// an order comes, when the policy changes (before the image, and exactly after it) and when the
// dataplane connects.
//
// Threads: any. Held inside a change of the policy, never the other way round.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "pdp/compiled_policy.h"
#include "pdp/orders.h"
#include "pdp/overlay_maker.h"
#include "push/dataplane_link.h"
#include "store/order_store.h"

namespace bulkhead::control {

struct OrderOutcome {
  std::optional<Error> error;         // set: the order is not in force
  bool refused_by_dataplane = false;  // then `error` carries its reason, and the order is kept
  bool obeyed = false;                // false without error: stored, the dataplane is not connected
  uint64_t number = 0;
  uint64_t publish_ns = 0;
  uint64_t total_ns = 0;
  std::string warning;
};

struct OrderState {
  Orders orders;
  uint64_t number = 0;  // of the overlay in force, as far as is known; 0: none
};

class OverlayAdministrator {
 public:
  using Find = std::function<CompiledPolicyPtr(uint64_t generation)>;

  // All outlive it. `find`: a policy by its generation.
  OverlayAdministrator(std::string gateway, const SigningKey& key, OrderStore& store,
                       DataplaneLink& link, const Clock& clock, Find find);

  OrderOutcome lock(const LockOrder& order);
  OrderOutcome unlock(OrderScope scope, const std::string& name, const Ordered& by);
  OrderOutcome island(const IslandOrder& order);
  OrderOutcome release(const std::string& name, const Ordered& by);
  OrderOutcome set_posture(const PostureOrder& order);
  // Called after each change of the orders, on the thread that made it. Before any other call.
  void on_change(std::function<void()> listener) { changed_ = std::move(listener); }
  // What another gateway of the fleet ordered; as those above.
  OrderOutcome adopt(const fleet::Order& order);
  Result<OrderState> state();
  OrderStore& store() { return store_; }
  // The orders as an overlay for the policy in force; empty when the store cannot be read.
  overlay::Overlay ordered();
  // How many identities the labels mean in the policy in force.
  size_t count(const std::string& labels);

  // The dataplane has just connected; the next change of policy sends all that is ordered.
  void on_connected(const ipc::Hello& hello);
  // Before an image of `generation` is installed: an overlay that holds for both. An error but
  // kUnavailable means that the image must not follow.
  Status before_image(uint64_t generation);
  // After it was installed, or not.
  void after_image(uint64_t generation, bool installed);

 private:
  OrderOutcome take(const std::function<Status()>& change);
  Status push(OrderOutcome& outcome);
  Result<overlay::Overlay> make();
  std::string unknown_name(const LockOrder& order);

  const std::string gateway_;
  const SigningKey& key_;
  OrderStore& store_;
  DataplaneLink& link_;
  const Clock& clock_;
  const Find find_;
  std::function<void()> changed_ = [] {};

  std::mutex mutex_;
  uint64_t current_ = 0;                  // generations; 0: none
  uint64_t next_ = 0;                     // being installed
  std::optional<overlay::Overlay> sent_;  // what the dataplane obeys; nothing: not known
  uint64_t number_ = 0;                   // of the newest that it has
};

}  // namespace bulkhead::control
