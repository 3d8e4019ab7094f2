// SPDX-License-Identifier: Apache-2.0
// Puts policy in force and keeps it in force: NIST SP 800-207's policy administrator.
//
// apply():  YAML -> findings? -> store (pending, new generation) -> compile, sign -> dataplane
//             obeyed                 -> current
//             refused                -> kept in the history as refused; the former stays current
//             dataplane not there    -> current, and installed at its next connection
// on_connected(): whatever the dataplane runs, it gets the current version unless it has it.
//
// Threads: any; apply() and on_connected() exclude each other.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pdp/compiled_policy.h"
#include "pdp/recent_policies.h"
#include "policy/yaml.h"
#include "push/dataplane_link.h"
#include "store/version_store.h"

namespace bulkhead::control {

struct ApplyRequest {
  std::string yaml;
  std::string file_name = "policy";
  std::string author;
  std::string comment;
  std::optional<uint64_t> expected_generation;
};

struct ApplyOutcome {
  std::optional<Error> error;         // set: nothing changed
  bool refused_by_dataplane = false;  // then `error` carries the dataplane's reason
  std::vector<policy::Finding> findings;
  bool obeyed = false;  // false without error: stored, the dataplane is not connected
  uint64_t generation = 0;
  Digest digest{};
  uint64_t image_bytes = 0;
  uint64_t compile_ns = 0;
  uint64_t verify_ns = 0;
  uint64_t publish_ns = 0;
  uint64_t total_ns = 0;
};

// Told around each installation of an image, also of one that the dataplane has already. An error
// of `before` other than kUnavailable keeps the image from following.
struct ImageHooks {
  std::function<Status(uint64_t generation)> before = [](uint64_t) { return Status{}; };
  std::function<void(uint64_t generation, bool installed)> after = [](uint64_t, bool) {};
};

class PolicyAdministrator {
 public:
  PolicyAdministrator(std::string gateway, SigningKey key, VersionStore& store, DataplaneLink& link,
                      const Clock& clock);

  ApplyOutcome apply(const ApplyRequest& request);
  // YAML errors, and the limits of the image.
  policy::LoadedPolicy validate(const std::string& yaml, const std::string& file_name) const;
  void on_connected(const ipc::Hello& hello);

  void around_images(ImageHooks hooks) { hooks_ = std::move(hooks); }  // before the link starts

  [[nodiscard]] const SigningKey& key() const { return key_; }
  VersionStore& store() { return store_; }
  RecentPolicies& recent() { return recent_; }
  // Why the current version could not be installed; empty when it could.
  [[nodiscard]] std::string last_push_error() const;

 private:
  Result<CompiledPolicyPtr> compile(const std::string& yaml, uint64_t generation,
                                    int64_t wall_ns) const;
  Result<CompiledPolicyPtr> load(uint64_t generation);
  Result<ipc::ImageInstalled> install(const CompiledPolicy& policy);
  Result<ipc::ImageInstalled> hand_over(const CompiledPolicy& policy);
  void deliver(const CompiledPolicy& policy, ApplyOutcome& outcome);
  void settle_pending(const ipc::Hello& hello);
  bool bring_current(const ipc::Hello& hello);
  Result<CompiledPolicyPtr> recompile(Version& version, const ipc::Hello& hello);
  Status reinstall(const CompiledPolicy& policy);
  Status announce(uint64_t generation);
  void set_push_error(std::string sentence);

  const std::string gateway_;
  const SigningKey key_;
  VersionStore& store_;
  DataplaneLink& link_;
  const Clock& clock_;
  RecentPolicies recent_;
  ImageHooks hooks_;
  std::mutex busy_;  // one change of policy at a time
  mutable std::mutex error_mutex_;
  std::string last_push_error_;
};

}  // namespace bulkhead::control
