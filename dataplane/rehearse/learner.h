// SPDX-License-Identifier: Apache-2.0
// Learning from a capture: the policy with all else in monitor mode, what that mode then saw, and
// the identities that the policy lacks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "learn/evidence.h"
#include "policy/model.h"
#include "rehearse/capture.h"
#include "rehearse/rehearsal.h"

namespace bulkhead::dataplane {

// The policy with one relationship more, in monitor mode, that joins everybody with everybody by
// every service that can be opened, inspected where an inspector is known.
policy::Policy with_all_monitored(policy::Policy policy);

// Addresses that send in the capture and are no identity, each with where it was first seen.
class Strangers {
 public:
  static constexpr size_t kMost = 10'000;

  // Errors: those of Capture.
  static Result<Strangers> in(const std::string& capture, const policy::Policy& policy);

  // As identities at one zone port.
  [[nodiscard]] std::vector<policy::Identity> identities(const std::string& gateway,
                                                         const std::string& port) const;
  [[nodiscard]] size_t size() const noexcept { return bindings_.size(); }

 private:
  void take(std::span<const uint8_t> frame, const std::map<IpAddress, bool>& known);

  std::map<IpAddress, policy::Binding> bindings_;
};

// As YAML for a policy file.
std::string yaml_of(const std::vector<policy::Identity>& identities);

// What to learn with, and what it has that the policy has not.
struct Lesson {
  std::unique_ptr<Rehearsal> rehearsal;
  std::vector<policy::Identity> added;
  size_t strangers = 0;  // those added, and the others

  // `place`: "gw-a:zone0", where strangers are taken to be; empty: they are left out. Errors:
  // kInvalid, no such place; those of Capture and Rehearsal.
  static Result<Lesson> of(policy::Policy policy, const std::string& capture,
                           const std::string& place, int64_t created_wall_ns);
};

class Learner {
 public:
  void take(const Fate& fate, const image::ImageView& policy);
  [[nodiscard]] const learn::Evidence& evidence() const noexcept { return evidence_; }

 private:
  learn::Evidence evidence_;
};

}  // namespace bulkhead::dataplane
