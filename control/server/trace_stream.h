// SPDX-License-Identifier: Apache-2.0
// TracePackets of proto/bulkhead/v1/telemetry.proto.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <string>

#include "bulkhead/v1/telemetry.pb.h"
#include "events/telemetry_reader.h"

namespace grpc {
class ServerContext;
}

namespace bulkhead::control {

struct Parts;

// "packets from hmi-3 to plc-7, port 502": for the audit log.
std::string wanted(const v1::TracePacketsRequest& request);

// Until all packets have met their fate, the time is over, or the caller or the server goes.
grpc::Status trace_packets(const grpc::ServerContext& context,
                           const v1::TracePacketsRequest& request,
                           grpc::ServerWriter<v1::TracePacketsResponse>& writer, Parts& parts);

// A step with names. `policy`: of its generation; nullptr when it is not known. `ports`: names by
// index.
void fill(v1::TraceStep& out, const telemetry::TraceRecord& record, const CompiledPolicy* policy,
          const std::vector<std::string>& ports);

}  // namespace bulkhead::control
