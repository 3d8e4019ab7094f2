// SPDX-License-Identifier: Apache-2.0
#include "break_glass/statement.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "break_glass/codec.h"
#include "image/signature.h"
#include "policy/limits.h"

namespace bulkhead::break_glass {
namespace {

constexpr std::string_view kContext = "bulkhead break-glass v1";

Error invalid(std::string sentence) {
  return {ErrorCode::kInvalid, "break-glass: " + std::move(sentence)};
}

bool printable(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Status check(const Statement& statement) {
  if (!policy::name_ok(statement.grant)) return invalid("it names no grant");
  if (statement.gateways.empty() || statement.gateways.size() > kMaxGateways)
    return invalid("it names no gateway, or more than " + std::to_string(kMaxGateways));
  for (const auto& gateway : statement.gateways)
    if (!policy::name_ok(gateway) || gateway.size() > 63)
      return invalid("'" + gateway + "' is no name of a gateway");
  if (std::ranges::adjacent_find(statement.gateways, std::greater_equal<>{}) !=
      statement.gateways.end())
    return invalid("the gateways are not in order, each once");
  if (statement.reason.empty() || statement.reason.size() > kMaxReason ||
      !printable(statement.reason))
    return invalid("the reason must be 1 to " + std::to_string(kMaxReason) +
                   " printable ASCII characters");
  return {};
}

}  // namespace

Status check(const OpeningRequest& request) {
  if (Status status = check(request.statement); !status) return status;
  const auto& signatures = request.signatures;
  if (signatures.size() > kMaxSignatures)
    return invalid("more than " + std::to_string(kMaxSignatures) + " signatures");
  for (auto at = signatures.begin(); at != signatures.end(); ++at) {
    if (!policy::name_ok(at->approver)) return invalid("a signature names no approver");
    if (std::ranges::count(signatures, at->approver, &Signature::approver) != 1)
      return invalid("'" + at->approver + "' signed twice");
  }
  return {};
}

std::vector<uint8_t> message_of(const Statement& statement) {
  std::vector<uint8_t> out(kContext.begin(), kContext.end());
  out.push_back(0);
  const auto encoded = encode(statement);
  out.insert(out.end(), encoded.begin(), encoded.end());
  return out;
}

Status sign(OpeningRequest& request, const std::string& approver, const image::PrivateKey& key) {
  if (std::ranges::find(request.signatures, approver, &Signature::approver) !=
      request.signatures.end())
    return Error{ErrorCode::kExists, approver + " has signed already: it takes another person"};
  if (request.signatures.size() >= kMaxSignatures)
    return Error{ErrorCode::kExhausted,
                 "it has " + std::to_string(kMaxSignatures) + " signatures: two are enough"};
  const auto bytes = image::sign_message(message_of(request.statement), key);
  if (!bytes) return bytes.error();
  request.signatures.push_back({approver, *bytes});
  return check(request);
}

}  // namespace bulkhead::break_glass
