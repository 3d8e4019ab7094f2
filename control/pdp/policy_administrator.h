// SPDX-License-Identifier: Apache-2.0
// Puts policy in force and keeps it in force: NIST SP 800-207's policy administrator.
//
// apply():  YAML -> findings? -> store (pending, new generation) -> compile, sign -> dataplane
//             obeyed                 -> current
//             refused                -> kept in the history as refused; the former stays current
//             dataplane not there    -> current, and installed at its next connection
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
    std::optional<uint64_t> ends{};  // grant
  };
  struct Due {
    uint64_t generation = 0;
    uint64_t steady_ns = 0;
    uint64_t pause_ns = 5'000'000'000;  // before the next try, when putting back failed
  };

  Result<std::vector<StoredGrant>> live_grants();
  ApplyOutcome again(Change change, const std::string& comment);
  ApplyOutcome put_in_force(Change change);
  ApplyOutcome take(const Change& change, policy::Policy policy,
                    const std::vector<StoredGrant>& grants, ApplyOutcome outcome);
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
  void settle_pending(const ipc::Hello& hello);
  bool bring_current(const ipc::Hello& hello);
  Result<CompiledPolicyPtr> recompile(Version& version, const ipc::Hello& hello);
  Status reinstall(const CompiledPolicy& policy);
  Status announce(uint64_t generation);
  void set_push_error(std::string sentence);

  uint64_t time_left(const Confirmation& trial);
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
  std::mutex busy_;          // one change of policy at a time
  PolicyCompiler compiler_;  // with busy_
  std::mutex due_mutex_;
  std::optional<Due> due_;  // with due_mutex_; of the version on trial, from the first look on
  mutable std::mutex error_mutex_;
  std::string last_push_error_;
};

}  // namespace bulkhead::control
