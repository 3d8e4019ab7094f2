// SPDX-License-Identifier: Apache-2.0
#include "enroll_fixture.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "pki/authority.h"
#include "pki/key.h"

namespace bulkhead::enroll {

TestPki::TestPki() {
  char name[] = "/tmp/bulkhead-enroll-XXXXXX";
  path_ = ::mkdtemp(name);
  REQUIRE(pki::Authority::open_or_create(path_ + "/pki", "bulkhead", WallClock().wall_s).ok());
}

TestPki::~TestPki() {
  std::filesystem::remove_all(path_);
}

IssuingFiles TestPki::issuing_files() const {
  return {file("pki/issuing-ca.pem"), file("pki/issuing-ca.key"), file("pki/owner-root.pem"), ""};
}

CredentialPaths TestPki::paths(const std::string& gateway) const {
  return {file(gateway + ".pem"), file(gateway + ".key"), file(gateway + "-roots.pem")};
}

ListenerLimits TestIssuer::relaxed() {
  ListenerLimits limits;
  limits.burst = 1000;
  limits.all_per_second = 1000;
  limits.per_source = 16;
  return limits;
}

TestIssuer::TestIssuer(const TestPki& pki, const std::string& store, ListenerLimits limits) {
  auto authority = IssuingAuthority::load(pki.issuing_files());
  REQUIRE(authority.ok());
  auto opened = JoinTokens::open(pki.file(store));
  REQUIRE(opened.ok());
  tokens = std::move(*opened);
  Issuer::Rules rules;
  rules.trust_domain = "bulkhead";
  rules.gateway = "gw-a";
  rules.grace = grace;
  rules.now = [this] { return static_cast<std::time_t>(clock.wall_s.load()); };
  rules.denied = [this](const STACK_OF(X509)*) -> std::optional<std::string> {
    if (denied.empty()) return {};
    return denied;
  };
  issuer = std::make_unique<Issuer>(std::move(*authority), *tokens, std::move(rules));
  listener = std::make_unique<EnrollListener>(*issuer, clock, limits);
  REQUIRE(listener->start({IpAddress::v4(0x7f000001), 0}).ok());
}

JoinToken TestIssuer::token(const std::string& name, std::time_t life_s) {
  auto token = issuer->new_token(name, "ada", life_s);
  REQUIRE(token.ok());
  return *token;
}

identity::SpiffeId gateway(const std::string& name) {
  return *identity::gateway_id("bulkhead", name);
}

pki::KeyPtr new_key() {
  return std::move(*pki::generate_p256());
}

NewCredentials must_join(TestIssuer& issuer, const std::string& name, EVP_PKEY* key) {
  auto joined = join(issuer.connection(), issuer.token(name), gateway(name), key);
  if (!joined.ok()) FAIL(joined.error().sentence);
  return std::move(*joined);
}

}  // namespace bulkhead::enroll
