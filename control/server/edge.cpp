// SPDX-License-Identifier: Apache-2.0
#include "server/edge.h"

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <array>

#include "server/services.h"

namespace bulkhead::control {

namespace {

struct CodeRow {
  ErrorCode code;
  grpc::StatusCode grpc_code;
  v1::ErrorCode detail;
};
constexpr std::array kCodes = {
    CodeRow{ErrorCode::kInvalid, grpc::INVALID_ARGUMENT, v1::ERROR_CODE_INVALID},
    CodeRow{ErrorCode::kNotFound, grpc::NOT_FOUND, v1::ERROR_CODE_NOT_FOUND},
    CodeRow{ErrorCode::kExists, grpc::ALREADY_EXISTS, v1::ERROR_CODE_EXISTS},
    CodeRow{ErrorCode::kPermission, grpc::PERMISSION_DENIED, v1::ERROR_CODE_PERMISSION},
    CodeRow{ErrorCode::kConflict, grpc::ABORTED, v1::ERROR_CODE_CONFLICT},
    CodeRow{ErrorCode::kExhausted, grpc::RESOURCE_EXHAUSTED, v1::ERROR_CODE_EXHAUSTED},
    CodeRow{ErrorCode::kUnavailable, grpc::UNAVAILABLE, v1::ERROR_CODE_UNAVAILABLE},
    CodeRow{ErrorCode::kUnsupported, grpc::UNIMPLEMENTED, v1::ERROR_CODE_UNSUPPORTED},
    CodeRow{ErrorCode::kIo, grpc::INTERNAL, v1::ERROR_CODE_IO},
    CodeRow{ErrorCode::kInternal, grpc::INTERNAL, v1::ERROR_CODE_INTERNAL},
};

const CodeRow& row_of(ErrorCode code) {
  const auto* row = std::ranges::find(kCodes, code, &CodeRow::code);
  return row != kCodes.end() ? *row : kCodes.back();
}

// Trailers are bounded (8 KiB is a common limit of proxies): a few details say enough.
constexpr size_t kMaxDetailBytes = 6000;

grpc::Status with_details(grpc::StatusCode code, const std::string& sentence,
                          const std::vector<v1::ErrorDetail>& details) {
  v1::RpcStatus status;
  status.set_code(code);
  const std::string message = sentence.substr(0, 2000);
  status.set_message(message);
  size_t bytes = message.size();
  for (const v1::ErrorDetail& detail : details) {
    bytes += detail.ByteSizeLong() + 64;
    if (bytes > kMaxDetailBytes) break;
    status.add_details()->PackFrom(detail);
  }
  return {code, message, status.SerializeAsString()};
}

v1::ErrorDetail detail_of(const Error& error, const std::string& object) {
  v1::ErrorDetail detail;
  detail.set_code(row_of(error.code).detail);
  detail.set_severity(v1::SEVERITY_ERROR);
  detail.set_object(object);
  detail.set_sentence(error.sentence.substr(0, 2000));
  return detail;
}

std::string claimed_name(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("bulkhead-user");
  if (found == context.client_metadata().end()) return "local";
  std::string name(found->second.data(), std::min<size_t>(found->second.size(), 63));
  std::ranges::replace_if(
      name, [](unsigned char c) { return c < 0x21 || c > 0x7e; }, '?');
  return "local:" + name;
}

Status check_denied(const grpc::AuthContext& auth, const Parts& parts) {
  if (!parts.mesh.check_caller) return {};
  auto chain = auth.FindPropertyValues("x509_pem_cert_chain");
  if (chain.empty()) chain = auth.FindPropertyValues("x509_pem_cert");
  if (chain.size() != 1)
    return Error{ErrorCode::kPermission, "the client certificate cannot be read"};
  return parts.mesh.check_caller({chain.front().data(), chain.front().size()});
}

}  // namespace

grpc::Status to_grpc(const Error& error, const std::string& object) {
  return with_details(row_of(error.code).grpc_code, error.sentence, {detail_of(error, object)});
}

grpc::Status to_grpc(const Error& error, const std::vector<policy::Finding>& findings) {
  std::vector<v1::ErrorDetail> details;
  for (const policy::Finding& finding : findings) details.push_back(to_detail(finding));
  if (details.empty()) details.push_back(detail_of(error, {}));
  return with_details(row_of(error.code).grpc_code, error.sentence, details);
}

grpc::Status refused(const Error& error, const std::string& object) {
  return with_details(grpc::FAILED_PRECONDITION, error.sentence, {detail_of(error, object)});
}

v1::ErrorDetail to_detail(const policy::Finding& finding) {
  const bool is_error = finding.severity == policy::Finding::Severity::kError;
  v1::ErrorDetail detail;
  detail.set_code(v1::ERROR_CODE_INVALID);
  detail.set_severity(is_error ? v1::SEVERITY_ERROR : v1::SEVERITY_WARNING);
  detail.set_object(finding.object);
  detail.set_file(finding.place.file);
  detail.set_line(static_cast<uint32_t>(std::max(finding.place.line, 0)));
  detail.set_column(static_cast<uint32_t>(std::max(finding.place.column, 0)));
  detail.set_sentence(finding.sentence);
  return detail;
}

Caller claimed_caller(const grpc::ServerContext& context) {
  if (context.peer().starts_with("unix:"))
    return {claimed_name(context), Role::kUnspecified, "local socket"};
  const auto auth = context.auth_context();
  const auto uris = auth->FindPropertyValues("peer_spiffe_id");
  if (!auth->IsPeerAuthenticated() || uris.size() != 1)
    return {"unknown", Role::kUnspecified, "certificate without one URI SAN"};
  const std::string uri(uris.front().data(), uris.front().size());
  return {uri.substr(uri.rfind('/') + 1), Role::kUnspecified, "certificate " + uri};
}

Result<Caller> authorise(const grpc::ServerContext& context, const Parts& parts, Needs needs) {
  const std::string& trust_domain = parts.config.trust_domain;
  if (context.peer().starts_with("unix:"))
    return Caller{claimed_name(context), Role::kAdmin, "local socket"};
  const auto auth = context.auth_context();
  const auto uris = auth->FindPropertyValues("peer_spiffe_id");
  if (!auth->IsPeerAuthenticated() || uris.size() != 1)
    return Error{ErrorCode::kPermission,
                 "the client certificate needs exactly one URI SAN spiffe://" + trust_domain +
                     "/role/ROLE/NAME"};
  const std::string uri(uris.front().data(), uris.front().size());
  std::optional<Caller> caller = caller_of_uri(uri, trust_domain);
  if (!caller)
    return Error{ErrorCode::kPermission, uri + " is no role of trust domain " + trust_domain};
  caller->authentication = "certificate " + uri;
  if (!may(caller->role, needs))
    return Error{ErrorCode::kPermission, std::string(to_string(caller->role)) + " " + caller->name +
                                             " may not do this: it needs " +
                                             std::string(who_may(needs))};
  if (Status believed = check_denied(*auth, parts); !believed) return std::move(believed).error();
  return std::move(*caller);
}

Status check_text(const std::string& field, const std::string& text, size_t most) {
  if (text.size() > most)
    return Error{ErrorCode::kInvalid, field + " is longer than " + std::to_string(most) + " bytes"};
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control))
    return Error{ErrorCode::kInvalid, field + " holds control characters"};
  return {};
}

std::string bytes_of(const IpAddress& ip) {
  if (ip.is_zero()) return {};
  if (ip.is_v4()) return {reinterpret_cast<const char*>(ip.v4_wire()), 4};
  return {reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size()};
}

void set_time(google::protobuf::Timestamp& out, int64_t wall_ns) {
  constexpr int64_t kPerSecond = 1'000'000'000;
  int64_t seconds = wall_ns / kPerSecond;
  int64_t rest = wall_ns % kPerSecond;
  if (rest < 0) {  // Timestamp counts nanoseconds forward from the second
    --seconds;
    rest += kPerSecond;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(rest));
}

}  // namespace bulkhead::control
