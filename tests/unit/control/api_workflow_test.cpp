// SPDX-License-Identifier: Apache-2.0
// The operator's way of working through the API: diff, trial, confirmation, rollback, audit.
#include <catch2/catch.hpp>

#include "cli/api_client.h"
#include "control_fixture.h"
#include "server/api_server.h"
#include "store/audit_verify.h"

namespace bulkhead::control {

namespace {

struct WorkflowApi {
  WorkflowApi() {
    config.gateway = "gw-a";
    config.api_socket = plant.directory.file("api.sock");
    config.store = plant.directory.file("control.db");
    parts.mesh.configured = [] { return std::vector<PeerConfig>{}; };
    parts.mesh.rekey = [](const std::string&) -> Status {
      return Error{ErrorCode::kNotFound, "no such peer"};
    };
    parts.mesh.remove_peer = [](const std::string&) -> Status { return {}; };
    auto started = ApiServer::start(parts);
    if (!started) FAIL(started.error().sentence);
    server = std::move(*started);
    client = std::make_unique<cli::ApiClient>(cli::ApiPlace{.socket = config.api_socket});
  }

  cli::Answer<v1::ApplyResponse> apply(const std::string& yaml, uint32_t confirm_within_s = 0) {
    v1::ApplyRequest request;
    request.set_policy_yaml(yaml);
    request.set_confirm_within_s(confirm_within_s);
    return client->apply(request);
  }
  std::vector<AuditEntry> entries() { return *plant.audit->list(10, 0); }

  Plant plant;
  ControlConfig config;
  EventHub events;
  TelemetryReader telemetry{plant.policies.recent(), events, plant.clock};
  Explainer explainer{plant.policies, events, plant.clock};
  Parts parts{.config = config,
              .policies = plant.policies,
              .explainer = explainer,
              .events = events,
              .telemetry = telemetry,
              .link = plant.dataplane,
              .mesh = {},
              .clock = plant.clock,
              .started_wall_ns = plant.clock.wall_ns};
  std::unique_ptr<ApiServer> server;
  std::unique_ptr<cli::ApiClient> client;
};

template <typename T>
T answered(const cli::Answer<T>& answer) {
  if (const auto* error = std::get_if<cli::CallError>(&answer)) FAIL(error->sentence);
  return std::get<T>(answer);
}

template <typename T>
v1::ErrorDetail refusal(const cli::Answer<T>& answer) {
  const auto* error = std::get_if<cli::CallError>(&answer);
  REQUIRE(error != nullptr);
  REQUIRE_FALSE(error->details.empty());
  return error->details.front();
}

}  // namespace

TEST_CASE("api: a trial shows in the answer, in status and in the history", "[control][api]") {
  WorkflowApi api;
  answered(api.apply(policy_yaml(199)));
  const auto applied = answered(api.apply(policy_yaml(99), 300));
  REQUIRE(applied.trial().generation() == 2);
  REQUIRE(applied.trial().former_generation() == 1);
  REQUIRE(applied.trial().left_ns() == 300'000'000'000);
  REQUIRE(answered(api.client->status()).trial().generation() == 2);
  REQUIRE(answered(api.client->history({})).versions(0).confirmation() == v1::CONFIRMATION_PENDING);
  REQUIRE(answered(api.client->confirm({})).generation() == 2);
  REQUIRE_FALSE(answered(api.client->status()).has_trial());
  REQUIRE(answered(api.client->history({})).versions(0).confirmation() ==
          v1::CONFIRMATION_CONFIRMED);
  REQUIRE(refusal(api.client->confirm({})).code() == v1::ERROR_CODE_NOT_FOUND);
}

TEST_CASE("api: a trial of a second or of two days is refused", "[control][api]") {
  WorkflowApi api;
  const uint32_t window = GENERATE(1u, 4u, 86'401u);
  REQUIRE(refusal(api.apply(policy_yaml(), window)).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: rollback puts an old version in force", "[control][api]") {
  WorkflowApi api;
  answered(api.apply(policy_yaml(10)));
  answered(api.apply(policy_yaml(20)));
  v1::RollbackRequest request;
  request.set_generation(1);
  REQUIRE(answered(api.client->rollback(request)).applied().generation() == 3);
  REQUIRE(answered(api.client->get({})).policy_yaml() == policy_yaml(10));
  request.set_generation(77);
  REQUIRE(refusal(api.client->rollback(request)).code() == v1::ERROR_CODE_NOT_FOUND);
}

TEST_CASE("api: diff says what is gained and lost, of a draft and of generations",
          "[control][api]") {
  WorkflowApi api;
  answered(api.apply(policy_yaml(199)));
  v1::DiffRequest request;
  request.set_policy_yaml(policy_yaml(99));
  const auto draft = answered(api.client->diff(request));
  REQUIRE(draft.from_generation() == 1);
  REQUIRE(draft.diff().gained() == 0);
  REQUIRE(draft.diff().lost() == 1);
  REQUIRE(draft.diff().lines(0).kind() == v1::DIFF_KIND_LOST);
  REQUIRE(draft.diff().lines(0).from() == "hmi-3");
  REQUIRE(draft.diff().lines(0).to() == "plc-7");
  REQUIRE(draft.diff().lines(0).what() == "modbus read holding 100-199, unit 1");
  const auto applied = answered(api.apply(policy_yaml(99)));
  REQUIRE(applied.diff().lost() == 1);
  v1::DiffRequest back;
  back.set_from_generation(2);
  back.set_to_generation(1);
  REQUIRE(answered(api.client->diff(back)).diff().gained() == 1);
  back.set_to_generation(9);
  REQUIRE(refusal(api.client->diff(back)).code() == v1::ERROR_CODE_NOT_FOUND);
  REQUIRE(refusal(api.client->diff({})).code() == v1::ERROR_CODE_INVALID);
  request.set_policy_yaml("nonsense: 1\n");
  REQUIRE(refusal(api.client->diff(request)).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: a grant is added, listed with its state, and revoked", "[control][api]") {
  WorkflowApi api;
  answered(api.apply(policy_yaml()));
  v1::AddGrantRequest add;
  add.set_grant_yaml(
      "name: chg-1\nsubject: acme\non: hmi-3\nto: plc-7\ntcp: { ports: [22] }\nuntil: "
      "2023-12-01T00:00Z\n");
  const auto added = answered(api.client->add_grant(add));
  REQUIRE(added.applied().generation() == 2);
  REQUIRE(added.applied().delivery() == v1::DELIVERY_OBEYED);
  REQUIRE(added.applied().diff().lines(0).what() == "tcp/22, until 2023-12-01T00:00:00Z");
  REQUIRE(refusal(api.client->add_grant(add)).code() == v1::ERROR_CODE_EXISTS);
  v1::DiffRequest same;
  same.set_policy_yaml(policy_yaml());
  REQUIRE(answered(api.client->diff(same)).diff().lines_size() == 0);
  v1::RevokeGrantRequest revoke;
  revoke.set_name("chg-1");
  REQUIRE(answered(api.client->revoke_grant(revoke)).applied().diff().lost() == 1);
  REQUIRE(refusal(api.client->revoke_grant(revoke)).code() == v1::ERROR_CODE_NOT_FOUND);
  const auto grants = answered(api.client->grants({}));
  REQUIRE(grants.grants_size() == 1);
  REQUIRE(grants.grants(0).state() == v1::GRANT_STATE_REVOKED);
  add.set_grant_yaml("name: [\n");
  REQUIRE(refusal(api.client->add_grant(add)).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: each changing call leaves its entries, also refused ones", "[control][api]") {
  WorkflowApi api;
  answered(api.apply(policy_yaml()));
  REQUIRE(refusal(api.apply("identities: 7\n")).code() == v1::ERROR_CODE_INVALID);
  v1::RekeyRequest rekey;
  rekey.set_peer("gw-z");
  REQUIRE(refusal(api.client->rekey(rekey)).code() == v1::ERROR_CODE_NOT_FOUND);
  v1::RemovePeerRequest remove;
  remove.set_name("gw-b");
  answered(api.client->remove_peer(remove));
  v1::CreateJoinTokenRequest token;
  token.set_gateway("gw-c");
  REQUIRE(refusal(api.client->create_join_token(token)).code() == v1::ERROR_CODE_UNAVAILABLE);
  std::vector<std::string> told;
  const auto list = answered(api.client->audit({}));
  for (const auto& entry : list.entries())
    told.push_back(entry.action() + " " + entry.object() + " " + entry.outcome());
  REQUIRE(told == std::vector<std::string>{
                      "pki.token gateway gw-c refused", "pki.token gateway gw-c begun",
                      "peer.remove peer gw-b done", "peer.remove peer gw-b begun",
                      "peer.rekey peer gw-z refused", "peer.rekey peer gw-z begun",
                      "policy.apply policy refused", "policy.apply generation 1 obeyed"});
  REQUIRE(list.entries(0).authentication() == "local socket");
}

TEST_CASE("api: verify is good, and after an edit it names the entry", "[control][api]") {
  WorkflowApi api;
  for (const uint32_t last : {10u, 20u, 30u}) answered(api.apply(policy_yaml(last)));
  const auto good = answered(api.client->verify_audit({}));
  REQUIRE(good.good());
  v1::VerifyAuditRequest kept;
  kept.set_kept_head(good.head());
  answered(api.apply(policy_yaml(40)));
  REQUIRE(answered(api.client->verify_audit(kept)).good());
  auto database = Database::open(api.config.store);
  REQUIRE(database->execute("DROP TRIGGER audit_is_not_changed"));
  REQUIRE(database->execute("UPDATE audit SET actor = 'mallory' WHERE number = 2"));
  const auto bad = answered(api.client->verify_audit(kept));
  REQUIRE_FALSE(bad.good());
  REQUIRE(bad.faulty_number() == 2);
  kept.set_kept_head("nonsense");
  REQUIRE(refusal(api.client->verify_audit(kept)).object() == "kept_head");
}

TEST_CASE("api: refusals beyond the gate are counted, not entered", "[control][api]") {
  WorkflowApi api;
  for (uint32_t i = 0; i < RefusalGate::kBurst + 7; ++i) (void)api.apply("identities: 7\n");
  REQUIRE(api.plant.audit->list(1000, 0)->size() == RefusalGate::kBurst);
  api.plant.clock.advance(1'000'000'000);
  (void)api.apply("identities: 7\n");
  REQUIRE_THAT(api.entries().front().record.details, Catch::Contains("7 refusals before this one"));
}

TEST_CASE("api: a change that the log cannot take is not begun", "[control][api]") {
  WorkflowApi api;
  bool removed = false;
  api.parts.mesh.remove_peer = [&](const std::string&) -> Status {
    removed = true;
    return {};
  };
  auto database = Database::open(api.config.store);
  REQUIRE(database->execute("DROP TABLE audit"));
  v1::RemovePeerRequest remove;
  remove.set_name("gw-b");
  REQUIRE(std::holds_alternative<cli::CallError>(api.client->remove_peer(remove)));
  REQUIRE_FALSE(removed);
}

}  // namespace bulkhead::control
