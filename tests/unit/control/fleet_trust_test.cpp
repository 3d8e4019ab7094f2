// SPDX-License-Identifier: Apache-2.0
// The store between gateways is not believed: whose version it is says a signature.
#include <catch2/catch.hpp>

#include "fleet/codec.h"
#include "fleet/document.h"
#include "fleet_fixture.h"

namespace bulkhead::control {

namespace {

using Catch::Matchers::Contains;

constexpr const char* kHead = "/bulkhead/test/head";

// A version that gw-a published, and a gw-b that has heard of none.
struct Published : Fleet {
  Published() {
    b->stop_control();
    const auto outcome = a->apply(policy_yaml());
    if (outcome.error) FAIL(outcome.error->sentence);
  }
  std::string head() { return (*a->fleet->etcd.get(kHead))->value; }
  void replace(const std::string& document) {
    REQUIRE(a->fleet->etcd.put(kHead, document, 0).ok());
  }
  // What gw-b says of the head when it looks.
  std::string problem() {
    b->start_control();
    const FleetMember& member = b->fleet->member;
    const auto any = [&] {
      const FleetHealth health = member.health();
      return health.head_problem + health.problem;
    };
    CHECK(eventually([&] { return !any().empty(); }));
    CHECK(b->place().number == 0);
    CHECK(b->plant.dataplane.installed.empty());
    return any();
  }
};

}  // namespace

TEST_CASE("fleet trust: bytes that are no version are told with their place", "[control][fleet]") {
  Published p;
  p.replace("rubbish");
  CHECK_THAT(p.problem(), Contains("malformed at byte"));
}

TEST_CASE("fleet trust: a changed version is not believed", "[control][fleet]") {
  Published p;
  std::string document = p.head();
  const size_t at = document.find("alice");
  REQUIRE(at != std::string::npos);
  document.replace(at, 5, "mall\x79");
  p.replace(document);
  CHECK_THAT(p.problem(), Contains("the signature is wrong"));
}

TEST_CASE("fleet trust: a version of somebody with other roots is not believed",
          "[control][fleet]") {
  Published p;
  TestPki other;
  const FleetGateway mallory("gw-a", {p.etcd.endpoint()}, other.gateway("gw-a"), other.anchors());
  const auto version = *unseal(p.head(), *p.a->trust, "bulkhead");
  p.replace(*seal(version, *mallory.trust->credentials()));
  CHECK_THAT(p.problem(), Contains("is from \"gw-a\""));
}

TEST_CASE("fleet trust: a gateway signs for itself alone", "[control][fleet]") {
  Published p;
  const auto version = *unseal(p.head(), *p.a->trust, "bulkhead");
  REQUIRE(version.gateway == "gw-a");
  p.replace(*seal(version, *p.b->trust->credentials()));
  CHECK_THAT(p.problem(), Contains("from gw-a, and gw-b signed it"));
}

TEST_CASE("fleet trust: people's certificates sign no versions", "[control][fleet]") {
  Published p;
  const auto admin = *identity::role_id("bulkhead", "admin", "gw-a");
  const std::string stem = p.pki.issue(admin, pki::CertificateUse::kGateway);
  const auto credentials =
      trust::Credentials::load({stem + ".pem", stem + ".key", {p.pki.anchors()}});
  if (!credentials) {
    CHECK_THAT(credentials.error().sentence, Contains("gateway"));
    return;
  }
  p.replace(*seal(*unseal(p.head(), *p.a->trust, "bulkhead"), **credentials));
  CHECK_THAT(p.problem(), Contains("is no gateway of bulkhead"));
}

TEST_CASE("fleet trust: what a revoked gateway publishes is not believed", "[control][fleet]") {
  Published p;
  const std::string stem = p.a->config.certificate.substr(0, p.a->config.certificate.size() - 4);
  REQUIRE(p.b->trust->deny_list().accept(p.pki.deny(stem, 1)).ok());
  CHECK_THAT(p.problem(), Contains("denied"));
}

TEST_CASE("fleet trust: another text under the digest is not compiled", "[control][fleet]") {
  Published p;
  EtcdClient& etcd = p.a->fleet->etcd;
  const auto texts = *etcd.list("/bulkhead/test/texts/", 10, false);
  REQUIRE(texts.size() == 1);
  std::string other = texts[0].value;
  other[other.find("0-199")] = '1';
  REQUIRE(etcd.put(texts[0].key, other, 0).ok());
  CHECK_THAT(p.problem(), Contains("not the one that was signed"));
}

}  // namespace bulkhead::control
