// SPDX-License-Identifier: Apache-2.0
#include "server/policy_calls.h"

#include "server/edge.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxComment = 1024;
constexpr size_t kMaxFileName = 1024;
constexpr size_t kMaxGrantBytes = 64u << 10;
constexpr uint32_t kShortestTrial = 5;
constexpr uint32_t kLongestTrial = 86'400;

// Of a trial, in seconds; 0: none.
Status check_window(uint32_t seconds) {
  if (seconds == 0 || (seconds >= kShortestTrial && seconds <= kLongestTrial)) return {};
  return Error{ErrorCode::kInvalid, "confirm_within_s: from 5 to 86400 (a day), or 0"};
}

std::optional<uint64_t> window_of(uint32_t seconds) {
  if (seconds == 0) return std::nullopt;
  return uint64_t{seconds} * 1'000'000'000;
}

}  // namespace

std::string file_name_or_default(const std::string& name) {
  return name.empty() ? "policy" : name;
}

Status check_document(const std::string& yaml, const std::string& file_name) {
  if (yaml.size() > policy::kMaxPolicyBytes)
    return Error{ErrorCode::kInvalid, "policy_yaml is longer than 64 MiB"};
  return check_text("file_name", file_name, kMaxFileName);
}

grpc::Status check(const v1::ApplyRequest& request) {
  if (Status text = check_text("comment", request.comment(), kMaxComment); !text)
    return to_grpc(text.error());
  if (Status window = check_window(request.confirm_within_s()); !window)
    return to_grpc(window.error());
  const Status document = check_document(request.policy_yaml(), request.file_name());
  return document ? grpc::Status::OK : to_grpc(document.error());
}

grpc::Status check(const v1::RollbackRequest& request) {
  if (Status text = check_text("comment", request.comment(), kMaxComment); !text)
    return to_grpc(text.error(), "comment");
  const Status window = check_window(request.confirm_within_s());
  return window ? grpc::Status::OK : to_grpc(window.error(), "confirm_within_s");
}

grpc::Status check(const v1::AddGrantRequest& request) {
  if (request.grant_yaml().size() > kMaxGrantBytes)
    return to_grpc({ErrorCode::kInvalid, "grant_yaml is longer than 64 KiB"}, "grant_yaml");
  const Status text = check_text("file_name", request.file_name(), kMaxFileName);
  return text ? grpc::Status::OK : to_grpc(text.error(), "file_name");
}

Acted call(Parts& parts, const v1::ApplyRequest& request, const Person& author,
           v1::ApplyResponse& response) {
  ApplyRequest apply{.yaml = request.policy_yaml(),
                     .file_name = file_name_or_default(request.file_name()),
                     .author = author.name,
                     .authentication = author.authentication,
                     .comment = request.comment(),
                     .expected_generation = {},
                     .confirm_within_ns = window_of(request.confirm_within_s())};
  if (request.has_expected_generation()) apply.expected_generation = request.expected_generation();
  return answer(parts.policies, parts.policies.apply(apply), response);
}

Acted call(Parts& parts, const v1::RollbackRequest& request, const Person& author,
           v1::ApplyResponse& response) {
  RollbackRequest rollback{.generation = request.generation(),
                           .author = author.name,
                           .authentication = author.authentication,
                           .comment = request.comment(),
                           .expected_generation = {},
                           .confirm_within_ns = window_of(request.confirm_within_s())};
  if (request.has_expected_generation())
    rollback.expected_generation = request.expected_generation();
  return answer(parts.policies, parts.policies.rollback(rollback), response);
}

Acted call(Parts& parts, const v1::AddGrantRequest& request, const Person& author,
           v1::ApplyResponse& response) {
  const std::string& file = request.file_name();
  return answer(parts.policies,
                parts.policies.add_grant({.yaml = request.grant_yaml(),
                                          .file_name = file.empty() ? "grant" : file,
                                          .author = author.name,
                                          .authentication = author.authentication}),
                response);
}

}  // namespace bulkhead::control
