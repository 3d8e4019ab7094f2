// SPDX-License-Identifier: Apache-2.0
// StreamPackets of proto/bulkhead/v1/telemetry.proto.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <string>

#include "bulkhead/v1/telemetry.pb.h"

namespace grpc {
class ServerContext;
}

namespace bulkhead::control {

struct Parts;

// "packets of hmi-3, refused as operation_denied": for the audit log.
std::string wanted(const v1::StreamPacketsRequest& request);

// Until the replay is over or, with `follow`, the caller or the server goes.
grpc::Status stream_packets(const grpc::ServerContext& context,
                            const v1::StreamPacketsRequest& request,
                            grpc::ServerWriter<v1::StreamPacketsResponse>& writer, Parts& parts);

}  // namespace bulkhead::control
