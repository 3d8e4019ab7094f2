// SPDX-License-Identifier: Apache-2.0
// Flow records, and what is counted by relationship and by operation, as the API says them.
#pragma once

#include "bulkhead/v1/telemetry.pb.h"
#include "events/flow_feed.h"
#include "events/operation_snapshot.h"
#include "events/relationship_page.h"

namespace bulkhead::control {

struct Parts;

FlowHub::Filter filter_of(const v1::StreamFlowRecordsRequest& request);

void fill(v1::FlowRecord& out, const ResolvedFlow& flow);
void fill(v1::FlowRecordLosses& out, const Parts& parts);
// parts.flows is not null.
void fill(v1::GetRelationshipCountersResponse& out, const RelationshipQuery& query,
          const Parts& parts);
void fill(v1::GetOperationCountersResponse& out, const OperationSnapshot& operations);

}  // namespace bulkhead::control
