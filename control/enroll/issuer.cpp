// SPDX-License-Identifier: Apache-2.0
#include "enroll/issuer.h"

#include "enroll/signing_request.h"
#include "pki/subject.h"

namespace bulkhead::enroll {

namespace {

using mesh::EnrollRefusalCode;

constexpr std::time_t kDay = 24 * 60 * 60;
constexpr std::time_t kMaxTokenLife = 30 * kDay;
constexpr std::time_t kMinTokenLife = 1;
constexpr const char* kNoSuchToken = "the join token is not valid";

IssuedRecord record_of(const IssuedLeaf& leaf, const std::string& gateway, const char* how,
                       std::time_t now) {
  return {gateway, leaf.key, leaf.serial, now, leaf.not_after, how};
}

}  // namespace

Issuer::Issuer(IssuingAuthority authority, JoinTokens& tokens, Rules rules)
    : authority_(std::move(authority)), tokens_(tokens), rules_(std::move(rules)) {}

Result<JoinToken> Issuer::new_token(const std::string& gateway, const std::string& author,
                                    std::time_t life_s) {
  if (!identity::valid_segment(gateway))
    return Error{ErrorCode::kInvalid, "gateway: 1-63 letters, digits, '.', '-', '_'"};
  if (life_s < kMinTokenLife || life_s > kMaxTokenLife)
    return Error{ErrorCode::kInvalid, "ttl: from 1 second to 30 days"};
  Result<JoinToken> token = make_token(authority_.root_digest());
  if (!token) return token;
  Result<TokenVerifier> verifier = verifier_of(*token);
  if (!verifier) return std::move(verifier).error();
  TokenRecord record;
  record.id = token->id;
  record.verifier = *verifier;
  record.gateway = gateway;
  record.author = author;
  record.made = rules_.now();
  record.expires = record.made + life_s;
  if (Status added = tokens_.add(record); !added) return std::move(added).error();
  return token;
}

mesh::EnrollMessage Issuer::answer(const mesh::EnrollMessage& question, const Asker& asker) {
  Outcome outcome{false, EnrollRefusalCode::kProtocol, "?", {}, {}};
  Decision<IssuedLeaf> decision = Refused{
      EnrollRefusalCode::kProtocol, "a " + std::string(name_of(question)) + " is no question", {}};
  if (const auto* request = std::get_if<mesh::JoinRequest>(&question)) {
    outcome.how = "token";
    outcome.gateway = request->gateway;
    decision = join(*request, asker);
  } else if (const auto* renewal = std::get_if<mesh::RenewRequest>(&question)) {
    outcome.how = "renewal";
    if (asker.chain)
      if (auto subject = pki::subject_of(sk_X509_value(asker.chain.get(), 0)); subject)
        outcome.gateway = subject->name;
    decision = renew(*renewal, asker);
  }
  if (auto* leaf = std::get_if<IssuedLeaf>(&decision)) {
    outcome.issued = true;
    outcome.detail = "serial " + leaf->serial;
    note(asker, std::move(outcome));
    return std::move(leaf->message);
  }
  const Refused& refused = std::get<Refused>(decision);
  outcome.refusal = refused.code;
  outcome.detail = refused.detail.empty() ? refused.text : refused.detail;
  note(asker, std::move(outcome));
  return mesh::EnrollRefusal{refused.code, refused.text};
}

void Issuer::note(const Asker& asker, Outcome outcome) {
  if (rules_.audit) rules_.audit(asker, outcome);
  const std::lock_guard lock(mutex_);
  last_ = std::move(outcome);
}

Outcome Issuer::last_outcome() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::optional<Issuer::Refused> Issuer::token_refusal(const TokenRecord& token,
                                                     const mesh::JoinRequest& request) const {
  const TokenState state = token.state(rules_.now());
  if (state == TokenState::kUsed)
    return Refused{EnrollRefusalCode::kToken, "the join token was used already", {}};
  if (state != TokenState::kOpen)
    return Refused{EnrollRefusalCode::kToken,
                   state == TokenState::kExpired ? "the join token has expired"
                                                 : "the join token was cancelled",
                   {}};
  if (token.gateway != request.gateway)
    return Refused{EnrollRefusalCode::kName,
                   "the join token is for " + token.gateway + ", not for " + request.gateway,
                   {}};
  return {};
}

Issuer::Decision<IssuedLeaf> Issuer::join(const mesh::JoinRequest& request, const Asker& asker) {
  Result<std::optional<TokenRecord>> token = tokens_.find(request.token);
  if (!token)
    return Refused{EnrollRefusalCode::kInternal, "internal error", token.error().sentence};
  if (!token->has_value())
    return Refused{EnrollRefusalCode::kToken, kNoSuchToken,
                   "no join token " + id_text(request.token)};
  if (!proven((*token)->verifier, request.token, {asker.channel, request.gateway, request.request},
              request.proof))
    return Refused{EnrollRefusalCode::kToken, kNoSuchToken,
                   "the secret of join token " + id_text(request.token) + " is not proven"};
  if (auto refused = token_refusal(**token, request)) return std::move(*refused);
  Decision<IssuedLeaf> leaf = certify(request.request, request.gateway);
  auto* issued = std::get_if<IssuedLeaf>(&leaf);
  if (issued == nullptr) return leaf;
  Status consumed = tokens_.consume(request.token, asker.source,
                                    record_of(*issued, request.gateway, "token", rules_.now()));
  if (consumed) return leaf;
  if (consumed.error().code == ErrorCode::kConflict)
    return Refused{EnrollRefusalCode::kToken, "the join token was used already", {}};
  return Refused{EnrollRefusalCode::kInternal, "internal error", consumed.error().sentence};
}

Issuer::Decision<IssuedLeaf> Issuer::certify(std::span<const uint8_t> request,
                                             const std::string& gateway) const {
  const Result<OpenedRequest> opened = open_request(request);
  if (!opened) return Refused{EnrollRefusalCode::kRequest, opened.error().sentence, {}};
  const auto wanted = identity::gateway_id(rules_.trust_domain, gateway);
  if (!wanted) return Refused{EnrollRefusalCode::kName, wanted.error().sentence, {}};
  if (opened->subject != *wanted)
    return Refused{EnrollRefusalCode::kName,
                   "the signing request is for " + to_string(opened->subject) + ", not for " +
                       to_string(*wanted),
                   {}};
  Result<IssuedLeaf> leaf =
      authority_.issue(opened->key.get(), *wanted, rules_.now(), rules_.leaf_life_s);
  if (!leaf) return Refused{EnrollRefusalCode::kInternal, leaf.error().sentence, {}};
  if (rules_.denied)
    if (auto why = rules_.denied(leaf->chain.get()))
      return Refused{EnrollRefusalCode::kDenied, "a deny record forbids it: " + *why, {}};
  return std::move(*leaf);
}

std::optional<Issuer::Refused> Issuer::renewal_refusal(const Asker& asker,
                                                       const identity::SpiffeId& subject) {
  if (subject.kind != identity::SubjectKind::kGateway ||
      subject.trust_domain != rules_.trust_domain)
    return Refused{EnrollRefusalCode::kName, to_string(subject) + " is no gateway of ours", {}};
  if (rules_.denied)
    if (auto why = rules_.denied(asker.chain.get()))
      return Refused{EnrollRefusalCode::kDenied, "a deny record forbids it: " + *why, {}};
  X509* const leaf = sk_X509_value(asker.chain.get(), 0);
  const std::time_t late = rules_.now() - pki::not_after(leaf);
  if (late <= 0) return {};
  if (!rules_.grace.forever && late > static_cast<std::time_t>(rules_.grace.days) * kDay)
    return Refused{EnrollRefusalCode::kExpired,
                   "the certificate expired longer ago than grace_days: enrol again with a token",
                   {}};
  const Result<bool> known = tokens_.knows(subject.name, key_digest(leaf));
  if (!known)
    return Refused{EnrollRefusalCode::kInternal, "internal error", known.error().sentence};
  if (!*known)
    return Refused{EnrollRefusalCode::kUnknown,
                   "the certificate has expired and this issuer has no record of it: enrol again "
                   "with a token",
                   {}};
  return {};
}

Issuer::Decision<IssuedLeaf> Issuer::renew(const mesh::RenewRequest& request, const Asker& asker) {
  if (!asker.chain || sk_X509_num(asker.chain.get()) < 2)
    return Refused{EnrollRefusalCode::kProtocol, "a renewal needs the current certificate", {}};
  const auto subject = pki::subject_of(sk_X509_value(asker.chain.get(), 0));
  if (!subject) return Refused{EnrollRefusalCode::kName, subject.error().sentence, {}};
  if (auto refused = renewal_refusal(asker, *subject)) return std::move(*refused);
  Decision<IssuedLeaf> leaf = certify(request.request, subject->name);
  auto* issued = std::get_if<IssuedLeaf>(&leaf);
  if (issued == nullptr) return leaf;
  Status kept = tokens_.record(record_of(*issued, subject->name, "renewal", rules_.now()));
  if (kept) return leaf;
  return Refused{EnrollRefusalCode::kInternal, "internal error", kept.error().sentence};
}

}  // namespace bulkhead::enroll
