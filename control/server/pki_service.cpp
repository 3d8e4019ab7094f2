// SPDX-License-Identifier: Apache-2.0
// PkiService of proto/bulkhead/v1/pki.proto: own certificates, renewal, and join tokens where this
// control is the issuer.
#include "bulkhead/v1/pki.grpc.pb.h"
#include "enroll/pki_desk.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kDefaultTtl = 24 * 60 * 60;
constexpr uint64_t kMaxTtl = 30 * kDefaultTtl;

void set_seconds(google::protobuf::Timestamp& out, std::time_t time) {
  out.set_seconds(time);
}

void fill(v1::Renewal& out, const enroll::RenewalState& state) {
  out.set_automatic(state.automatic);
  if (state.due != 0) set_seconds(*out.mutable_due(), state.due);
  if (state.last_try != 0) set_seconds(*out.mutable_last_try(), state.last_try);
  if (state.last_success != 0) set_seconds(*out.mutable_last_success(), state.last_success);
  if (state.next_try != 0) set_seconds(*out.mutable_next_try(), state.next_try);
  out.set_renewals(state.renewals);
  out.set_failures(state.failures);
  out.set_last_error(state.last_error);
}

void fill(v1::CertificateStatus& out, const enroll::CertificateFact& fact) {
  out.set_role(fact.role);
  out.set_subject(fact.subject);
  out.set_serial(fact.serial);
  out.set_key_digest(fact.key.bytes.data(), fact.key.bytes.size());
  set_seconds(*out.mutable_not_before(), fact.validity.from);
  set_seconds(*out.mutable_not_after(), fact.validity.until);
  out.set_percent_left(static_cast<uint32_t>(fact.percent_left));
  out.set_alarm(std::string(to_string(fact.alarm)));
}

void fill(v1::TrustAlarm& out, const trust::Alarm& alarm) {
  out.set_kind(std::string(to_string(alarm.kind)));
  out.set_subject(alarm.subject);
  out.set_sentence(alarm.sentence);
  set_seconds(*out.mutable_since(), alarm.since);
  set_seconds(*out.mutable_latest(), alarm.latest);
  out.set_count(alarm.count);
}

void fill(v1::IssuerStatus& out, const enroll::IssuerFact& fact) {
  out.set_listen(fact.listen);
  out.set_issued(fact.counters.issued);
  out.set_refused(fact.counters.refused);
  out.set_failed(fact.counters.failed);
  out.set_limited(fact.counters.limited);
  out.set_root_key_digest(fact.root.bytes.data(), fact.root.bytes.size());
}

void fill(v1::JoinTokenEntry& out, const enroll::TokenRecord& token, std::time_t now) {
  out.set_id(enroll::id_text(token.id));
  out.set_gateway(token.gateway);
  out.set_state(std::string(to_string(token.state(now))));
  out.set_author(token.author);
  set_seconds(*out.mutable_made(), token.made);
  set_seconds(*out.mutable_expires(), token.expires);
  if (token.used != 0) set_seconds(*out.mutable_used(), token.used);
  out.set_used_from(token.used_from);
}

class PkiService final : public v1::PkiService::Service {
 public:
  explicit PkiService(Parts& parts) : parts_(parts) {}

  grpc::Status GetPkiStatus(grpc::ServerContext* context, const v1::GetPkiStatusRequest*,
                            v1::GetPkiStatusResponse* response) override {
    if (auto refused = refuse(*context, Needs::kRead)) return *refused;
    const enroll::PkiFacts facts = parts_.pki->facts();
    for (const auto& fact : facts.certificates) fill(*response->add_certificates(), fact);
    fill(*response->mutable_renewal(), facts.renewal);
    response->mutable_renewal()->set_issuer(facts.renewal_from);
    response->set_grace(facts.grace);
    set_seconds(*response->mutable_time(), facts.now);
    set_seconds(*response->mutable_time_floor(), facts.floor);
    for (const auto& alarm : facts.alarms) fill(*response->add_alarms(), alarm);
    for (const auto& signer : facts.signers) {
      auto& out = *response->add_deny_signers();
      out.set_key_digest(signer.key.bytes.data(), signer.key.bytes.size());
      out.set_complete_to(signer.complete_to);
      out.set_records(signer.records);
    }
    if (facts.issuer) fill(*response->mutable_issuer(), *facts.issuer);
    return grpc::Status::OK;
  }

  grpc::Status Renew(grpc::ServerContext* context, const v1::RenewRequest*,
                     v1::RenewResponse*) override {
    return audited(*context, parts_, {Needs::kWrite, "pki.renew", "own certificate"},
                   [&](const Caller&) {
                     if (parts_.pki == nullptr) return to_grpc(no_desk());
                     return to_status(parts_.pki->renew_soon());
                   });
  }

  // Whoever makes a token can make a gateway: admin.
  grpc::Status CreateJoinToken(grpc::ServerContext* context,
                               const v1::CreateJoinTokenRequest* request,
                               v1::CreateJoinTokenResponse* response) override {
    const AuditedAction what{Needs::kAdmin, "pki.token", "gateway " + request->gateway()};
    return audited(*context, parts_, what,
                   [&](const Caller& caller) { return create_token(caller, *request, *response); });
  }

  grpc::Status ListJoinTokens(grpc::ServerContext* context, const v1::ListJoinTokensRequest*,
                              v1::ListJoinTokensResponse* response) override {
    if (auto refused = refuse(*context, Needs::kRead)) return *refused;
    enroll::Issuer* issuer = parts_.pki->issuer();
    if (issuer == nullptr) return to_grpc(no_issuer());
    auto tokens = issuer->tokens().list();
    if (!tokens) return to_grpc(tokens.error());
    for (const auto& token : *tokens) fill(*response->add_tokens(), token, issuer->rules().now());
    return grpc::Status::OK;
  }

  grpc::Status CancelJoinToken(grpc::ServerContext* context,
                               const v1::CancelJoinTokenRequest* request,
                               v1::CancelJoinTokenResponse*) override {
    const AuditedAction what{Needs::kAdmin, "pki.cancel", "token " + request->id()};
    return audited(*context, parts_, what, [&](const Caller&) {
      if (parts_.pki == nullptr) return to_grpc(no_desk());
      enroll::Issuer* issuer = parts_.pki->issuer();
      if (issuer == nullptr) return to_grpc(no_issuer());
      auto id = enroll::parse_id(request->id());
      if (!id) return to_grpc(id.error(), "id");
      return to_status(issuer->tokens().cancel(*id, issuer->rules().now()));
    });
  }

 private:
  static grpc::Status to_status(const Status& done) {
    return done ? grpc::Status::OK : to_grpc(done.error());
  }
  grpc::Status create_token(const Caller& caller, const v1::CreateJoinTokenRequest& request,
                            v1::CreateJoinTokenResponse& response) {
    if (parts_.pki == nullptr) return to_grpc(no_desk());
    enroll::Issuer* issuer = parts_.pki->issuer();
    if (issuer == nullptr) return to_grpc(no_issuer());
    const uint64_t ttl = request.ttl_s() == 0 ? kDefaultTtl : request.ttl_s();
    if (ttl > kMaxTtl)
      return to_grpc(Error{ErrorCode::kInvalid, "ttl_s: from 1 to 2592000 (30 days)"}, "ttl_s");
    auto token = issuer->new_token(request.gateway(), caller.name, static_cast<std::time_t>(ttl));
    if (!token) return to_grpc(token.error(), "gateway");
    response.set_token(enroll::to_string(*token));
    response.set_id(enroll::id_text(token->id));
    set_seconds(*response.mutable_expires(), issuer->rules().now() + static_cast<std::time_t>(ttl));
    return grpc::Status::OK;
  }
  static Error no_desk() { return {ErrorCode::kUnavailable, "the PKI desk is not open"}; }
  static Error no_issuer() {
    return {ErrorCode::kUnsupported,
            "this control is no issuer: pki.issuing is not configured (docs/pki.md)"};
  }
  // Why the call is not served; nothing: it is.
  std::optional<grpc::Status> refuse(const grpc::ServerContext& context, Needs needs) const {
    auto caller = authorise(context, parts_, needs);
    if (!caller) return to_grpc(caller.error());
    if (parts_.pki == nullptr) return to_grpc(no_desk());
    return {};
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_pki_service(Parts& parts) {
  return std::make_unique<PkiService>(parts);
}

}  // namespace bulkhead::control
