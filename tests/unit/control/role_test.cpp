// SPDX-License-Identifier: Apache-2.0
#include "server/role.h"

#include <catch2/catch.hpp>

namespace bulkhead::control {

TEST_CASE("role: a URI SAN of the trust domain gives name and role", "[control][role]") {
  const auto caller = caller_of_uri("spiffe://plant/role/engineer/alice", "plant");
  REQUIRE(caller);
  REQUIRE(caller->name == "alice");
  REQUIRE(caller->role == Role::kEngineer);
}

TEST_CASE("role: only engineer and admin may write, and only known roles read", "[control][role]") {
  REQUIRE(may(Role::kViewer, Needs::kRead));
  REQUIRE_FALSE(may(Role::kViewer, Needs::kWrite));
  REQUIRE_FALSE(may(Role::kOperator, Needs::kWrite));
  REQUIRE(may(Role::kEngineer, Needs::kWrite));
  REQUIRE(may(Role::kAdmin, Needs::kWrite));
  REQUIRE_FALSE(may(Role::kUnspecified, Needs::kRead));
}

TEST_CASE("role: an orchestrator reads and grants, and nothing else", "[control][role]") {
  REQUIRE(caller_of_uri("spiffe://plant/role/orchestrator/mes", "plant")->role ==
          Role::kOrchestrator);
  REQUIRE(may(Role::kOrchestrator, Needs::kRead));
  REQUIRE(may(Role::kOrchestrator, Needs::kGrant));
  REQUIRE_FALSE(may(Role::kOrchestrator, Needs::kWrite));
  REQUIRE_FALSE(may(Role::kOrchestrator, Needs::kAdmin));
  REQUIRE(may(Role::kEngineer, Needs::kGrant));
  REQUIRE_FALSE(may(Role::kOperator, Needs::kGrant));
}

TEST_CASE("role: approver and admin approve, and an approver does nothing else",
          "[control][role]") {
  REQUIRE(may(Role::kApprover, Needs::kRead));
  REQUIRE(may(Role::kApprover, Needs::kApprove));
  REQUIRE_FALSE(may(Role::kApprover, Needs::kWrite));
  REQUIRE_FALSE(may(Role::kApprover, Needs::kGrant));
  REQUIRE_FALSE(may(Role::kApprover, Needs::kAdmin));
  REQUIRE(may(Role::kAdmin, Needs::kApprove));
  REQUIRE_FALSE(may(Role::kEngineer, Needs::kApprove));
  REQUIRE_FALSE(may(Role::kOrchestrator, Needs::kApprove));
}

TEST_CASE("role: anything else is nobody", "[control][role]") {
  const auto uri = GENERATE("", "spiffe://", "spiffe://plant", "spiffe://plant/role/",
                            "spiffe://plant/role/engineer", "spiffe://plant/role/engineer/",
                            "spiffe://plant/role/root/alice", "spiffe://other/role/admin/alice",
                            "spiffe://plantx/role/admin/alice",
                            "spiffe://plant/role/admin/alice/more", "spiffe://plant/gateway/gw-a",
                            "https://plant/role/admin/alice", "spiffe://plant/role/adminx/alice",
                            "spiffe://plant/role/admin/al ice", "SPIFFE://plant/role/admin/alice");
  CAPTURE(uri);
  REQUIRE_FALSE(caller_of_uri(uri, "plant"));
}

TEST_CASE("role: an empty trust domain trusts nobody", "[control][role]") {
  REQUIRE_FALSE(caller_of_uri("spiffe:///role/admin/alice", ""));
}

}  // namespace bulkhead::control
