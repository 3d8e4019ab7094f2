// SPDX-License-Identifier: Apache-2.0
// The issuer's decision about one question, without any network: who may have which certificate.
//
// To a stranger a wrong token is a wrong token; only who has proven the secret is told that the
// token was used, has expired, was cancelled or is for another name. Thread-safe.
#pragma once

#include <ctime>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "enroll/issuing_authority.h"
#include "enroll/join_tokens.h"
#include "trust/settings.h"

namespace bulkhead::enroll {

// Who asks, from the TLS connection.
struct Asker {
  std::string source;  // address
  ChannelBinding channel{};
  // The client's certificate and its authorities up to a root, signatures and usage verified, times
  // not; empty: it sent none.
  pki::ChainPtr chain;
};

// One per question: the audit line, and what tests assert.
struct Outcome {
  bool issued = false;
  mesh::EnrollRefusalCode refusal = mesh::EnrollRefusalCode::kInternal;
  std::string how;      // "token", "renewal", "?"
  std::string gateway;  // as claimed
  std::string detail;   // why refused, or serial and end; never secret
};

class Issuer {
 public:
  struct Rules {
    std::string trust_domain;
    std::string gateway;  // our own name, of the listener's certificate
    std::time_t leaf_life_s = 397l * 24 * 60 * 60;
    trust::GracePolicy grace;
    std::function<std::time_t()> now;
    // Why a chain (leaf to root) is denied; nothing: it is not. Empty function: nothing is.
    std::function<std::optional<std::string>(const STACK_OF(X509)*)> denied;
    std::function<void(const Asker&, const Outcome&)> audit;  // may be empty
  };
  Issuer(IssuingAuthority authority, JoinTokens& tokens, Rules rules);

  // Issued or EnrollRefusal.
  mesh::EnrollMessage answer(const mesh::EnrollMessage& question, const Asker& asker);

  // A token for `gateway`, kept as its public key only. Errors: kInvalid name or life, kExhausted.
  Result<JoinToken> new_token(const std::string& gateway, const std::string& author,
                              std::time_t life_s);

  [[nodiscard]] const IssuingAuthority& authority() const noexcept { return authority_; }
  [[nodiscard]] const Rules& rules() const noexcept { return rules_; }
  [[nodiscard]] JoinTokens& tokens() noexcept { return tokens_; }
  [[nodiscard]] Outcome last_outcome() const;

 private:
  struct Refused {
    mesh::EnrollRefusalCode code;
    std::string text;    // for the asker
    std::string detail;  // for the log, when it says more
  };
  template <typename T>
  using Decision = std::variant<T, Refused>;

  Decision<IssuedLeaf> join(const mesh::JoinRequest& request, const Asker& asker);
  Decision<IssuedLeaf> renew(const mesh::RenewRequest& request, const Asker& asker);
  Decision<IssuedLeaf> certify(std::span<const uint8_t> request, const std::string& gateway) const;
  [[nodiscard]] std::optional<Refused> token_refusal(const TokenRecord& token,
                                                     const mesh::JoinRequest& request) const;
  std::optional<Refused> renewal_refusal(const Asker& asker, const identity::SpiffeId& subject);
  void note(const Asker& asker, Outcome outcome);

  IssuingAuthority authority_;
  JoinTokens& tokens_;
  Rules rules_;
  mutable std::mutex mutex_;
  Outcome last_;
};

}  // namespace bulkhead::enroll
