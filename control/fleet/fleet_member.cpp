// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_member.h"

#include <spdlog/spdlog.h>

#include <chrono>

namespace bulkhead::control {

namespace {

constexpr uint64_t kLookMs = 3'000;
constexpr uint64_t kReconnectMs = 500;
constexpr uint64_t kTryAgainNs = 30'000'000'000;  // a version that could not be put in force

v1::FleetStanding standing_of(const FleetPlace& place, bool obeyed) {
  if (place.number == 0) return v1::FLEET_STANDING_NONE;
  if (place.state == FleetState::kWentBack) return v1::FLEET_STANDING_WENT_BACK;
  if (place.state == FleetState::kRefused) return v1::FLEET_STANDING_REFUSED;
  return obeyed ? v1::FLEET_STANDING_OBEYS : v1::FLEET_STANDING_STORED;
}

Status status_of(const ApplyOutcome& outcome) {
  return outcome.error ? Status{*outcome.error} : Status{};
}

}  // namespace

FleetMember::FleetMember(Parts parts) : parts_(std::move(parts)) {}

FleetMember::~FleetMember() {
  stop();
}

void FleetMember::start() {
  looker_ = std::thread([this] { run(); });
  watcher_ = std::thread([this] { wait_for_changes(); });
}

void FleetMember::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  parts_.etcd.stop_watching();
  if (watcher_.joinable()) watcher_.join();
  if (looker_.joinable()) looker_.join();
}

void FleetMember::poke() {
  const std::lock_guard lock(mutex_);
  changed_ = true;
  wake_.notify_all();
}

// False: it is time to stop.
bool FleetMember::pause(uint64_t ms) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
  return !stopping_;
}

void FleetMember::wait_for_changes() {
  do {
    (void)parts_.etcd.watch({parts_.fleet.head_key(), parts_.fleet.key("/orders/")}, [this] {
      poke();
      const std::lock_guard lock(mutex_);
      return !stopping_;
    });
  } while (pause(kReconnectMs));
}

void FleetMember::run() {
  for (;;) {
    look();
    report();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::milliseconds(kLookMs),
                   [this] { return stopping_ || changed_; });
    if (stopping_) return;
    changed_ = false;
  }
}

void FleetMember::look() {
  const auto head = parts_.fleet.head();
  const bool reached = head || head.error().code != ErrorCode::kUnavailable;
  say(&FleetHealth::store_problem, reached ? "" : head.error().sentence);
  if (!reached) return;
  say(&FleetHealth::head_problem, head ? "" : head.error().sentence);
  if (head && head->has_value()) consider(**head);
  look_at_orders();
}

void FleetMember::look_at_orders() {
  std::string problem;
  const Status done = parts_.orders.exchange(problem);
  if (!done && done.error().code == ErrorCode::kUnavailable) return;  // the next look says so
  say(&FleetHealth::order_problem, done ? problem : done.error().sentence);
}

void FleetMember::consider(const fleet::Version& head) {
  const uint64_t now = parts_.clock.now().steady_ns;
  if (failed_ == head.number && now < not_before_ns_) return;
  const Status taken = take(head);
  failed_ = taken || taken.error().code == ErrorCode::kUnavailable ? 0 : head.number;
  not_before_ns_ = now + kTryAgainNs;
  say(&FleetHealth::problem,
      taken ? "" : "fleet version " + std::to_string(head.number) + ": " + taken.error().sentence);
}

Status FleetMember::take(const fleet::Version& head) {
  const auto place = parts_.policies.store().fleet_place();
  if (!place) return place.error();
  switch (control::standing_of(head, *place)) {
    case FleetStanding::kSame:
      return {};
    case FleetStanding::kConfirmed:
      return parts_.policies.adopt_confirmation(head);
    case FleetStanding::kOverdue:
      return status_of(parts_.policies.publish_way_back());
    case FleetStanding::kBehind:
      say(&FleetHealth::head_problem,
          "the store has fleet version " + std::to_string(head.number) + ", and " +
              std::to_string(place->number) +
              " was in force here: was the store restored? The next change makes it right");
      return {};
    case FleetStanding::kNewer:
      break;
  }
  if (!way_back_is_here(head, *place)) {
    auto former = parts_.fleet.version(head.trial->former);
    if (!former) return std::move(former).error().within("its way back");
    former->trial.reset();
    if (Status done = put_in_force(*former); !done) return done;
  }
  return put_in_force(head);
}

Status FleetMember::put_in_force(const fleet::Version& version) {
  const auto text = parts_.fleet.text(version);
  if (!text) return text.error();
  const ApplyOutcome outcome = parts_.policies.adopt(version, *text);
  if (outcome.error) return *outcome.error;
  if (outcome.generation != 0)
    spdlog::info("fleet version {} by {} at {} is generation {} here", version.number,
                 version.author, version.gateway, outcome.generation);
  return {};
}

v1::FleetGateway FleetMember::own() const {
  v1::FleetGateway out;
  out.set_name(parts_.gateway);
  out.set_control_version(BULKHEAD_VERSION);
  VersionStore& store = parts_.policies.store();
  const bool obeyed = parts_.link.connected() && store.current_state() == VersionState::kObeyed;
  if (const auto place = store.fleet_place()) {
    out.set_standing(standing_of(*place, obeyed));
    out.set_version(place->number);
    out.set_on_trial(place->state == FleetState::kTrial);
  }
  out.set_generation(store.current_generation());
  const FleetHealth health = this->health();
  out.set_problem(health.problem.empty() ? health.order_problem : health.problem);
  if (!health.problem.empty()) out.set_standing(v1::FLEET_STANDING_REFUSED);
  out.mutable_at()->set_seconds(parts_.clock.now().wall_ns / 1'000'000'000);
  return out;
}

// At each change, and the sign of presence always.
void FleetMember::report() {
  if (!health().store_problem.empty()) return;
  v1::FleetGateway own = this->own();
  const v1::FleetGateway said = own;
  own.clear_at();
  const std::string content = own.SerializeAsString();
  if (content != reported_ && parts_.fleet.report(said)) reported_ = content;
  (void)parts_.fleet.say_present();
}

FleetHealth FleetMember::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

// In the log when it changes.
void FleetMember::say(std::string FleetHealth::*what, std::string sentence) {
  const std::lock_guard lock(mutex_);
  if (health_.*what == sentence) return;
  if (sentence.empty())
    spdlog::info("fleet: over: {}", health_.*what);
  else
    spdlog::warn("fleet: {}", sentence);
  health_.*what = std::move(sentence);
}

}  // namespace bulkhead::control
