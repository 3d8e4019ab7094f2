// SPDX-License-Identifier: Apache-2.0
// Two people for one change, over the API: who may approve what, what they see before, and that
// nothing happens until then.
#include <catch2/catch.hpp>

#include "cli/api_client.h"
#include "control_fixture.h"
#include "mesh_fixture.h"
#include "server/api_server.h"
#include "store/evidence_store.h"

namespace bulkhead::control {

namespace {

using Catch::Matchers::Contains;

// A control that asks for approval of everything, and people with certificates of its roots.
struct Plant2 {
  explicit Plant2(ApprovalConfig rules = {true, true, true, 3600}) {
    const std::string stem = pki.gateway("gw-a");
    config.gateway = "gw-a";
    config.api_socket = plant.directory.file("api.sock");
    config.api_listen = Endpoint{*parse_ip("127.0.0.1"), 0};
    config.certificate = stem + ".pem";
    config.private_key = stem + ".key";
    config.trust_anchors = pki.anchors();
    store = std::move(*ProposalStore::open(plant.directory.file("control.db")));
    desk = std::make_unique<ProposalDesk>(rules, *store, *plant.audit, plant.clock);
    parts.proposals = desk.get();
    parts.mesh.configured = [] { return std::vector<PeerConfig>{}; };
    parts.mesh.own_denial = [] { return std::string{}; };
    auto started = ApiServer::start(parts);
    if (!started) FAIL(started.error().sentence);
    server = std::move(*started);
  }

  cli::ApiPlace place(const std::string& stem) const {
    return {.socket = {},
            .server = "127.0.0.1:" + std::to_string(server->tls_port()),
            .certificate = stem + ".pem",
            .key = stem + ".key",
            .anchors = pki.anchors()};
  }
  cli::ApiClient as(const std::string& role, const std::string& name) {
    const auto id = *identity::role_id("bulkhead", role, name);
    return cli::ApiClient(place(pki.issue(id, pki::CertificateUse::kOperator)));
  }
  cli::ApiClient local() const { return cli::ApiClient({.socket = config.api_socket}); }
  uint64_t generation() { return plant.store->current_generation(); }

  TestPki pki;
  Plant plant;
  ControlConfig config;
  EventHub events;
  TelemetryReader telemetry{plant.policies.recent(), events, plant.clock};
  Explainer explainer{plant.policies, events, plant.clock};
  std::unique_ptr<ProposalStore> store;
  std::unique_ptr<ProposalDesk> desk;
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
};

v1::ApplyRequest a_policy(const std::string& yaml = policy_yaml()) {
  v1::ApplyRequest request;
  request.set_policy_yaml(yaml);
  request.set_comment("line 3");
  return request;
}

template <typename T>
T answered(const cli::Answer<T>& answer) {
  if (const auto* error = std::get_if<cli::CallError>(&answer)) FAIL(error->sentence);
  return std::get<T>(answer);
}

template <typename T>
std::string refusal(const cli::Answer<T>& answer) {
  const auto* error = std::get_if<cli::CallError>(&answer);
  REQUIRE(error != nullptr);
  return error->sentence;
}

uint64_t proposed(const v1::ApplyResponse& response) {
  REQUIRE(response.delivery() == v1::DELIVERY_PROPOSED);
  return response.proposal();
}

v1::ApproveRequest number(uint64_t n) {
  v1::ApproveRequest out;
  out.set_number(n);
  return out;
}

v1::Proposal newest(cli::ApiClient& client) {
  return answered(client.proposals({})).proposals(0);
}

}  // namespace

TEST_CASE("approval: what an engineer applies changes nothing until an approver approves it",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  const uint64_t n = proposed(answered(alice.apply(a_policy())));
  CHECK(p.generation() == 0);
  CHECK(p.plant.dataplane.installed.empty());
  v1::GetProposalRequest shown;
  shown.set_number(n);
  const auto proposal = answered(bob.proposal(shown));
  CHECK(proposal.proposal().summary() == "apply policy: line 3");
  CHECK(proposal.yaml() == policy_yaml());
  CHECK(proposal.diff().gained() > 0);
  const auto applied = answered(bob.approve(number(n))).applied();
  CHECK(applied.delivery() == v1::DELIVERY_OBEYED);
  CHECK(p.generation() == applied.generation());
  CHECK((*p.plant.store->current())->author == "alice, approved by bob");
  CHECK(newest(alice).state() == v1::PROPOSAL_STATE_DONE);
}

TEST_CASE("approval: nobody approves their own, whatever their role", "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), as_approver = p.as("approver", "alice"),
       root = p.as("admin", "alice");
  const uint64_t n = proposed(answered(alice.apply(a_policy())));
  CHECK_THAT(refusal(alice.approve(number(n))), Contains("approver or admin"));
  CHECK_THAT(refusal(as_approver.approve(number(n))), Contains("another person"));
  CHECK_THAT(refusal(root.approve(number(n))), Contains("another person"));
  CHECK(p.generation() == 0);
}

TEST_CASE("approval: all who come by the local socket are one person", "[control][api][approval]") {
  Plant2 p;
  auto local = p.local(), bob = p.as("approver", "bob");
  const uint64_t n = proposed(answered(local.apply(a_policy())));
  CHECK_THAT(refusal(local.approve(number(n))), Contains("count as one"));
  CHECK(answered(bob.approve(number(n))).applied().generation() > 0);
}

TEST_CASE("approval: an approver may not write, only approve", "[control][api][approval]") {
  Plant2 p;
  auto bob = p.as("approver", "bob");
  CHECK_THAT(refusal(bob.apply(a_policy())), Contains("engineer or admin"));
}

TEST_CASE("approval: what is wrong with a policy is said to who proposes it",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice");
  CHECK_THAT(refusal(alice.apply(a_policy("identities: 7\n"))), Contains("errors"));
  CHECK(answered(alice.proposals({})).proposals_size() == 0);
}

TEST_CASE("approval: a proposal fails when another policy came into force since",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  const uint64_t first = proposed(answered(alice.apply(a_policy())));
  const uint64_t second = proposed(answered(alice.apply(a_policy())));
  answered(bob.approve(number(second)));
  const uint64_t generation = p.generation();
  CHECK_THAT(refusal(bob.approve(number(first))), Contains("generation"));
  CHECK(p.generation() == generation);
  CHECK_THAT(refusal(bob.approve(number(first))), Contains("decided"));
}

TEST_CASE("approval: an approval counts once, and a rejection ends it",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  const uint64_t n = proposed(answered(alice.apply(a_policy())));
  v1::RejectRequest no;
  no.set_number(n);
  no.set_reason("not on Friday");
  answered(bob.reject(no));
  CHECK_THAT(refusal(bob.approve(number(n))), Contains("decided"));
  const auto ended = newest(alice);
  CHECK(ended.state() == v1::PROPOSAL_STATE_REJECTED);
  CHECK(ended.outcome() == "not on Friday");
  CHECK(ended.decided_by() == "bob");
}

TEST_CASE("approval: an author takes a proposal back, a third engineer does not",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), carol = p.as("engineer", "carol");
  const uint64_t n = proposed(answered(alice.apply(a_policy())));
  v1::RejectRequest no;
  no.set_number(n);
  CHECK_THAT(refusal(carol.reject(no)), Contains("only its author"));
  answered(alice.reject(no));
  CHECK(newest(alice).state() == v1::PROPOSAL_STATE_REJECTED);
}

TEST_CASE("approval: a proposal that nobody decided is over in time", "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  const uint64_t n = proposed(answered(alice.apply(a_policy())));
  p.plant.clock.wall_ns += 3'600'000'000'000;
  CHECK(newest(bob).state() == v1::PROPOSAL_STATE_EXPIRED);
  CHECK_THAT(refusal(bob.approve(number(n))), Contains("too long"));
}

TEST_CASE("approval: rollbacks are proposed as policies are", "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  for (int i = 0; i < 2; ++i)
    answered(bob.approve(number(proposed(answered(alice.apply(a_policy()))))));
  v1::RollbackRequest back;
  back.set_generation(99);
  CHECK_THAT(refusal(alice.rollback(back)), Contains("not stored"));
  back.set_generation(1);
  const uint64_t n = proposed(answered(alice.rollback(back)).applied());
  CHECK(p.generation() == 2);
  CHECK(answered(bob.approve(number(n))).applied().generation() == 3);
}

TEST_CASE("approval: only what the configuration names is asked for", "[control][api][approval]") {
  Plant2 p({.apply = false, .rollback = true, .grant = true, .expires_s = 60});
  auto alice = p.as("engineer", "alice");
  CHECK(answered(alice.apply(a_policy())).delivery() == v1::DELIVERY_OBEYED);
}

TEST_CASE("approval: the audit log has who proposed and who approved", "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  answered(bob.approve(number(proposed(answered(alice.apply(a_policy()))))));
  const auto entries = *p.plant.audit->list(10, 0);
  REQUIRE(entries.size() == 3);
  CHECK(entries[2].record.action == "proposal.make");
  CHECK(entries[2].record.actor == "alice");
  CHECK(entries[1].record.action == "proposal.approve");
  CHECK(entries[1].record.actor == "bob");
  CHECK(entries[0].record.action == "policy.apply");
  CHECK(entries[0].record.actor == "alice, approved by bob");
}

TEST_CASE("approval: while a version is on trial, only the way back is proposed without naming it",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice"), bob = p.as("approver", "bob");
  answered(bob.approve(number(proposed(answered(alice.apply(a_policy()))))));
  auto on_trial = a_policy();
  on_trial.set_confirm_within_s(60);
  answered(bob.approve(number(proposed(answered(alice.apply(on_trial))))));
  CHECK_THAT(refusal(alice.apply(a_policy())), Contains("generation 2 is on trial"));
  auto named = a_policy();
  named.set_expected_generation(2);
  CHECK(proposed(answered(alice.apply(named))) != 0);
  v1::RollbackRequest back;
  back.set_generation(1);
  const uint64_t n = proposed(answered(alice.rollback(back)).applied());
  CHECK(answered(bob.approve(number(n))).applied().generation() == 3);
  CHECK_FALSE((*p.plant.policies.on_trial()).has_value());
}

TEST_CASE("approval: a generation that is not in force is refused to who proposes it",
          "[control][api][approval]") {
  Plant2 p;
  auto alice = p.as("engineer", "alice");
  auto stale = a_policy();
  stale.set_expected_generation(7);
  CHECK_THAT(refusal(alice.apply(stale)), Contains("not the expected 7"));
  CHECK(answered(alice.proposals({})).proposals_size() == 0);
}

TEST_CASE("approval: what is decided or expired keeps its line and loses its request",
          "[control][approval]") {
  Plant2 p;
  const auto add = [&](int64_t at) {
    return p.store->add({.request = "policy", .at_wall_ns = at, .until_wall_ns = at + 10},
                        [](Database&, uint64_t) { return Status{}; });
  };
  const auto request_of = [&](uint64_t n) { return (**p.store->get(n)).request; };
  const uint64_t rejected = *add(0), done = *add(0), expired = *add(0);
  const auto nothing = [](Database&) { return Status{}; };
  REQUIRE(p.store->claim(rejected, ProposalState::kRejected, "bob", 1, "no", nothing).ok());
  CHECK(request_of(rejected).empty());
  REQUIRE(p.store->claim(done, ProposalState::kApproved, "bob", 1, "", nothing).ok());
  CHECK(request_of(done) == "policy");
  REQUIRE(p.store->finish(done, ProposalState::kDone, "generation 1").ok());
  CHECK(request_of(done).empty());
  CHECK(request_of(expired) == "policy");
  REQUIRE(add(10).ok());
  CHECK(request_of(expired).empty());
}

TEST_CASE("approval: open proposals are bounded in bytes, not only in number",
          "[control][approval]") {
  Plant2 p;
  const std::string large(ProposalStore::kMostOpenBytes / 2, 'x');
  const auto add = [&](const std::string& request) {
    return p.store->add({.request = request, .until_wall_ns = 10},
                        [](Database&, uint64_t) { return Status{}; });
  };
  REQUIRE(add(large).ok());
  REQUIRE(add(large).ok());
  const auto refused = add("x");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kExhausted);
  CHECK_THAT(refused.error().sentence, Contains("2 proposals are open"));
}

TEST_CASE("evidence: everybody may look, engineers forget, and the audit log says so",
          "[control][api][learn]") {
  Plant2 p;
  const auto store = *EvidenceStore::open(p.plant.directory.file("control.db"), 5'000'000'000);
  p.parts.evidence = store.get();
  learn::Evidence seen;
  seen.add({.from = "hmi", .to = "plc", .protocol = 17, .port = 123},
           {3, 1'000'000'000, 2'000'000'000, policy::NumberRange{4, 9}, false});
  REQUIRE(store->add(seen).ok());
  auto viewer = p.as("viewer", "vera"), alice = p.as("engineer", "alice");
  const auto evidence = answered(viewer.evidence());
  REQUIRE(evidence.interactions_size() == 1);
  CHECK(evidence.interactions(0).from() == "hmi");
  CHECK(evidence.interactions(0).count() == 3);
  CHECK(evidence.interactions(0).highest_value() == 9);
  CHECK(evidence.interactions(0).other_values());
  CHECK(evidence.since().seconds() == 5);
  CHECK_THAT(refusal(viewer.forget_evidence()), Contains("engineer"));
  CHECK(answered(alice.forget_evidence()).interactions() == 1);
  CHECK(answered(viewer.evidence()).interactions_size() == 0);
  CHECK(p.plant.audit->list(1, 0)->front().record.action == "evidence.forget");
}

TEST_CASE("fleet status: a gateway that is in no fleet says so", "[control][api][fleet]") {
  Plant2 p;
  CHECK_THAT(refusal(p.local().fleet_status()), Contains("in no fleet"));
}

TEST_CASE("client over TLS: a server that is no gateway is not spoken to",
          "[control][api][approval]") {
  Plant2 p;
  const auto role = *identity::role_id("bulkhead", "admin", "mallory");
  const std::string mallory = p.pki.issue(role, pki::CertificateUse::kGateway);
  ControlConfig other = p.config;
  other.api_socket = p.plant.directory.file("other.sock");
  other.certificate = mallory + ".pem";
  other.private_key = mallory + ".key";
  Parts parts{.config = other,
              .policies = p.plant.policies,
              .explainer = p.explainer,
              .events = p.events,
              .telemetry = p.telemetry,
              .link = p.plant.dataplane,
              .mesh = p.parts.mesh,
              .clock = p.plant.clock};
  auto pretender = ApiServer::start(parts);
  REQUIRE(pretender.ok());
  auto place = p.place(p.pki.issue(*identity::role_id("bulkhead", "viewer", "alice"),
                                   pki::CertificateUse::kOperator));
  place.server = "127.0.0.1:" + std::to_string((*pretender)->tls_port());
  CHECK_THAT(refusal(cli::ApiClient(place).status()), Contains("no gateway's"));
}

TEST_CASE("client over TLS: missing and open files are named", "[control][api][approval]") {
  CHECK_THAT(refusal(cli::ApiClient({.server = "127.0.0.1:1"}).status()),
             Contains("--certificate-key"));
  Plant2 p;
  auto place = p.place(p.pki.gateway("gw-c"));
  place.certificate = "/nowhere.pem";
  CHECK_THAT(refusal(cli::ApiClient(place).status()), Contains("/nowhere.pem"));
}

}  // namespace bulkhead::control
