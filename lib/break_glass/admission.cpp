// SPDX-License-Identifier: Apache-2.0
#include "break_glass/admission.h"

#include <algorithm>
#include <set>

#include "image/signature.h"
#include "policy/limits.h"
#include "policy/time_text.h"

namespace bulkhead::break_glass {
namespace {

using image::ApproverRecord;
using image::BreakGlassRecord;
using image::ImageView;
using image::Sections;

const BreakGlassRecord* find(const ImageView& image, const std::string& grant) {
  for (const BreakGlassRecord& record : image.sections().break_glass)
    if (image.name_of(RelationshipIndex(record.relationship)) == grant) return &record;
  return nullptr;
}

// Of the grant's approvers whose signature is good. Two people are two keys.
std::vector<std::string> signers(const OpeningRequest& request, const ImageView& image,
                                 const BreakGlassRecord& record) {
  const auto message = message_of(request.statement);
  std::vector<std::string> out;
  std::set<std::array<uint8_t, 32>> keys;
  for (const uint32_t index : Sections::slice(image.sections().pair_lists, record.approvers)) {
    const ApproverRecord& approver = image.sections().approvers[index];
    const auto signature =
        std::ranges::find(request.signatures, image.text(approver.name), &Signature::approver);
    if (signature == request.signatures.end()) continue;
    if (!image::signature_ok(message, signature->bytes, approver.key)) continue;
    if (keys.insert(approver.key).second) out.emplace_back(image.text(approver.name));
  }
  return out;
}

Error denied(std::string sentence) {
  return {ErrorCode::kPermission, std::move(sentence)};
}

Error too_few(const std::vector<std::string>& people, const std::string& grant) {
  std::string sentence = "break-glass grant '" + grant + "' opens with two of its approvers; ";
  if (people.empty()) return denied(sentence + "no signature is one of theirs");
  return denied(sentence + "only the signature of " + people.front() + " is one of theirs");
}

Error too_long(const BreakGlassRecord& record, const Statement& statement) {
  return denied("break-glass grant '" + statement.grant + "' may be open for " +
                std::to_string(record.longest_s) + " s at most, and this is until " +
                policy::time_text(statement.until_wall_ns));
}

}  // namespace

Result<Admitted> still_admitted(const OpeningRequest& request, const ImageView& image) {
  if (Status good = check(request); !good) return good.error();
  const Statement& statement = request.statement;
  if (!std::ranges::binary_search(statement.gateways, image.gateway()))
    return denied("it was signed for other gateways than " + std::string(image.gateway()));
  const BreakGlassRecord* record = find(image, statement.grant);
  if (record == nullptr)
    return Error{ErrorCode::kNotFound,
                 "the policy in force has no break-glass grant '" + statement.grant + "'"};
  auto people = signers(request, image, *record);
  if (people.size() < policy::kApproversNeeded) return too_few(people, statement.grant);
  return Admitted{record->relationship, std::move(people)};
}

Result<Admitted> admit(const OpeningRequest& request, const ImageView& image, int64_t wall_ns) {
  auto admitted = still_admitted(request, image);
  if (!admitted) return admitted;
  const Statement& statement = request.statement;
  if (statement.until_wall_ns <= wall_ns)
    return denied("it was signed for a time that is over: until " +
                  policy::time_text(statement.until_wall_ns));
  const BreakGlassRecord* record = find(image, statement.grant);
  const int64_t most_ns = int64_t{record->longest_s} * 1'000'000'000;
  if (statement.until_wall_ns - wall_ns > most_ns) return too_long(*record, statement);
  return admitted;
}

}  // namespace bulkhead::break_glass
