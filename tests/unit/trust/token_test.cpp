// SPDX-License-Identifier: Apache-2.0
// Keys that stay in a token: SoftHSM 2 through OpenSSL's pkcs11 engine.
#include <catch2/catch.hpp>

#include "pki/pkcs11.h"
#include "token_fixture.h"
#include "trust/credentials.h"
#include "trust_fixture.h"

namespace bulkhead::trust {

namespace {

#define NEED_TOKEN()                                                          \
  do {                                                                        \
    if (!TestToken::available()) {                                            \
      WARN("skipped: softhsm2 or libengine-pkcs11-openssl is not installed"); \
      return;                                                                 \
    }                                                                         \
  } while (false)

// Objects of the token, imported once.
struct Plant {
  static Plant& instance() {
    static Plant plant;
    return plant;
  }
  Plant() {
    TestToken::instance().import(gateway.key.get(), "gw-a", "a1");
    TestToken::instance().import(issuer.key.get(), "issuer", "b1");
    write(gateway, "chain.pem");
    write(root, "roots.pem");
  }
  void write(const Party& party, const std::string& name) const {
    REQUIRE(pki::write_certificates(TestToken::instance().file(name), party.chain).ok());
  }

  Party root = make_root("root");
  Party issuer = make_issuer(root, "issuer");
  Party gateway = make_gateway(issuer, "gw-a");
  Party server = make_gateway(issuer, "gw-b");
};

Result<pki::KeyPtr> load(const std::string& object) {
  TestToken& token = TestToken::instance();
  return pki::load_private_key(token.uri(object, token.pin_file()));
}

// The private number in hexadecimal, as far as this process can know it.
std::string secret_of(EVP_PKEY* key) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, "priv", &number) != 1) return {};
  std::array<unsigned char, 32> bytes{};
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  BN_clear_free(number);
  return identity::digest_text(bytes);
}

CredentialFiles files(const std::string& object) {
  TestToken& token = TestToken::instance();
  return {token.file("chain.pem"), token.uri(object, token.pin_file()), {token.file("roots.pem")}};
}

}  // namespace

TEST_CASE("pkcs11 uri: key, module and pin file; nothing else", "[trust][pkcs11]") {
  const auto uri = pki::parse_pkcs11_uri(
      "pkcs11:token=plant;object=gw%20a?module-path=/m.so&pin-source=file:/p");
  REQUIRE(uri.ok());
  CHECK(uri->key == "pkcs11:token=plant;object=gw%20a");
  CHECK(uri->module_path == "/m.so");
  CHECK(uri->pin_file == "/p");
  for (const char* wrong : {"pkcs11:", "pkcs11:object", "pkcs11:colour=red", "pkcs11:object=%zz",
                            "pkcs11:object=x?pin-value=1234", "pkcs11:object=x?module-path=m.so",
                            "pkcs11:object=x?module-name=m", "file:/x"})
    CHECK_FALSE(pki::parse_pkcs11_uri(wrong).ok());
}

TEST_CASE("pkcs11 uri: a pin in the configuration is refused and not repeated", "[trust][pkcs11]") {
  const auto uri = pki::parse_pkcs11_uri("pkcs11:object=x?pin-value=secret-1234");
  REQUIRE_FALSE(uri.ok());
  CHECK_THAT(uri.error().sentence, !Catch::Contains("1234") && Catch::Contains("pin-source"));
}

TEST_CASE("token: a handshake with a key that never leaves it", "[trust][pkcs11][tls]") {
  NEED_TOKEN();
  Plant& plant = Plant::instance();
  const auto own = Credentials::load(files("gw-a"));
  REQUIRE(own.ok());
  CHECK((*own)->key_in_token());
  CHECK(secret_of(plant.gateway.key.get()).size() == 64);
  CHECK(secret_of((*own)->key()) != secret_of(plant.gateway.key.get()));  // the engine's is a dummy
  Party shown = make_gateway(plant.issuer, "gw-a");
  shown.certificate.reset(X509_dup(plant.gateway.x()));
  EVP_PKEY_up_ref((*own)->key());
  shown.key.reset((*own)->key());
  Node a{{&plant.root}};
  Node b{{&plant.root}};
  const Meeting meeting = meet(a, shown, b, plant.server);
  CHECK(meeting.both());
  CHECK(meeting.server.subject == "gw-a");
  CHECK(meet(a, plant.server, b, shown).both());  // and as a server
}

TEST_CASE("token: an authority's key denies, and issues leaves", "[trust][pkcs11][deny]") {
  NEED_TOKEN();
  Plant& plant = Plant::instance();
  Result<pki::KeyPtr> key = load("issuer");
  REQUIRE(key.ok());
  Node node{{&plant.root}};
  const DenyRecord record{1, kToday, subject_key_of(plant.server.x()), "gw-b", "lost"};
  const auto bytes = make_deny_record(key->get(), plant.issuer.chain, record);
  REQUIRE(bytes.ok());
  CHECK(node.denied->accept(*bytes).ok());
  CHECK(node.judge(plant.server) == "denied");
  plant.issuer.key.swap(*key);
  const Party issued = make_gateway(plant.issuer, "gw-c");
  plant.issuer.key.swap(*key);
  CHECK(node.judge(issued) == "accepted");
}

TEST_CASE("token: what is missing is said, and no sentence has a pin", "[trust][pkcs11]") {
  NEED_TOKEN();
  (void)Plant::instance();
  TestToken& token = TestToken::instance();
  REQUIRE(load("gw-a").ok());
  const auto refusal = [](const std::string& uri) {
    const auto key = pki::load_private_key(uri);
    REQUIRE_FALSE(key.ok());
    CAPTURE(key.error().sentence);
    CHECK(key.error().sentence.find("secret") == std::string::npos);
    return key.error();
  };
  const Error no_key = refusal(token.uri("gw-z", token.pin_file()));
  CHECK(no_key.code == ErrorCode::kNotFound);
  CHECK_THAT(no_key.sentence, Catch::Contains("object=gw-z"));
  CHECK_THAT(refusal(token.uri("gw-a", "")).sentence, Catch::Contains("pin-source"));
  CHECK_THAT(refusal(token.uri("gw-a", "/nowhere/pin")).sentence, Catch::Contains("/nowhere/pin"));
  write_text(token.file("open-pin"), "secret", 0644);
  CHECK_THAT(refusal(token.uri("gw-a", token.file("open-pin"))).sentence,
             Catch::Contains("chmod 600"));
  const Error no_token =
      refusal("pkcs11:token=other;object=gw-a?module-path=" + std::string(TestToken::kModule) +
              "&pin-source=" + token.pin_file());
  CHECK(no_token.code == ErrorCode::kNotFound);
  const Error second = refusal("pkcs11:token=plant;object=gw-a?module-path=/other.so&pin-source=" +
                               token.pin_file());
  CHECK_THAT(second.sentence, Catch::Contains("one PKCS#11 module"));
}

TEST_CASE("credentials: a token's key must be the certificate's", "[trust][pkcs11]") {
  NEED_TOKEN();
  (void)Plant::instance();
  const auto own = Credentials::load(files("issuer"));
  REQUIRE_FALSE(own.ok());
  CHECK_THAT(own.error().sentence,
             Catch::Contains("pkcs11:token=plant;object=issuer: not the key"));
  CHECK_THAT(own.error().sentence, !Catch::Contains("pin-source"));
}

}  // namespace bulkhead::trust
