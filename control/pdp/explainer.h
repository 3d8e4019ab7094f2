// SPDX-License-Identifier: Apache-2.0
// Why: the reference evaluator asked about an event that happened, or about an access that did not.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "events/event_hub.h"
#include "pdp/access_words.h"
#include "pdp/policy_administrator.h"

namespace bulkhead::control {

struct AccessQuestion {
  std::string from;
  std::string to;
  std::vector<std::string> words;
  std::optional<int64_t> wall_ns;  // default: now
};

struct ExplainAnswer {
  uint64_t generation = 0;  // of the policy that was asked
  policy::Explanation explanation;
  std::string why;  // "operation_denied"; for events that no policy decided, their reason
  std::string summary;
  EventPtr event;                   // when asked about one
  uint64_t current_generation = 0;  // when it is another one
  policy::Outcome current_outcome = policy::Outcome::kDeny;
};

class Explainer {
 public:
  Explainer(PolicyAdministrator& policies, const EventHub& events, const Clock& clock)
      : policies_(policies), events_(events), clock_(clock) {}

  // What is ordered over the policy now; without it nothing is locked and no posture is known.
  // Before the first question.
  void obey(std::function<overlay::Overlay()> ordered) { ordered_ = std::move(ordered); }

  // kNotFound: the event is no longer held, or its policy is not stored.
  Result<ExplainAnswer> event(uint64_t id);
  // kInvalid: words that say nothing; kNotFound: no policy yet.
  Result<ExplainAnswer> access(const AccessQuestion& question);

 private:
  Result<CompiledPolicyPtr> current();

  PolicyAdministrator& policies_;
  const EventHub& events_;
  const Clock& clock_;
  std::function<overlay::Overlay()> ordered_ = [] { return overlay::Overlay{}; };
};

}  // namespace bulkhead::control
