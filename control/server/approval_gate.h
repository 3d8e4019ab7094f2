// SPDX-License-Identifier: Apache-2.0
// Between a change and its doing: at once, or as a proposal for another person.
#pragma once

#include "server/policy_calls.h"

namespace bulkhead::control {

// Where approval is asked for, nothing changes: what is wrong with the request is said now, and
// else the answer is the number of a proposal. It holds what it depends on: a policy or rollback
// goes with the generation that is in force as it is proposed.
Acted do_or_propose(Parts& parts, v1::ApplyRequest request, const Caller& caller,
                    v1::ApplyResponse& response);
Acted do_or_propose(Parts& parts, v1::RollbackRequest request, const Caller& caller,
                    v1::ApplyResponse& response);
Acted do_or_propose(Parts& parts, v1::AddGrantRequest request, const Caller& caller,
                    v1::ApplyResponse& response);

}  // namespace bulkhead::control
