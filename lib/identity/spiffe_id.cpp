// SPDX-License-Identifier: Apache-2.0
#include "identity/spiffe_id.h"

#include <algorithm>

namespace bulkhead::identity {

namespace {

constexpr std::string_view kScheme = "spiffe://";
constexpr std::string_view kGatewayPath = "gateway";
constexpr std::string_view kRolePath = "role";

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_mark(char c) {
  return c == '.' || c == '-' || c == '_';
}
constexpr bool is_domain_char(char c) {
  return is_lower(c) || is_digit(c) || is_mark(c);
}
constexpr bool is_segment_char(char c) {
  return is_domain_char(c) || is_upper(c);
}

Error invalid(std::string_view what) {
  return Error{ErrorCode::kInvalid, "SPIFFE ID: " + std::string(what)};
}

// Cuts the text before the next '/', or all of it.
std::string_view cut_segment(std::string_view& rest) {
  const size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return segment;
}

}  // namespace

bool valid_trust_domain(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxTrustDomain &&
         std::ranges::all_of(text, is_domain_char);
}

bool valid_segment(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxSegment && text != "." && text != ".." &&
         std::ranges::all_of(text, is_segment_char);
}

Result<SpiffeId> gateway_id(std::string_view trust_domain, std::string_view gateway) {
  if (!valid_trust_domain(trust_domain)) return invalid("the trust domain is not valid");
  if (!valid_segment(gateway)) return invalid("the gateway's name is not valid");
  return SpiffeId{std::string(trust_domain), SubjectKind::kGateway, {}, std::string(gateway)};
}

Result<SpiffeId> role_id(std::string_view trust_domain, std::string_view role,
                         std::string_view name) {
  if (!valid_trust_domain(trust_domain)) return invalid("the trust domain is not valid");
  if (!valid_segment(role)) return invalid("the role is not valid");
  if (!valid_segment(name)) return invalid("the name is not valid");
  return SpiffeId{std::string(trust_domain), SubjectKind::kRole, std::string(role),
                  std::string(name)};
}

Result<SpiffeId> parse_spiffe_id(std::string_view uri) {
  if (uri.size() > kMaxUri) return invalid("too long");
  if (!uri.starts_with(kScheme)) return invalid("does not begin with spiffe://");
  if (uri.ends_with('/')) return invalid("ends with '/'");
  std::string_view rest = uri.substr(kScheme.size());
  const std::string_view domain = cut_segment(rest);
  const std::string_view kind = cut_segment(rest);
  const std::string_view first = cut_segment(rest);
  if (kind == kGatewayPath && rest.empty()) return gateway_id(domain, first);
  if (kind != kRolePath)
    return invalid("the path is neither /gateway/<name> nor /role/<role>/<name>");
  const std::string_view second = cut_segment(rest);
  if (!rest.empty()) return invalid("the path has too many parts");
  return role_id(domain, first, second);
}

std::string to_string(const SpiffeId& id) {
  std::string text = std::string(kScheme) + id.trust_domain + "/";
  if (id.kind == SubjectKind::kGateway) return text + std::string(kGatewayPath) + "/" + id.name;
  return text + std::string(kRolePath) + "/" + id.role + "/" + id.name;
}

}  // namespace bulkhead::identity
