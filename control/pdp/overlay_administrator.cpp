// SPDX-License-Identifier: Apache-2.0
#include "pdp/overlay_administrator.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "image/verifier.h"
#include "ipc/sealed_memfd.h"

namespace bulkhead::control {

namespace {

bool same_content(overlay::Overlay a, const overlay::Overlay& b) {
  a.number = b.number;
  a.created_wall_ns = b.created_wall_ns;
  return a == b;
}

}  // namespace

OverlayAdministrator::OverlayAdministrator(std::string gateway, const SigningKey& key,
                                           OrderStore& store, DataplaneLink& link,
                                           const Clock& clock, Find find)
    : gateway_(std::move(gateway)),
      key_(key),
      store_(store),
      link_(link),
      clock_(clock),
      find_(std::move(find)) {}

Result<overlay::Overlay> OverlayAdministrator::make() {
  const int64_t now = clock_.now().wall_ns;
  if (Status tidy = store_.forget_posture(now); !tidy) return std::move(tidy).error();
  Result<Orders> orders = store_.all();
  if (!orders) return std::move(orders).error();
  const CompiledPolicyPtr current = current_ == 0 ? nullptr : find_(current_);
  const CompiledPolicyPtr next = next_ == 0 || next_ == current_ ? nullptr : find_(next_);
  return make_overlay(*orders, current ? &current->policy : nullptr, next ? &next->policy : nullptr,
                      gateway_, now);
}

// What is ordered, in force, unless it is already.
Status OverlayAdministrator::push(OrderOutcome& outcome) {
  Result<overlay::Overlay> overlay = make();
  if (!overlay) return std::move(overlay).error();
  outcome.number = number_;
  outcome.obeyed = link_.connected().has_value();
  if (sent_ && same_content(*sent_, *overlay)) return {};
  Result<uint64_t> number = store_.next_number(number_);
  if (!number) return std::move(number).error();
  overlay->number = *number;
  overlay->created_wall_ns = clock_.now().wall_ns;
  Result<std::vector<uint8_t>> sealed = key_.seal(*overlay);
  if (!sealed) return std::move(sealed).error();
  Result<UniqueFd> fd = ipc::create_sealed("bulkhead-overlay", *sealed);
  if (!fd) return std::move(fd).error();
  Result<ipc::Body> answer =
      link_.ask(ipc::InstallOverlay{*number, image::digest_of(*sealed)}, fd->get());
  if (!answer) {
    sent_.reset();
    outcome.obeyed = false;
    outcome.refused_by_dataplane = answer.error().code != ErrorCode::kUnavailable;
    return std::move(answer).error();
  }
  const auto* installed = std::get_if<ipc::OverlayInstalled>(&*answer);
  if (installed == nullptr)
    return Error{ErrorCode::kInternal, "the dataplane answered an overlay with something else"};
  sent_ = std::move(*overlay);
  number_ = outcome.number = *number;
  outcome.publish_ns = installed->publish_ns;
  spdlog::info("overlay {} obeyed by all workers after {} ns", number_, outcome.publish_ns);
  return {};
}

OrderOutcome OverlayAdministrator::take(const std::function<Status()>& change) {
  const uint64_t started = clock_.now().steady_ns;
  OrderOutcome outcome;
  {
    const std::lock_guard lock(mutex_);
    Status done = change();
    if (done) done = push(outcome);
    // What is stored is in force as soon as the dataplane connects.
    if (!done && done.error().code != ErrorCode::kUnavailable)
      outcome.error = std::move(done).error();
  }
  changed_();
  outcome.total_ns = clock_.now().steady_ns - started;
  return outcome;
}

OrderOutcome OverlayAdministrator::lock(const LockOrder& order) {
  OrderOutcome outcome = take([&] { return store_.put(order); });
  outcome.warning = unknown_name(order);
  return outcome;
}

OrderOutcome OverlayAdministrator::unlock(OrderScope scope, const std::string& name,
                                          const Ordered& by) {
  return take([&] { return store_.remove_lock(scope, name, by); });
}

OrderOutcome OverlayAdministrator::island(const IslandOrder& order) {
  OrderOutcome outcome = take([&] { return store_.put(order); });
  outcome.warning = unknown_name({order.scope, order.of, {}});
  return outcome;
}

OrderOutcome OverlayAdministrator::release(const std::string& name, const Ordered& by) {
  return take([&] { return store_.remove_island(name, by); });
}

OrderOutcome OverlayAdministrator::adopt(const fleet::Order& order) {
  return take([&] { return store_.adopt(order); });
}

OrderOutcome OverlayAdministrator::set_posture(const PostureOrder& order) {
  OrderOutcome outcome = take([&] { return store_.put(order); });
  outcome.warning = unknown_name({OrderScope::kIdentity, order.identity, {}});
  return outcome;
}

Result<OrderState> OverlayAdministrator::state() {
  const std::lock_guard lock(mutex_);
  if (Status tidy = store_.forget_posture(clock_.now().wall_ns); !tidy)
    return std::move(tidy).error();
  Result<Orders> orders = store_.all();
  if (!orders) return std::move(orders).error();
  return OrderState{std::move(*orders), number_};
}

overlay::Overlay OverlayAdministrator::ordered() {
  const std::lock_guard lock(mutex_);
  Result<overlay::Overlay> overlay = make();
  return overlay ? std::move(*overlay) : overlay::Overlay{};
}

size_t OverlayAdministrator::count(const std::string& labels) {
  const std::lock_guard lock(mutex_);
  const CompiledPolicyPtr policy = current_ == 0 ? nullptr : find_(current_);
  return policy == nullptr ? 0 : members_of(labels, policy->policy).size();
}

// A typing error in an emergency must not pass for a lock.
std::string OverlayAdministrator::unknown_name(const LockOrder& order) {
  const std::lock_guard lock(mutex_);
  const CompiledPolicyPtr policy = current_ == 0 ? nullptr : find_(current_);
  const auto named = [&](const auto& object) { return object.name == order.name; };
  bool known = false;
  if (policy != nullptr) {
    const auto& p = policy->policy;
    switch (order.scope) {
      case OrderScope::kIdentity:
        known = std::ranges::any_of(p.identities, named);
        break;
      case OrderScope::kRelationship:
        known = std::ranges::any_of(p.relationships, named);
        break;
      case OrderScope::kGateway:
        known = std::ranges::any_of(p.identities, [&](const policy::Identity& identity) {
          return identity.bind && identity.bind->gateway == order.name;
        });
        break;
      default:
        known = !members_of(order.name, p).empty();
    }
  }
  return known ? ""
               : "'" + order.name +
                     "' is nobody in the policy in force; it is kept for one that knows it";
}

void OverlayAdministrator::on_connected(const ipc::Hello& hello) {
  const std::lock_guard lock(mutex_);
  number_ = std::max(number_, hello.overlay_number);
  sent_.reset();
  current_ = hello.generation != 0 && find_(hello.generation) != nullptr ? hello.generation : 0;
  if (hello.overlay_number != 0) return;
  sent_ = overlay::Overlay{};  // it obeys none, which is not worth saying again
  sent_->gateway = gateway_;
}

Status OverlayAdministrator::before_image(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  next_ = generation;
  OrderOutcome outcome;
  return push(outcome);
}

void OverlayAdministrator::after_image(uint64_t generation, bool installed) {
  const std::lock_guard lock(mutex_);
  if (installed) current_ = generation;
  next_ = 0;
  OrderOutcome outcome;
  if (Status done = push(outcome); !done)
    spdlog::warn("what is ordered is not obeyed yet: {}", done.error().sentence);
}

}  // namespace bulkhead::control
