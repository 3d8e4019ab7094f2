// SPDX-License-Identifier: Apache-2.0
// What the policy administrator says, as messages.
#pragma once

#include "bulkhead/v1/policy.pb.h"
#include "pdp/explainer.h"
#include "pdp/policy_administrator.h"
#include "pdp/policy_differ.h"
#include "server/audited.h"

namespace bulkhead::control {

void fill(v1::Version& out, const Version& version, uint64_t current);
void fill(v1::ApplyResponse& out, const ApplyOutcome& outcome);
void fill(v1::ExplainResponse& out, const ExplainAnswer& answer);
void fill(v1::PolicyDiff& out, const DiffSummary& diff);
void fill(v1::Trial& out, const Trial& trial);

// The answer of a call that put a policy in force, or tried to.
Acted answer(PolicyAdministrator& policies, const ApplyOutcome& outcome,
             v1::ApplyResponse& response);

}  // namespace bulkhead::control
