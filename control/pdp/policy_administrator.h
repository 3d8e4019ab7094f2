// SPDX-License-Identifier: Apache-2.0
// Puts policy in force and keeps it in force: NIST SP 800-207's policy administrator.
//
// apply():  YAML -> findings? -> store (pending, new generation) -> compile, sign -> dataplane
//             obeyed                 -> current
//             refused                -> kept in the history as refused; the former stays current
//             dataplane not there    -> current, and installed at its next connection
// In a fleet, what compiled is published to the other gateways before the dataplane gets it.
// A version may be put in force on trial: unless confirm() comes in time, roll_back_if_due() puts
// the former one back. The time left is counted on the steady clock while control runs, and on the
// wall clock over a restart; setting the wall clock back never makes it longer than it was.
// on_connected(): whatever the dataplane runs, it gets the current version unless it has it.
//
// Each change has its entry in the audit log, in the same transaction of the store.
//
// Threads: any; what changes the policy excludes each other.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pdp/compiled_policy.h"
#include "pdp/fleet_publisher.h"
#include "pdp/fleet_standing.h"
#include "pdp/policy_compiler.h"
#include "pdp/recent_policies.h"
#include "policy/yaml.h"
#include "push/dataplane_link.h"
#include "store/audit_log.h"
#include "store/version_store.h"

namespace bulkhead::control {

struct ApplyRequest {
  std::string yaml{};
  std::string file_name = "policy";
  std::string author{};
  std::string authentication{};  // for the audit log: how we know the author
  std::string comment{};
  std::optional<uint64_t> expected_generation{};
  std::optional<uint64_t> confirm_within_ns{};  // set: on trial
};

// An older version once more, as a new generation.
struct RollbackRequest {
  uint64_t generation = 0;
  std::string author{};
  std::string authentication{};
  std::string comment{};
  std::optional<uint64_t> expected_generation{};
  std::optional<uint64_t> confirm_within_ns{};
};

struct GrantRequest {
  std::string yaml{};  // one grant, as in a policy's list
  std::string file_name = "grant";
  std::string author{};
  std::string authentication{};
};

struct Trial {
  uint64_t generation = 0;
  uint64_t former = 0;  // put back when the time is over
  uint64_t left_ns = 0;
  int64_t deadline_wall_ns = 0;
};

struct ApplyOutcome {
  std::optional<Error> error;         // set: nothing changed
  bool refused_by_dataplane = false;  // then `error` carries the dataplane's reason
  bool entered = false;               // the audit log says so already
  std::vector<policy::Finding> findings;
  bool obeyed = false;  // false without error: stored, the dataplane is not connected
  uint64_t generation = 0;
  Digest digest{};
  uint64_t image_bytes = 0;
  uint64_t compile_ns = 0;
  uint64_t verify_ns = 0;
  uint64_t publish_ns = 0;
  uint64_t total_ns = 0;
  uint64_t replaced = 0;  // generation that was current before; 0: none
};

// Told around each installation of an image, also of one that the dataplane has already. An error
// of `before` other than kUnavailable keeps the image from following.
struct ImageHooks {
  std::function<Status(uint64_t generation)> before = [](uint64_t) { return Status{}; };
  std::function<void(uint64_t generation, bool installed)> after = [](uint64_t, bool) {};
};

// Control's own way back from a version on trial, in the audit log and in the fleet.
inline constexpr const char* kRollBackUnconfirmed = "policy.rollback_unconfirmed";

class PolicyAdministrator {
 public:
  // All but the gateway's name outlive it.
  PolicyAdministrator(std::string gateway, const SigningKey& key, VersionStore& store,
                      AuditLog& audit, DataplaneLink& link, const Clock& clock);

  ApplyOutcome apply(const ApplyRequest& request);
  ApplyOutcome rollback(const RollbackRequest& request);
  // The version on trial is in force for good. `generation`: 0, whichever it is. Errors: kNotFound,
  // none is on trial; kConflict, another one is.
  Result<uint64_t> confirm(uint64_t generation, const std::string& author,
                           const std::string& authentication);
  [[nodiscard]] Result<std::optional<Trial>> on_trial();
  void roll_back_if_due();

  // Grants beside the policy (docs/policy.md). Each change is a new generation; what is on trial
  // stays so under it.
  ApplyOutcome add_grant(const GrantRequest& request);
  ApplyOutcome revoke_grant(const std::string& name, const std::string& author,
                            const std::string& authentication);
  [[nodiscard]] Result<std::vector<StoredGrant>> grants(size_t limit);
  // From now on every change is the fleet's. `fleet` outlives it. Before anything else is called.
  // Images are of this gateway's part of the policy.
  void join(FleetPublisher& fleet);
  // A version that another gateway published, with its text; nothing happens when it is in force
  // already. As apply() in all else.
  ApplyOutcome adopt(const fleet::Version& version, const std::string& yaml);
  // It was on trial, and another gateway confirmed it.
  Status adopt_confirmation(const fleet::Version& version);
  // Publishes what is in force here as the way back from a version on trial
  // (FleetState::kWentBack).
  ApplyOutcome publish_way_back();

  // A draft with the grants in force: what applying it would compile.
  policy::LoadedPolicy load_draft(const std::string& yaml, const std::string& file_name);

  // YAML errors, and the limits of the image.
  policy::LoadedPolicy validate(const std::string& yaml, const std::string& file_name) const;
  void on_connected(const ipc::Hello& hello);

  void around_images(ImageHooks hooks) { hooks_ = std::move(hooks); }  // before the link starts

  AuditLog& audit() { return audit_; }
  [[nodiscard]] Result<image::PublicKey> signer() const { return key_.public_key(); }
  VersionStore& store() { return store_; }
  RecentPolicies& recent() { return recent_; }
  // Why the current version could not be installed; empty when it could.
  [[nodiscard]] std::string last_push_error() const;

 private:
  // What goes with a change into the history and the audit log.
  struct Change {
    ApplyRequest request;
    const char* action = "policy.apply";
    std::string object{};                                           // empty: the generation
    ConfirmationState settles_as = ConfirmationState::kSuperseded;  // the version on trial
    bool may_replace_trial = false;
    bool keeps_trial = false;  // what is on trial is so under the new generation
    // What `request.yaml` says, where it was read before; the grants beside it are not in it.
    std::optional<policy::Policy> read{};
    std::optional<StoredGrant> adds{};
    std::vector<uint64_t> ends{};                      // grants
    std::optional<std::vector<StoredGrant>> grants{};  // instead of those in force; id 0: new
    std::optional<int64_t> deadline_wall_ns{};         // of the trial; else its window from now on
    bool alone_if_cut_off = false;                     // also when it cannot be published
    bool alone_if_overtaken = false;    // also when another gateway published in between
    std::optional<FleetPlace> place{};  // once it is published
  };
  struct Due {
    uint64_t generation = 0;
    uint64_t steady_ns = 0;
    uint64_t pause_ns = 5'000'000'000;  // before the next try, when putting back failed
  };

  Result<std::vector<StoredGrant>> live_grants();
  ApplyOutcome again(Change change, const std::string& comment);
  ApplyOutcome put_in_force(Change change);
  ApplyOutcome take(Change change, policy::Policy policy, const std::vector<StoredGrant>& grants,
                    ApplyOutcome outcome);
  Result<std::vector<StoredGrant>> grants_with(const Change& change);
  Status publish(Change& change, const NewVersion& version, const std::vector<StoredGrant>& grants);
  Result<std::optional<fleet::Trial>> shared_trial(const Change& change, const NewVersion& version,
                                                   const FleetPlace& place);
  Status take_grants(const fleet::Version& version, Change& change);
  Status settle_as_confirmed(uint64_t generation, const ApplyRequest& by,
                             const std::optional<FleetPlace>& place);
  Result<NewVersion> new_version(const Change& change, const std::optional<Confirmation>& trial);
  std::optional<policy::Policy> read_before(uint64_t generation);
  // A stored version, with its grants; by the compiler that remembers, with busy_.
  Result<CompiledPolicyPtr> compile(const std::string& yaml, uint64_t generation, int64_t wall_ns);
  Result<policy::Policy> stored_policy(const std::string& yaml, uint64_t generation);
  Result<CompiledPolicyPtr> load(uint64_t generation);
  Result<ipc::ImageInstalled> install(const CompiledPolicy& policy);
  Result<ipc::ImageInstalled> hand_over(const CompiledPolicy& policy);
  void deliver(const CompiledPolicy& policy, const Change& change, ApplyOutcome& outcome);
  InTransaction entry(const Change& change, uint64_t generation, std::string outcome,
                      std::string details);
  InTransaction entry_of_control(const char* action, uint64_t generation, std::string outcome,
                                 std::string details);
  InTransaction refusal_at_connection(uint64_t generation, const std::string& why);
  void settle_pending(const ipc::Hello& hello);
  bool bring_current(const ipc::Hello& hello);
  Result<CompiledPolicyPtr> recompile(Version& version, const ipc::Hello& hello);
  Status reinstall(const CompiledPolicy& policy);
  Status announce(uint64_t generation);
  void set_push_error(std::string sentence);

  uint64_t time_left(const Confirmation& trial);
  bool tried_before();
  void try_again_later();
  bool roll_back_due();  // with busy_; true: the dataplane obeys the former policy
  Result<ApplyOutcome> put_back(const Confirmation& trial);

  const std::string gateway_;
  const SigningKey& key_;
  VersionStore& store_;
  AuditLog& audit_;
  DataplaneLink& link_;
  const Clock& clock_;
  RecentPolicies recent_;
  ImageHooks hooks_;
  FleetPublisher* fleet_ = nullptr;  // nullptr: this gateway has a policy of its own
  std::mutex busy_;                  // one change of policy at a time
  PolicyCompiler compiler_;          // with busy_
  std::mutex due_mutex_;
  std::optional<Due> due_;  // with due_mutex_; of the version on trial, from the first look on
  mutable std::mutex error_mutex_;
  std::string last_push_error_;
};

}  // namespace bulkhead::control
