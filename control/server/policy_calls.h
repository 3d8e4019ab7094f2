// SPDX-License-Identifier: Apache-2.0
// What Apply, Rollback and AddGrant do, for who calls them and for who approves them.
#pragma once

#include "bulkhead/v1/grant.pb.h"
#include "bulkhead/v1/policy.pb.h"
#include "server/policy_message.h"
#include "server/services.h"

namespace bulkhead::control {

// Of the request alone.
grpc::Status check(const v1::ApplyRequest& request);
grpc::Status check(const v1::RollbackRequest& request);
grpc::Status check(const v1::AddGrantRequest& request);

// Of a request that check() found good. `author`: for the history and the audit log.
Acted call(Parts& parts, const v1::ApplyRequest& request, const Person& author,
           v1::ApplyResponse& response);
Acted call(Parts& parts, const v1::RollbackRequest& request, const Person& author,
           v1::ApplyResponse& response);
Acted call(Parts& parts, const v1::AddGrantRequest& request, const Person& author,
           v1::ApplyResponse& response);

// "policy" when none was said.
std::string file_name_or_default(const std::string& name);
Status check_document(const std::string& yaml, const std::string& file_name);

}  // namespace bulkhead::control
