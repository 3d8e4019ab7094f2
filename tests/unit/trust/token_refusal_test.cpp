// SPDX-License-Identifier: Apache-2.0
// Refusals that need a process which has not yet used a token: module and pin.
#include <catch2/catch.hpp>

#include "token_fixture.h"

namespace bulkhead::trust {

TEST_CASE("token: a missing module and a wrong pin are said; the right one works afterwards",
          "[trust][pkcs11]") {
  if (!TestToken::available()) {
    WARN("skipped: softhsm2 or libengine-pkcs11-openssl is not installed");
    return;
  }
  TestToken& token = TestToken::instance();
  const pki::KeyPtr key = std::move(*pki::generate_p256());
  token.import(key.get(), "gw-a", "a1");
  const auto no_module = pki::load_private_key(
      "pkcs11:object=gw-a?module-path=/nowhere.so&pin-source=" + token.pin_file());
  REQUIRE_FALSE(no_module.ok());
  CHECK_THAT(no_module.error().sentence, Catch::Contains("the PKCS#11 module /nowhere.so"));
  write_text(token.file("wrong-pin"), "secret-0000", 0600);
  const auto wrong = pki::load_private_key(token.uri("gw-a", token.file("wrong-pin")));
  REQUIRE_FALSE(wrong.ok());
  CAPTURE(wrong.error().sentence);
  CHECK(wrong.error().code == ErrorCode::kPermission);
  CHECK_THAT(wrong.error().sentence, Catch::Contains("wrong-pin") && !Catch::Contains("0000"));
  CHECK(pki::load_private_key(token.uri("gw-a", token.pin_file())).ok());
}

}  // namespace bulkhead::trust
