// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/opcua/security.h"

#include <array>

namespace bulkhead::wire::opcua {

namespace {

// Signature of symmetric algorithms (Part 7, SecurityPolicy facets).
struct PolicyFact {
  std::string_view name;
  uint32_t signature = 0;
};
constexpr std::array kPolicies = {
    PolicyFact{"None", 0},
    PolicyFact{"Basic128Rsa15", 20},
    PolicyFact{"Basic256", 20},
    PolicyFact{"Basic256Sha256", 32},
    PolicyFact{"Aes128_Sha256_RsaOaep", 32},
    PolicyFact{"Aes256_Sha256_RsaPss", 32},
    PolicyFact{"ECC_nistP256", 32},
    PolicyFact{"ECC_nistP384", 48},
    PolicyFact{"ECC_brainpoolP256r1", 32},
    PolicyFact{"ECC_brainpoolP384r1", 48},
    PolicyFact{"ECC_curve25519", 16},
    PolicyFact{"ECC_curve448", 16},
};
constexpr std::string_view kPrefix = "http://opcfoundation.org/UA/SecurityPolicy#";

const PolicyFact* policy_of(std::string_view uri) noexcept {
  if (!uri.starts_with(kPrefix)) return nullptr;
  for (const PolicyFact& fact : kPolicies)
    if (fact.name == uri.substr(kPrefix.size())) return &fact;
  return nullptr;
}

}  // namespace

bool is_none(std::string_view policy) noexcept {
  return policy_of(policy) == &kPolicies[0];
}

void Channel::opened(uint32_t id, std::string_view policy) noexcept {
  const PolicyFact* fact = policy_of(policy);
  const uint32_t signature = fact == nullptr ? 0 : fact->signature;
  const bool renewed = id == id_ && signature == signature_;
  if (renewed && sight_ != Sight::kUndecided && !is_none(policy)) return;
  id_ = id;
  signature_ = signature;
  sight_ = fact == nullptr ? Sight::kOpaque : Sight::kUndecided;
  if (is_none(policy)) sight_ = Sight::kReadable;
}

}  // namespace bulkhead::wire::opcua
