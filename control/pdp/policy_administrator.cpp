// SPDX-License-Identifier: Apache-2.0
#include "pdp/policy_administrator.h"

#include <spdlog/spdlog.h>

#include "image/compile.h"
#include "ipc/sealed_memfd.h"
#include "pdp/granted_policy.h"

namespace bulkhead::control {

namespace {

Error first_error(const policy::LoadedPolicy& loaded) {
  for (const policy::Finding& finding : loaded.findings)
    if (finding.severity == policy::Finding::Severity::kError)
      return {ErrorCode::kInvalid, policy::to_string(finding)};
  return {ErrorCode::kInternal, "a policy without errors was not usable"};
}

// Whether trying again later, with the same image, can help.
bool is_absence(const Error& error) {
  return error.code == ErrorCode::kUnavailable;
}

}  // namespace

PolicyAdministrator::PolicyAdministrator(std::string gateway, const SigningKey& key,
                                         VersionStore& store, AuditLog& audit, DataplaneLink& link,
                                         const Clock& clock)
    : gateway_(std::move(gateway)),
      key_(key),
      store_(store),
      audit_(audit),
      link_(link),
      clock_(clock),
      recent_([this](uint64_t generation) { return load(generation); }),
      compiler_(gateway_, key_) {}

policy::LoadedPolicy PolicyAdministrator::validate(const std::string& yaml,
                                                   const std::string& file_name) const {
  policy::LoadedPolicy loaded = policy::load_yaml(yaml, file_name);
  if (!loaded.ok()) return loaded;
  const auto image = image::compile(loaded.policy, {gateway_, 1, 0});
  if (!image)
    loaded.findings.push_back({policy::Finding::Severity::kError, policy::Place{file_name, 0, 0},
                               "image", image.error().sentence});
  return loaded;
}

Result<policy::Policy> PolicyAdministrator::stored_policy(const std::string& yaml,
                                                          uint64_t generation) {
  Result<std::vector<StoredGrant>> grants = store_.grants_of(generation);
  if (!grants) return std::move(grants).error();
  policy::LoadedPolicy loaded =
      with_grants(policy::load_yaml(yaml, "generation " + std::to_string(generation)), *grants);
  if (!loaded.ok()) return first_error(loaded);
  return std::move(loaded.policy);
}

Result<CompiledPolicyPtr> PolicyAdministrator::compile(const std::string& yaml, uint64_t generation,
                                                       int64_t wall_ns) {
  Result<policy::Policy> policy = stored_policy(yaml, generation);
  if (!policy) return std::move(policy).error();
  return compiler_.compile(std::move(*policy), generation, wall_ns);
}

// From any thread, and of any age: by a compiler of its own.
Result<CompiledPolicyPtr> PolicyAdministrator::load(uint64_t generation) {
  Result<std::optional<Version>> version = store_.get(generation);
  if (!version) return std::move(version).error();
  if (!version->has_value())
    return Error{ErrorCode::kNotFound,
                 "generation " + std::to_string(generation) + " is not stored"};
  Result<policy::Policy> policy = stored_policy((*version)->yaml, generation);
  if (!policy) return std::move(policy).error();
  return compile_and_sign(std::move(*policy),
                          {gateway_, generation, (*version)->applied_wall_ns, compiler_.extent()},
                          key_);
}

Result<ipc::ImageInstalled> PolicyAdministrator::install(const CompiledPolicy& policy) {
  Status ready = hooks_.before(policy.generation);
  const bool held = !ready && !is_absence(ready.error());
  Result<ipc::ImageInstalled> installed =
      held ? Result<ipc::ImageInstalled>{std::move(ready).error()} : hand_over(policy);
  hooks_.after(policy.generation, installed.ok());
  return installed;
}

Result<ipc::ImageInstalled> PolicyAdministrator::hand_over(const CompiledPolicy& policy) {
  Result<UniqueFd> fd = ipc::create_sealed("bulkhead-image", policy.image);
  if (!fd) return std::move(fd).error();
  Result<ipc::Body> answer =
      link_.ask(ipc::InstallImage{policy.generation, policy.digest}, fd->get());
  if (!answer) return std::move(answer).error();
  if (const auto* installed = std::get_if<ipc::ImageInstalled>(&*answer)) return *installed;
  return Error{ErrorCode::kInternal, "the dataplane answered an image with something else"};
}

ApplyOutcome PolicyAdministrator::apply(const ApplyRequest& request) {
  const std::lock_guard lock(busy_);
  return put_in_force({.request = request});
}

ApplyOutcome PolicyAdministrator::put_in_force(Change change) {
  const uint64_t started = clock_.now().steady_ns;
  ApplyOutcome outcome;
  Result<std::vector<StoredGrant>> grants = grants_with(change);
  if (!grants) {
    outcome.error = std::move(grants).error();
    return outcome;
  }
  policy::LoadedPolicy loaded =
      change.read ? policy::LoadedPolicy{std::move(*change.read), {}}
                  : policy::load_yaml(change.request.yaml, change.request.file_name);
  loaded = with_grants(std::move(loaded), *grants);
  outcome.findings = loaded.findings;
  if (!loaded.ok()) {
    outcome.error = first_error(loaded);
    return outcome;
  }
  outcome = take(std::move(change), std::move(loaded.policy), *grants, std::move(outcome));
  outcome.total_ns = clock_.now().steady_ns - started;
  return outcome;
}

// A policy without errors: into the store, compiled, to the dataplane.
ApplyOutcome PolicyAdministrator::take(Change change, policy::Policy policy,
                                       const std::vector<StoredGrant>& grants,
                                       ApplyOutcome outcome) {
  const uint64_t started = clock_.now().steady_ns;
  const auto fail = [&](Error error) {
    outcome.error = std::move(error);
    return outcome;
  };
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) return fail(std::move(trial).error());
  Result<NewVersion> version = new_version(change, *trial);
  if (!version) return fail(std::move(version).error());
  for (const StoredGrant& grant : grants) {
    if (grant.id != 0)
      version->grants.push_back(grant.id);
    else
      version->new_grants.push_back(grant);
  }
  outcome.replaced = store_.current_generation();
  Result<uint64_t> generation = store_.begin(*version);
  if (!generation) return fail(std::move(generation).error());
  outcome.generation = *generation;
  Result<CompiledPolicyPtr> compiled =
      compiler_.compile(std::move(policy), *generation, version->applied_wall_ns);
  const auto refuse = [&](Error why) {
    (void)store_.refused(*generation, why.sentence,
                         entry(change, *generation, "refused", why.sentence));
    outcome.entered = true;
    return fail(std::move(why));
  };
  if (!compiled) return refuse(std::move(compiled).error());
  outcome.compile_ns = clock_.now().steady_ns - started;
  outcome.digest = (*compiled)->digest;
  outcome.image_bytes = (*compiled)->image.size();
  if (Status kept = store_.set_digest(*generation, (*compiled)->digest); !kept)
    return fail(std::move(kept).error());
  if (Status shared = publish(change, *version, grants); !shared)
    return refuse(std::move(shared).error());
  recent_.keep(*compiled);  // before the first event of this generation can arrive
  deliver(**compiled, change, outcome);
  return outcome;
}

void PolicyAdministrator::deliver(const CompiledPolicy& policy, const Change& change,
                                  ApplyOutcome& outcome) {
  Result<ipc::ImageInstalled> installed = install(policy);
  if (!installed && !is_absence(installed.error())) {
    const std::string& why = installed.error().sentence;
    spdlog::warn("policy generation {} refused: {}", policy.generation, why);
    (void)store_.refused(policy.generation, why,
                         entry(change, policy.generation, "refused", "by the dataplane: " + why));
    outcome.entered = true;
    outcome.refused_by_dataplane = true;
    outcome.error = std::move(installed).error();
    return;
  }
  outcome.obeyed = installed.ok();
  const InTransaction also = entry(change, policy.generation, outcome.obeyed ? "obeyed" : "stored",
                                   change.request.comment);
  Status kept = outcome.obeyed ? store_.obeyed(policy.generation, also)
                               : store_.stored(policy.generation, also);
  if (!kept) {
    outcome.error = std::move(kept).error();
    return;
  }
  outcome.entered = true;
  if (!outcome.obeyed) {
    spdlog::info("policy generation {} stored; the dataplane is not connected", policy.generation);
    return;
  }
  outcome.verify_ns = installed->verify_ns;
  outcome.publish_ns = installed->publish_ns;
  set_push_error("");
  spdlog::info("policy generation {} obeyed by all workers after {} ns", policy.generation,
               installed->publish_ns);
}

void PolicyAdministrator::on_connected(const ipc::Hello& hello) {
  const std::lock_guard lock(busy_);
  (void)store_.raise_generation(hello.generation);
  settle_pending(hello);
  if (roll_back_due()) return;
  while (!bring_current(hello)) {
  }
}

// What a crash of control left half done: the dataplane knows whether it happened.
void PolicyAdministrator::settle_pending(const ipc::Hello& hello) {
  Result<std::vector<Version>> left = store_.pending();
  if (!left) {
    spdlog::error("store: {}", left.error().sentence);
    return;
  }
  for (const Version& version : *left) {
    const std::string what = "control stopped while " + version.author + " had it installed";
    if (version.digest == hello.digest && version.generation == hello.generation)
      (void)store_.obeyed(version.generation,
                          entry_of_control("policy.settle", version.generation, "obeyed", what));
    else
      (void)store_.refused(version.generation, "control stopped while it was being installed",
                           entry_of_control("policy.settle", version.generation, "refused", what));
  }
}

// False when the current version turned out to be refused and the one before must be looked at.
bool PolicyAdministrator::bring_current(const ipc::Hello& hello) {
  Result<std::optional<Version>> current = store_.current();
  if (!current || !current->has_value()) {
    set_push_error(current ? "" : current.error().sentence);
    return true;
  }
  Version version = std::move(**current);
  const uint64_t written_as = version.generation;
  Result<CompiledPolicyPtr> compiled = recompile(version, hello);
  if (!compiled) {
    set_push_error(compiled.error().sentence);
    return true;
  }
  recent_.keep(*compiled);
  Status installed =
      (*compiled)->digest == hello.digest ? announce(version.generation) : reinstall(**compiled);
  if (installed) {
    (void)store_.obeyed(version.generation);
    set_push_error("");
    return true;
  }
  set_push_error(installed.error().sentence);
  spdlog::warn("policy generation {} could not be installed: {}", version.generation,
               installed.error().sentence);
  if (is_absence(installed.error()) || version.state == VersionState::kObeyed) return true;
  const std::string& why = installed.error().sentence;
  const bool marked =
      store_.refused(version.generation, why, refusal_at_connection(version.generation, why)).ok();
  return !marked || version.generation != written_as;  // issuing it once more would not help
}

InTransaction PolicyAdministrator::refusal_at_connection(uint64_t generation,
                                                         const std::string& why) {
  return [also = entry_of_control("policy.install", generation, "refused", why),
          in_fleet = fleet_ != nullptr](Database& database) -> Status {
    if (Status done = also(database); !done || !in_fleet) return done;
    Result<FleetPlace> place = control::fleet_place(database);
    if (!place) return std::move(place).error();
    return set_fleet_place(database, {place->number, FleetState::kRefused, 0});
  };
}

// The current version as an image that the dataplane has or will take: it takes only newer
// generations than its own, so a version that is overtaken (a restored store, a new release whose
// compiler says the same in other bytes) is issued again under a new number.
Result<CompiledPolicyPtr> PolicyAdministrator::recompile(Version& version,
                                                         const ipc::Hello& hello) {
  Result<CompiledPolicyPtr> compiled =
      compile(version.yaml, version.generation, version.applied_wall_ns);
  if (!compiled) return compiled;
  if ((*compiled)->digest != hello.digest && version.generation <= hello.generation) {
    const std::string comment = "generation " + std::to_string(version.generation) +
                                " again: the dataplane held generation " +
                                std::to_string(hello.generation);
    const int64_t wall_ns = clock_.now().wall_ns;
    NewVersion issued{.yaml = version.yaml,
                      .author = "control",
                      .comment = comment,
                      .applied_wall_ns = wall_ns,
                      .expected_generation = version.generation};
    Result<std::vector<StoredGrant>> grants = store_.grants_of(version.generation);
    if (!grants) return std::move(grants).error();
    for (const StoredGrant& grant : *grants) issued.grants.push_back(grant.id);
    Result<uint64_t> generation = store_.begin(issued);
    if (!generation) return std::move(generation).error();
    const InTransaction moved = [&](Database& database) -> Status {
      if (Status done = move_confirmation(database, version.generation, *generation); !done)
        return done;
      return entry_of_control("policy.reissue", *generation, "stored", comment)(database);
    };
    if (Status kept = store_.stored(*generation, moved); !kept) return std::move(kept).error();
    version.generation = *generation;
    version.state = VersionState::kStored;
    compiled = compile(version.yaml, *generation, wall_ns);
    if (!compiled) return compiled;
  }
  if (Status kept = store_.set_digest(version.generation, (*compiled)->digest); !kept)
    return std::move(kept).error();
  return compiled;
}

// The dataplane has the image already; what goes with it may be missing.
Status PolicyAdministrator::announce(uint64_t generation) {
  Status ready = hooks_.before(generation);
  hooks_.after(generation, true);
  return ready;
}

Status PolicyAdministrator::reinstall(const CompiledPolicy& policy) {
  Result<ipc::ImageInstalled> installed = install(policy);
  if (!installed) return std::move(installed).error();
  spdlog::info("policy generation {} installed at the dataplane's connection", policy.generation);
  return {};
}

std::string PolicyAdministrator::last_push_error() const {
  const std::lock_guard lock(error_mutex_);
  return last_push_error_;
}

void PolicyAdministrator::set_push_error(std::string sentence) {
  const std::lock_guard lock(error_mutex_);
  last_push_error_ = std::move(sentence);
}

}  // namespace bulkhead::control
