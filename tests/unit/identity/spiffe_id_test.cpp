// SPDX-License-Identifier: Apache-2.0
#include "identity/spiffe_id.h"

#include <catch2/catch.hpp>

namespace bulkhead::identity {

TEST_CASE("spiffe id: a gateway's URI parses and formats back", "[identity]") {
  const auto id = parse_spiffe_id("spiffe://bulkhead/gateway/gw-a");
  REQUIRE(id.ok());
  REQUIRE(id->kind == SubjectKind::kGateway);
  REQUIRE(id->trust_domain == "bulkhead");
  REQUIRE(id->name == "gw-a");
  REQUIRE(to_string(*id) == "spiffe://bulkhead/gateway/gw-a");
}

TEST_CASE("spiffe id: a role's URI parses and formats back", "[identity]") {
  const auto id = parse_spiffe_id("spiffe://plant.example.org/role/engineer/Ada_L");
  REQUIRE(id.ok());
  REQUIRE(id->kind == SubjectKind::kRole);
  REQUIRE(id->role == "engineer");
  REQUIRE(id->name == "Ada_L");
  REQUIRE(to_string(*id) == "spiffe://plant.example.org/role/engineer/Ada_L");
}

TEST_CASE("spiffe id: every other shape is refused as invalid", "[identity]") {
  const auto* uri = GENERATE(
      "", "spiffe://", "spiffe:///gateway/a", "https://bulkhead/gateway/a", "spiffe://bulkhead",
      "spiffe://bulkhead/gateway", "spiffe://bulkhead/gateway/", "spiffe://bulkhead/gateway/a/",
      "spiffe://bulkhead/gateway/a/b", "spiffe://bulkhead/gateway//a", "spiffe://bulkhead/role/a",
      "spiffe://bulkhead/role/a/b/c", "spiffe://bulkhead/role//b", "spiffe://Bulkhead/gateway/a",
      "spiffe://bulkhead:443/gateway/a", "spiffe://u@bulkhead/gateway/a",
      "spiffe://bulkhead/gateway/a?x", "spiffe://bulkhead/gateway/a#x",
      "spiffe://bulkhead/gateway/%61", "spiffe://bulkhead/gateway/..",
      "spiffe://bulkhead/gateway/.", "spiffe://bulkhead/Gateway/a", "SPIFFE://bulkhead/gateway/a",
      "spiffe://bulkhead/asset/a");
  const auto id = parse_spiffe_id(uri);
  INFO(uri);
  REQUIRE_FALSE(id.ok());
  REQUIRE(id.error().code == ErrorCode::kInvalid);
}

TEST_CASE("spiffe id: a NUL inside a name is refused", "[identity]") {
  const std::string uri("spiffe://bulkhead/gateway/gw-a\0x", 32);
  REQUIRE_FALSE(parse_spiffe_id(uri).ok());
}

TEST_CASE("spiffe id: names at the limit pass and one longer is refused", "[identity]") {
  REQUIRE(gateway_id("bulkhead", std::string(kMaxSegment, 'a')).ok());
  REQUIRE_FALSE(gateway_id("bulkhead", std::string(kMaxSegment + 1, 'a')).ok());
  REQUIRE(gateway_id(std::string(kMaxTrustDomain, 'a'), "a").ok());
  REQUIRE_FALSE(gateway_id(std::string(kMaxTrustDomain + 1, 'a'), "a").ok());
  const auto longest = role_id(std::string(kMaxTrustDomain, 'a'), std::string(kMaxSegment, 'r'),
                               std::string(kMaxSegment, 'n'));
  REQUIRE(parse_spiffe_id(to_string(*longest)).ok());
  REQUIRE_FALSE(parse_spiffe_id(std::string(1 << 20, 'a')).ok());
}

}  // namespace bulkhead::identity
