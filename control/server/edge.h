// SPDX-License-Identifier: Apache-2.0
// The gRPC edge: the only place that maps error codes to grpc::Status and callers to roles.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/timestamp.pb.h>
#include <grpcpp/support/status.h>

#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "bulkhead/v1/errors.pb.h"
#include "policy/yaml.h"
#include "server/role.h"

namespace grpc {
class ServerContext;
}

namespace bulkhead::control {

struct Parts;

// With one ErrorDetail. `object`: the field of the request that is wrong, or empty.
grpc::Status to_grpc(const Error& error, const std::string& object = {});
// INVALID_ARGUMENT with a detail per finding.
grpc::Status to_grpc(const Error& error, const std::vector<policy::Finding>& findings);
// FAILED_PRECONDITION: the other process refuses what was well formed.
grpc::Status refused(const Error& error, const std::string& object);

v1::ErrorDetail to_detail(const policy::Finding& finding);

// Who calls, if that one may. Local socket: its file permissions admit only root and our user, so
// the caller is an admin; the name it gives in the metadata `bulkhead-user` is kept, but proves
// nothing. Others: by their certificate, which is held against the deny list at each call, as a
// connection may be older than a record. Errors: kPermission.
Result<Caller> authorise(const grpc::ServerContext& context, const Parts& parts, Needs needs);

// Who says to call, for the audit log, when authorise() refused.
Caller claimed_caller(const grpc::ServerContext& context);

// Errors: kInvalid when `text` is longer than `most` bytes or holds control characters.
Status check_text(const std::string& field, const std::string& text, size_t most);

void set_time(google::protobuf::Timestamp& out, int64_t wall_ns);
// 4 or 16 bytes in network order; none of the zero address.
std::string bytes_of(const IpAddress& ip);

}  // namespace bulkhead::control
