// SPDX-License-Identifier: Apache-2.0
// The API over TCP: mutual TLS, and roles from the client's certificate.
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "cli/api_client.h"
#include "control_fixture.h"
#include "mesh_fixture.h"
#include "server/api_server.h"

namespace bulkhead::control {

namespace {

namespace tls = grpc::experimental;

std::string text_of(const std::string& path) {
  auto text = read_file(path, 1u << 20);
  REQUIRE(text);
  return *text;
}

struct TlsApi {
  TlsApi() {
    const std::string stem = pki.gateway("gw-a");
    config.gateway = "gw-a";
    config.api_socket = plant.directory.file("api.sock");
    config.api_listen = Endpoint{*parse_ip("127.0.0.1"), 0};
    config.certificate = stem + ".pem";
    config.private_key = stem + ".key";
    config.trust_anchors = pki.anchors();
    parts.mesh.peers = [] { return std::vector<PeerState>{}; };
    parts.mesh.configured = [this] { return config.peers; };
    parts.mesh.own_denial = [] { return std::string{}; };
    auto started = ApiServer::start(parts);
    if (!started) FAIL(started.error().sentence);
    server = std::move(*started);
  }

  // A client that shows the certificate of that stem. Gateways have no host names: the chain is
  // checked, the name is not.
  cli::ApiClient client(const std::string& stem, const std::string& anchors) const {
    tls::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
        text_of(anchors),
        std::vector<tls::IdentityKeyCertPair>{{text_of(stem + ".key"), text_of(stem + ".pem")}}));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
    options.set_check_call_host(false);
    const std::string target = "127.0.0.1:" + std::to_string(server->tls_port());
    return {grpc::CreateChannel(target, tls::TlsCredentials(options)), target};
  }

  cli::ApiClient as(const std::string& role) {
    const auto id = *identity::role_id("bulkhead", role, "alice");
    return client(pki.issue(id, pki::CertificateUse::kOperator), pki.anchors());
  }

  TestPki pki;
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
};

v1::ApplyRequest a_policy() {
  v1::ApplyRequest request;
  request.set_policy_yaml(policy_yaml());
  return request;
}

template <typename T>
bool permitted(const cli::Answer<T>& answer) {
  const auto* error = std::get_if<cli::CallError>(&answer);
  if (error == nullptr) return true;
  INFO(error->sentence);
  REQUIRE_FALSE(error->details.empty());
  REQUIRE(error->details.front().code() == v1::ERROR_CODE_PERMISSION);
  return false;
}

}  // namespace

TEST_CASE("api over TLS: viewer and operator read, and may not write", "[control][api][tls]") {
  TlsApi api;
  cli::ApiClient client = api.as(GENERATE("viewer", "operator"));
  REQUIRE(permitted(client.status()));
  REQUIRE_FALSE(permitted(client.apply(a_policy())));
  REQUIRE_FALSE(permitted(client.rekey({})));
  REQUIRE(api.plant.dataplane.installed.empty());
  const auto entries = *api.plant.audit->list(10, 0);
  REQUIRE(entries.size() == 2);
  REQUIRE(entries[1].record.action == std::string("policy.apply"));
  REQUIRE(entries[1].record.outcome == "refused");
  REQUIRE_THAT(entries[1].record.authentication,
               Catch::StartsWith("certificate spiffe://bulkhead/role/"));
}

TEST_CASE("api over TLS: engineer and admin write, under the name of their certificate",
          "[control][api][tls]") {
  TlsApi api;
  cli::ApiClient client = api.as(GENERATE("engineer", "admin"));
  REQUIRE(permitted(client.apply(a_policy())));
  REQUIRE((*api.plant.store->current())->author == "alice");
}

TEST_CASE("api over TLS: packets are for engineer and admin, and who asked is written down",
          "[control][api][tls]") {
  TlsApi api;
  const std::string role = GENERATE("viewer", "operator", "orchestrator", "engineer", "admin");
  cli::ApiClient client = api.as(role);
  const auto error = client.packets({}, [](const auto&) { return true; });
  const bool allowed = role == "engineer" || role == "admin";
  REQUIRE(error.has_value() != allowed);
  if (error) REQUIRE(error->details.at(0).code() == v1::ERROR_CODE_PERMISSION);
  const auto entries = *api.plant.audit->list(1, 0);
  REQUIRE(entries.size() == 1);
  REQUIRE(entries[0].record.action == "evidence.read");
  REQUIRE(entries[0].record.outcome == (allowed ? "done" : "refused"));
}

TEST_CASE("api over TLS: a gateway's certificate is no role", "[control][api][tls]") {
  TlsApi api;
  cli::ApiClient client = api.client(api.pki.gateway("gw-b"), api.pki.anchors());
  REQUIRE_FALSE(permitted(client.status()));
}

TEST_CASE("api over TLS: a client of another authority does not get in", "[control][api][tls]") {
  TlsApi api;
  TestPki stranger;
  const auto id = *identity::role_id("bulkhead", "admin", "mallory");
  cli::ApiClient client =
      api.client(stranger.issue(id, pki::CertificateUse::kOperator), api.pki.anchors());
  const auto answer = client.status();
  const auto* error = std::get_if<cli::CallError>(&answer);
  REQUIRE(error != nullptr);
  REQUIRE(error->unreachable);
}

}  // namespace bulkhead::control
