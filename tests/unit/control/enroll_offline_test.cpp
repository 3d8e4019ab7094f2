// SPDX-License-Identifier: Apache-2.0
// Requests and responses as files, and the `pki:` block of control.yaml.
#include <catch2/catch.hpp>

#include "config/control_config.h"
#include "enroll/offline_file.h"
#include "enroll/signing_request.h"
#include "enroll_fixture.h"

namespace bulkhead::enroll {

namespace {

constexpr std::time_t kNow = 1'800'000'000;

struct Offline {
  TestPki pki;
  pki::KeyPtr key = new_key();
  std::string request = request_text(*make_request(key.get(), gateway("gw-c")), gateway("gw-c"),
                                     key_digest(key.get()), kNow);
  std::string response() const {
    const auto authority = IssuingAuthority::load(pki.issuing_files());
    const auto issued = authority->issue(key.get(), gateway("gw-c"), kNow, 86'400);
    return response_text(*issued, gateway("gw-c"), authority->root_digest(), kNow);
  }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

const std::string kConfig = R"yaml(
gateway: gw-a
dataplane_socket: /run/d.sock
api_socket: /run/a.sock
store: /s
certificate: /c
private_key: /k
trust_anchors: /r
image_signing_key: /i
handshake_listen: "172.16.0.1:4433"
)yaml";

std::string problem(const std::string& pki) {
  const auto config = control::parse_config(kConfig + pki, "c.yaml");
  REQUIRE_FALSE(config);
  return config.error().sentence;
}

}  // namespace

TEST_CASE("offline: request and response read back, whatever the line ends", "[enroll][offline]") {
  const Offline offline;
  const auto der = parse_request(offline.request, "r");
  REQUIRE(der.ok());
  REQUIRE(open_request(*der)->subject == gateway("gw-c"));
  std::string dos;
  for (const char c : offline.request) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  REQUIRE(*parse_request(dos, "r") == *der);
  const auto issued = parse_response(offline.response(), "r");
  REQUIRE(issued.ok());
  REQUIRE(issued->chain.size() == 2);
  REQUIRE(issued->anchors.size() == 1);
  REQUIRE(offline.request.find("PRIVATE") == std::string::npos);
}

TEST_CASE("offline: bad files are refused with line and reason", "[enroll][offline]") {
  const Offline offline;
  const auto request = [](const std::string& text) {
    return parse_request(text, "f").error().sentence;
  };
  REQUIRE(request("hello\n") == "f:1: no -----BEGIN CERTIFICATE REQUEST----- in it");
  REQUIRE(request(offline.response()).find("more than one block") != std::string::npos);
  REQUIRE(request(replaced(offline.request, "-----END CERTIFICATE REQUEST-----", "")) ==
          "f:9: the block that begins here does not end");
  REQUIRE(request(replaced(offline.request, "MII", "*II"))
              .find("f:9: the block that begins here "
                    "is damaged") == 0);
  REQUIRE(request(std::string(kMaxOfflineFile + 1, ' ')).find("longer than 64 KiB") !=
          std::string::npos);
  REQUIRE(parse_response(offline.request, "f").error().sentence ==
          "f:9: a CERTIFICATE REQUEST does not belong into a response");
  REQUIRE(parse_response("", "f").error().sentence.find("no -----BEGIN CERTIFICATE-----") !=
          std::string::npos);
}

TEST_CASE("pki config: defaults, an issuer, and grace for ever", "[control][config]") {
  const auto plain = control::parse_config(kConfig, "c.yaml");
  REQUIRE(plain);
  REQUIRE_FALSE(plain->pki.renews());
  REQUIRE(plain->pki.grace.days == 30);
  const auto full = control::parse_config(
      kConfig +
          "pki:\n  issuer: \"192.0.2.9:4434\"\n  grace_days: forever\n  issuing:\n    certificate: "
          "/i.pem\n    private_key: \"pkcs11:object=i\"\n    listen: \"192.0.2.1:4434\"\n",
      "c.yaml");
  REQUIRE(full);
  REQUIRE(full->pki.renews());
  REQUIRE(full->pki.grace.forever);
  REQUIRE(full->pki.issuing->leaf_life_s == 397ull * 86'400);
  REQUIRE_FALSE(
      control::parse_config(kConfig + "pki: {issuer: \"192.0.2.9:1\", renew: false}\n", "c")
          ->pki.renews());
}

TEST_CASE("pki config: wrong values are refused at their place", "[control][config]") {
  REQUIRE(problem("pki: {grace_days: soon}\n").find("pki.grace_days") != std::string::npos);
  REQUIRE(problem("pki: {grace_days: 4000}\n").find("0 to 3650") != std::string::npos);
  REQUIRE(problem("pki: {issuer: nowhere}\n").find("pki.issuer") != std::string::npos);
  REQUIRE(problem("pki: {colour: red}\n").find("colour") != std::string::npos);
  const std::string issuing =
      "pki:\n  issuing:\n    certificate: /i\n    private_key: /k\n    listen: \"192.0.2.1:1\"\n";
  REQUIRE(problem(issuing + "    leaf_days: 1\n    leaf_seconds: 60\n").find("give one of them") !=
          std::string::npos);
  REQUIRE(problem(issuing + "    leaf_seconds: 5\n").find("leaf_seconds") != std::string::npos);
}

}  // namespace bulkhead::enroll
