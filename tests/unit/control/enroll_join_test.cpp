// SPDX-License-Identifier: Apache-2.0
// Enrolment by join token: the good way, and every way to be refused.
#include <catch2/catch.hpp>
#include <thread>

#include "enroll/signing_request.h"
#include "enroll_fixture.h"
#include "pki/subject.h"

namespace bulkhead::enroll {

namespace {

std::string refusal(const TestIssuer& issuer, const JoinToken& token, const std::string& name) {
  const auto key = new_key();
  const auto joined = join(issuer.connection(), token, gateway(name), key.get());
  REQUIRE_FALSE(joined.ok());
  return joined.error().sentence;
}

// A well-formed question of a client that has the token, with a request of the test's making.
mesh::EnrollMessage ask(TestIssuer& at, const JoinToken& token, const std::string& name,
                        std::vector<uint8_t> request) {
  const Asker asker{"127.0.0.1", {}, {}};
  auto proof = prove(token, {asker.channel, name, request});
  REQUIRE(proof.ok());
  return at.issuer->answer(mesh::JoinRequest{token.id, *proof, name, std::move(request)}, asker);
}

mesh::EnrollRefusal refused(const mesh::EnrollMessage& answer) {
  REQUIRE(std::holds_alternative<mesh::EnrollRefusal>(answer));
  return std::get<mesh::EnrollRefusal>(answer);
}

}  // namespace

TEST_CASE("join token: its text reads back, and nothing else reads", "[enroll]") {
  identity::SpkiDigest root;
  root.bytes.fill(7);
  const auto token = make_token(root);
  REQUIRE(token.ok());
  const std::string text = to_string(*token);
  const auto again = parse_token(text);
  REQUIRE(again.ok());
  REQUIRE((again->id == token->id && again->secret == token->secret && again->root == root));
  REQUIRE(parse_token("bh2." + text.substr(4)).error().sentence ==
          "the join token does not begin with bh1.");
  REQUIRE(parse_token(text.substr(0, text.size() - 1)).error().sentence.find("wrong length") !=
          std::string::npos);
  REQUIRE(
      parse_token(text.substr(0, 10) + "*" + text.substr(11)).error().sentence.find("characters") !=
      std::string::npos);
  REQUIRE(*parse_id(id_text(token->id)) == token->id);
}

TEST_CASE("enroll: a token gives a certificate of its gateway for the key made here", "[enroll]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const auto key = new_key();
  const NewCredentials made = must_join(issuer, "gw-c", key.get());
  REQUIRE(made.chain.size() == 2);
  REQUIRE(made.anchors.size() == 1);
  X509* const leaf = made.chain.front().get();
  REQUIRE(*pki::subject_of(leaf) == gateway("gw-c"));
  REQUIRE(EVP_PKEY_eq(X509_get0_pubkey(leaf), key.get()) == 1);
  REQUIRE(pki::not_after(leaf) == issuer.clock.wall_s + 397 * 86400);
  REQUIRE(issuer.last().issued);
  REQUIRE(issuer.listener->counters().issued == 1);
  REQUIRE(issuer.tokens->knows("gw-c", key_digest(leaf)).value());
  REQUIRE(issuer.tokens->list()->front().state(issuer.clock.wall_s) == TokenState::kUsed);
}

TEST_CASE("enroll: a token is good once", "[enroll]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const JoinToken token = issuer.token("gw-c");
  const auto key = new_key();
  REQUIRE(join(issuer.connection(), token, gateway("gw-c"), key.get()).ok());
  REQUIRE(refusal(issuer, token, "gw-c") ==
          "the issuer refuses (token refused): the join token was used already");
}

TEST_CASE("enroll: of racing connections with one token exactly one succeeds", "[enroll]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const JoinToken token = issuer.token("gw-c");
  std::atomic<int> good{0}, used{0};
  std::vector<std::thread> racers;
  for (int i = 0; i < 6; ++i)
    racers.emplace_back([&] {
      const auto key = new_key();
      const auto joined = join(issuer.connection(), token, gateway("gw-c"), key.get());
      if (joined.ok())
        ++good;
      else if (joined.error().sentence.find("was used already") != std::string::npos)
        ++used;
    });
  for (std::thread& racer : racers) racer.join();
  REQUIRE(good == 1);
  REQUIRE(used == 5);
  REQUIRE(issuer.tokens->gateways()->size() == 1);
}

TEST_CASE("enroll: a token for another name, an expired and a cancelled one are refused",
          "[enroll]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  REQUIRE(refusal(issuer, issuer.token("gw-c"), "gw-x") ==
          "the issuer refuses (wrong name): the join token is for gw-c, not for gw-x");
  const JoinToken late = issuer.token("gw-c", 60);
  const JoinToken cancelled = issuer.token("gw-c");
  REQUIRE(issuer.tokens->cancel(cancelled.id, issuer.clock.wall_s).ok());
  REQUIRE(refusal(issuer, cancelled, "gw-c").find("the join token was cancelled") !=
          std::string::npos);
  issuer.clock.wall_s += 60;
  REQUIRE(refusal(issuer, late, "gw-c").find("the join token has expired") != std::string::npos);
  REQUIRE(issuer.tokens->gateways()->empty());
}

TEST_CASE("enroll: an unknown token and a wrong secret look the same from outside", "[enroll]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  JoinToken unknown = issuer.token("gw-c");
  unknown.id[0] ^= 1;
  JoinToken wrong = issuer.token("gw-c");
  wrong.secret[0] ^= 1;
  const std::string same = "the issuer refuses (token refused): the join token is not valid";
  REQUIRE(refusal(issuer, unknown, "gw-c") == same);
  REQUIRE(issuer.last().detail.find("no join token ") == 0);
  REQUIRE(refusal(issuer, wrong, "gw-c") == same);
  REQUIRE(issuer.last().detail.find("is not proven") != std::string::npos);
}

TEST_CASE("enroll: a server whose root is not the token's gets neither proof nor request",
          "[enroll]") {
  const TestPki pki, foreign;
  TestIssuer issuer(pki), other(foreign);
  const auto key = new_key();
  const auto joined = join(other.connection(), issuer.token("gw-c"), gateway("gw-c"), key.get());
  REQUIRE_FALSE(joined.ok());
  REQUIRE(joined.error().code == ErrorCode::kPermission);
  REQUIRE(joined.error().sentence.find("does not show the root that the join token names") !=
          std::string::npos);
  REQUIRE(other.listener->counters().issued + other.listener->counters().refused == 0);
}

TEST_CASE("enroll: a proof is good for its own connection, name and request only", "[enroll]") {
  const TestPki pki;
  TestIssuer at(pki);
  const JoinToken token = at.token("gw-c");
  const auto key = new_key();
  const auto request = make_request(key.get(), gateway("gw-c")).value();
  const auto proof = prove(token, {{}, "gw-c", request}).value();
  Asker elsewhere{"127.0.0.1", {}, {}};
  elsewhere.channel[0] = 1;
  REQUIRE(refused(at.issuer->answer(mesh::JoinRequest{token.id, proof, "gw-c", request}, elsewhere))
              .code == mesh::EnrollRefusalCode::kToken);
  const Asker here{"127.0.0.1", {}, {}};
  const auto other = make_request(new_key().get(), gateway("gw-c")).value();
  REQUIRE(
      refused(at.issuer->answer(mesh::JoinRequest{token.id, proof, "gw-c", other}, here)).text ==
      "the join token is not valid");
  REQUIRE(std::holds_alternative<mesh::Issued>(
      at.issuer->answer(mesh::JoinRequest{token.id, proof, "gw-c", request}, here)));
}

TEST_CASE("enroll: a request for another name, a broken one and a weak key are refused unused",
          "[enroll]") {
  const TestPki pki;
  TestIssuer at(pki);
  const JoinToken token = at.token("gw-c");
  const auto key = new_key();
  const auto other = refused(ask(at, token, "gw-c", *make_request(key.get(), gateway("gw-b"))));
  REQUIRE(other.code == mesh::EnrollRefusalCode::kName);
  REQUIRE(other.text ==
          "the signing request is for spiffe://bulkhead/gateway/gw-b, not for "
          "spiffe://bulkhead/gateway/gw-c");
  auto broken = make_request(key.get(), gateway("gw-c")).value();
  broken[broken.size() - 3] ^= 1;  // in the signature
  REQUIRE(refused(ask(at, token, "gw-c", broken)).text.find("not signed by its own key") !=
          std::string::npos);
  REQUIRE(refused(ask(at, token, "gw-c", {0x30, 0x00})).code == mesh::EnrollRefusalCode::kRequest);
  const pki::KeyPtr rsa{EVP_RSA_gen(2048)};
  REQUIRE(refused(ask(at, token, "gw-c", *make_request(rsa.get(), gateway("gw-c"))))
              .text.find("P-256 or P-384") != std::string::npos);
  at.denied = "key 12ab";
  REQUIRE(refused(ask(at, token, "gw-c", *make_request(key.get(), gateway("gw-c")))).code ==
          mesh::EnrollRefusalCode::kDenied);
  at.denied.clear();
  REQUIRE(std::holds_alternative<mesh::Issued>(
      ask(at, token, "gw-c", *make_request(key.get(), gateway("gw-c")))));
}

TEST_CASE("enroll: a source without a token in its bucket is cut off before TLS", "[enroll]") {
  const TestPki pki;
  ListenerLimits limits;
  limits.burst = 2;
  TestIssuer issuer(pki, "issuer.db", limits);
  const auto key = new_key();
  for (int i = 0; i < 2; ++i)
    REQUIRE(join(issuer.connection(), issuer.token("gw-c"), gateway("gw-c"), key.get()).ok());
  const auto third = join(issuer.connection(), issuer.token("gw-c"), gateway("gw-c"), key.get());
  REQUIRE_FALSE(third.ok());
  REQUIRE(third.error().code == ErrorCode::kUnavailable);
  REQUIRE(issuer.listener->counters().limited == 1);
  REQUIRE(issuer.listener->counters().begun == 2);
}

TEST_CASE("issuer: bad names, lives and answers as questions are refused", "[enroll]") {
  const TestPki pki;
  TestIssuer at(pki);
  REQUIRE(at.issuer->new_token("gw c", "ada", 60).error().code == ErrorCode::kInvalid);
  REQUIRE(at.issuer->new_token("gw-c", "ada", 0).error().code == ErrorCode::kInvalid);
  REQUIRE(at.issuer->new_token("gw-c", "ada", 31 * 86400).error().code == ErrorCode::kInvalid);
  const Asker asker{"127.0.0.1", {}, {}};
  REQUIRE(refused(at.issuer->answer(mesh::EnrollRefusal{}, asker)).code ==
          mesh::EnrollRefusalCode::kProtocol);
  REQUIRE(refused(at.issuer->answer(mesh::RenewRequest{{0x30}}, asker)).text ==
          "a renewal needs the current certificate");
}

}  // namespace bulkhead::enroll
