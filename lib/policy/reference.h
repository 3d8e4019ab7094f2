// SPDX-License-Identifier: Apache-2.0
// The reference evaluator: slow and obvious. The compiled image must agree with it on every input
// (tests/property/policy_model_test.cpp); `bulkhead explain` speaks through it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "overlay/model.h"
#include "policy/model.h"

namespace bulkhead::policy {

enum class Outcome : uint8_t {
  kDeny = 0,  // default
  kAllow,
  kMonitor,  // passes only because a monitor-mode relationship covers the service
};

enum class Why : uint8_t {
  kNoRelationship = 0,
  kAllowed,
  kUnknownSource,
  kUnknownDestination,
  kVetoed,
  kExpired,          // a relationship for the service exists, but all such are outside their window
  kOperationDenied,  // class, function, unit or point
  kValueOutOfRange,  // a rule would fit but for a value
  kMonitored,
  kRateExceeded,     // a rule would fit but for its rate
  kValueStep,        // a rule would fit but for the step from a last value, known or not
  kOutsideSchedule,  // as kExpired, but one is within its window and outside of its schedule
  kPosture,          // the same, and the source lacks an attribute
  kIsland,           // one of the two is on an island where the other is not
  kLocked,           // one of the two, or the relationship, is locked
  kOpaqueSession,    // it is encrypted, and the service lets nothing pass unread
  kTlsTerms,         // it lets TLS pass, but not of this version or to this server
};

// What was before, for rules with a rate or a largest step. The packet path has it in tables.
struct OperationMemory {
  // May one more operation pass under the rate of a rule of the relationship?
  std::function<bool(const Relationship&, const Rate&)> has_token;
  // Of a holding register of the destination; none: not known.
  std::function<std::optional<uint32_t>(uint8_t unit, uint32_t address)> last_value;
};

// A break-glass grant that two approvers have opened.
struct Opened {
  std::string grant;
  int64_t until_wall_ns = 0;  // exclusive
};

// A flow being opened (operation == nullptr), or one operation inside it.
struct AccessRequest {
  std::string source;  // identity names; empty: not known
  std::string destination;
  uint8_t protocol = 0;
  uint16_t port = 0;  // responder's
  const wire::Operation* operation = nullptr;
  int64_t wall_ns = 0;
  const OperationMemory* memory = nullptr;      // null: no token is left and no value known
  const overlay::Overlay* overlay = nullptr;    // null: an empty one
  const std::vector<Opened>* opened = nullptr;  // null: none
};

struct Decision {
  Outcome outcome = Outcome::kDeny;
  Why why = Why::kNoRelationship;
  std::string relationship;  // deciding relationship or veto; empty when none
  // kExpired, and on_end: read_only of an ended relationship lets this flow, or this read, go on
  // where the flow was open before.
  bool reads_on = false;
};

// Flow (no operation): allowed when no full veto matches and a live relationship opens the service
// (an inspected service opens its flow even with no allow rule; its operations are decided one by
// one). A class veto closes opaque TCP and UDP services of its pair, and matches operations of
// unknown class. Where no relationship joins the two identities at all, that is the reason, and not
// a veto.
Decision evaluate(const Policy& policy, const AccessRequest& request);

// A memory under which every rate has a token left, and what is written now was written before.
OperationMemory limits_met(const AccessRequest& request);

// The same with one line per identity, veto and relationship considered, and what would allow it.
// Without a memory of the request's own, limits of rate and step are taken as met: only gateways
// count.
struct Explanation {
  Decision decision;
  std::vector<std::string> steps;        // sentences, in order
  std::vector<std::string> would_allow;  // YAML-ready hints; empty when allowed
};
Explanation explain(const Policy& policy, const AccessRequest& request);

bool matches(const Selector& selector, const Identity& identity);
// Are all points of the range among those of the rule?
bool points_fit(const OperationRule& rule, const wire::PointRange& range);

std::string_view to_string(Outcome outcome) noexcept;
std::string_view to_string(Why why) noexcept;

}  // namespace bulkhead::policy
