// SPDX-License-Identifier: Apache-2.0
// Who a certificate speaks for, as a SPIFFE ID (SPIFFE-ID standard, sections 2.1-2.4):
//
//   spiffe://<trust domain>/gateway/<name>          a gateway
//   spiffe://<trust domain>/role/<role>/<name>      a person or a service that uses the API
//
// Only these two shapes exist for us; any other path, query, fragment, port or percent sign is
// refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::identity {

inline constexpr size_t kMaxTrustDomain = 255;  // SPIFFE-ID 2.1
inline constexpr size_t kMaxSegment = 63;       // as ipc::kMaxName
inline constexpr size_t kMaxUri = 512;          // what the above can reach, rounded up

enum class SubjectKind : uint8_t { kGateway = 1, kRole };

struct SpiffeId {
  std::string trust_domain;
  SubjectKind kind = SubjectKind::kGateway;
  std::string role;  // kRole only
  std::string name;

  bool operator==(const SpiffeId&) const = default;
};

// Lower-case letters, digits, '.', '-', '_'; 1..kMaxTrustDomain.
bool valid_trust_domain(std::string_view text) noexcept;
// Letters, digits, '.', '-', '_'; 1..kMaxSegment; neither "." nor "..".
bool valid_segment(std::string_view text) noexcept;

// Errors: kInvalid with the reason.
Result<SpiffeId> parse_spiffe_id(std::string_view uri);
Result<SpiffeId> gateway_id(std::string_view trust_domain, std::string_view gateway);
Result<SpiffeId> role_id(std::string_view trust_domain, std::string_view role,
                         std::string_view name);
std::string to_string(const SpiffeId& id);

}  // namespace bulkhead::identity
