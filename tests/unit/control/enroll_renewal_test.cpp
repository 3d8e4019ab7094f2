// SPDX-License-Identifier: Apache-2.0
// Renewal over TLS, the files it leaves, its timetable, and new roots on the way.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "enroll/renewer.h"
#include "enroll/signing_request.h"
#include "enroll_fixture.h"
#include "pki/authority_roll.h"
#include "pki/key.h"

namespace bulkhead::enroll {

namespace {

constexpr int64_t kDay = 86'400;

// A gateway with a certificate by token.
struct Member {
  Member(TestIssuer& issuer, const std::string& name) : subject(gateway(name)), key(new_key()) {
    made = must_join(issuer, name, key.get());
  }
  [[nodiscard]] Result<NewCredentials> renew_at(TestIssuer& issuer, EVP_PKEY* next) const {
    const CurrentCredentials current{
        made.chain, key.get(), made.anchors, subject, issuer.clock.wall_s.load(), {}};
    return renew(issuer.connection(), current, next);
  }
  identity::SpiffeId subject;
  pki::KeyPtr key;
  NewCredentials made;
};

std::string refusal(TestIssuer& issuer, const Member& member) {
  const auto next = new_key();
  const auto renewed = member.renew_at(issuer, next.get());
  REQUIRE_FALSE(renewed.ok());
  return renewed.error().sentence;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace

TEST_CASE("renew: the current certificate gets a new one for a new key", "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c");
  const auto next = new_key();
  issuer.clock.wall_s += 200 * kDay;
  const auto renewed = member.renew_at(issuer, next.get());
  REQUIRE(renewed.ok());
  X509* const leaf = renewed->chain.front().get();
  REQUIRE(EVP_PKEY_eq(X509_get0_pubkey(leaf), next.get()) == 1);
  REQUIRE(pki::not_after(leaf) == issuer.clock.wall_s + 397 * kDay);
  REQUIRE(issuer.last().how == "renewal");
  REQUIRE(issuer.last().gateway == "gw-c");
}

TEST_CASE("renew: an expired certificate on record renews within the grace period only",
          "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c");
  const auto next = new_key();
  issuer.clock.wall_s += 397 * kDay + 29 * kDay;
  REQUIRE(member.renew_at(issuer, next.get()).ok());
  issuer.clock.wall_s += 2 * kDay;
  REQUIRE(refusal(issuer, member).find("(expired): the certificate expired longer ago") !=
          std::string::npos);
}

TEST_CASE("renew: an expired certificate that the issuer has no record of is refused",
          "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki), forgetful(pki, "other.db");
  const Member member(issuer, "gw-c");
  const auto next = new_key();
  REQUIRE(member.renew_at(forgetful, next.get()).ok());  // while valid it needs no record
  forgetful.clock.wall_s += 398 * kDay;
  REQUIRE(refusal(forgetful, member).find("(not on record)") != std::string::npos);
}

TEST_CASE("renew: a denied certificate is refused, with the reason", "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c");
  issuer.denied = "record 7: stolen";
  REQUIRE(refusal(issuer, member).find("(denied): a deny record forbids it: record 7: stolen") !=
          std::string::npos);
}

TEST_CASE("renew: a foreign certificate and a foreign issuer are refused in the handshake",
          "[enroll][renew]") {
  const TestPki pki, elsewhere;
  TestIssuer issuer(pki), foreign(elsewhere);
  const Member member(issuer, "gw-c");
  const auto next = new_key();
  const auto renewed = member.renew_at(foreign, next.get());
  REQUIRE_FALSE(renewed.ok());
  REQUIRE(renewed.error().sentence.find("the server's certificate is refused") !=
          std::string::npos);
}

TEST_CASE("renew: another gateway of the same root cannot pose as the issuer", "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c"), thief(issuer, "gw-x");
  ServerJudge judge({"bulkhead", {}, &member.made.anchors, issuer.clock.wall_s, {}});
  STACK_OF(X509)* others = sk_X509_new_null();
  sk_X509_push(others, thief.made.chain[1].get());
  const Status judged = judge.judge(thief.made.chain[0].get(), others);
  sk_X509_free(others);
  REQUIRE(judged.error().sentence ==
          "the server is spiffe://bulkhead/gateway/gw-x, no issuer of trust domain bulkhead");
}

TEST_CASE("credential files: key and certificate change together, whatever moment it stops",
          "[enroll][files]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member old(issuer, "gw-c"), fresh(issuer, "gw-c");
  const CredentialPaths paths = pki.paths("gw-c");
  REQUIRE(write_credentials(paths, old.made, old.key.get()).ok());
  REQUIRE_FALSE(*finish_replacement(paths));
  const auto holds = [&](const Member& member) {
    const auto key = pki::read_private_key(paths.private_key);
    const auto chain = pki::read_certificates(paths.certificate);
    return X509_check_private_key(chain->front().get(), key->get()) == 1 &&
           EVP_PKEY_eq(key->get(), member.key.get()) == 1;
  };
  REQUIRE(holds(old));
  const std::vector<X509*> chain = {fresh.made.chain[0].get(), fresh.made.chain[1].get()};
  SECTION("before the first rename the new pair is forgotten") {
    REQUIRE(pki::write_private_key(paths.private_key + ".next", fresh.key.get()).ok());
    REQUIRE(pki::write_certificates(paths.certificate + ".next", chain).ok());
    REQUIRE(*finish_replacement(paths));
    REQUIRE(holds(old));
    REQUIRE_FALSE(std::filesystem::exists(paths.private_key + ".next"));
  }
  SECTION("between the renames the second is made good") {
    REQUIRE(pki::write_private_key(paths.private_key, fresh.key.get()).ok());
    REQUIRE(pki::write_certificates(paths.certificate + ".next", chain).ok());
    REQUIRE(*finish_replacement(paths));
    REQUIRE(holds(fresh));
  }
}

TEST_CASE("renewal plan: half life with a twentieth of jitter, alarms at 50, 25 and 10 per cent",
          "[enroll][plan]") {
  const Validity life{1000, 2000};
  REQUIRE(renewal_due(life, 0.0) == 1450);
  REQUIRE(renewal_due(life, 1.0) == 1550);
  REQUIRE(alarm_of(life, 1000) == LifeAlarm::kNone);
  REQUIRE(alarm_of(life, 1500) == LifeAlarm::kNone);
  REQUIRE(alarm_of(life, 1511) == LifeAlarm::kHalf);
  REQUIRE(alarm_of(life, 1761) == LifeAlarm::kQuarter);
  REQUIRE(alarm_of(life, 1911) == LifeAlarm::kTenth);
  REQUIRE(alarm_of(life, 2000) == LifeAlarm::kExpired);
  REQUIRE(percent_left(life, 900) == 100);
  REQUIRE(retry_after({0, 397 * kDay}, 0) == 3600);
  REQUIRE(retry_after({0, 40}, 0) == 1);
}

TEST_CASE("renewer: it renews when half of the life is over, and has it taken up",
          "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c");
  const CredentialPaths paths = pki.paths("gw-c");
  REQUIRE(write_credentials(paths, member.made, member.key.get()).ok());
  std::atomic<int> taken{0}, alarms{0};
  std::atomic<bool> refuse{true};
  Renewer::Plan plan;
  plan.paths = paths;
  plan.subject = member.subject;
  plan.issuer = issuer.listener->listening();
  plan.now = [&] { return static_cast<std::time_t>(issuer.clock.wall_s.load()); };
  plan.take_up = [&]() -> Status {
    ++taken;
    if (refuse) return Error{ErrorCode::kUnavailable, "not now"};
    return {};
  };
  plan.alarm = [&](LifeAlarm, const std::string&) { ++alarms; };
  Renewer renewer(std::move(plan), issuer.clock);
  renewer.start();
  REQUIRE(renewer.state().alarm == LifeAlarm::kNone);
  issuer.clock.wall_s += 220 * kDay;
  REQUIRE(renewer.renew_soon().ok());  // wakes it: the clock jumped
  REQUIRE(eventually([&] { return renewer.state().failures > 0; }));
  REQUIRE(renewer.state().last_error.find("not in use: not now") != std::string::npos);
  REQUIRE(alarms == 1);
  refuse = false;
  REQUIRE(renewer.renew_soon().ok());
  REQUIRE(eventually([&] { return renewer.state().renewals == 1; }));
  REQUIRE(renewer.state().last_error.empty());
  REQUIRE(renewer.state().due > issuer.clock.wall_s);
  REQUIRE(taken == 2);  // the files were asked for once
  REQUIRE(issuer.listener->counters().issued == 2);
}

TEST_CASE("renewer: without an issuer it only watches", "[enroll][renew]") {
  const TestPki pki;
  TestIssuer issuer(pki);
  const Member member(issuer, "gw-c");
  REQUIRE(write_credentials(pki.paths("gw-c"), member.made, member.key.get()).ok());
  LifeAlarm raised = LifeAlarm::kNone;
  Renewer::Plan plan;
  plan.paths = pki.paths("gw-c");
  plan.now = [&] { return static_cast<std::time_t>(issuer.clock.wall_s + 380 * kDay); };
  plan.alarm = [&](LifeAlarm alarm, const std::string&) { raised = alarm; };
  Renewer renewer(std::move(plan), issuer.clock);
  renewer.start();
  REQUIRE(raised == LifeAlarm::kTenth);
  REQUIRE_FALSE(renewer.state().automatic);
  REQUIRE(renewer.renew_soon().error().code == ErrorCode::kUnsupported);
}

TEST_CASE("roll-over: a new root is taken only when a trusted one has endorsed it",
          "[enroll][roll]") {
  const TestPki pki;
  TestIssuer before(pki);
  const Member member(before, "gw-c");
  REQUIRE(*pki::roll_root(pki.file("pki"), {"bulkhead"}, before.clock.wall_s) == 2);
  IssuingFiles files = pki.issuing_files();
  files.anchors = pki.file("pki/anchors.pem");
  const auto root = std::vector<identity::SpkiDigest>{before.issuer->authority().root_digest()};
  const auto issued_by = [&](const IssuingFiles& with) {
    const auto authority = IssuingAuthority::load(with);
    REQUIRE(authority.ok());
    auto leaf = authority->issue(member.key.get(), member.subject, before.clock.wall_s, 1000);
    REQUIRE(leaf.ok());
    return std::move(leaf->message);
  };
  const auto taken = [&](const mesh::Issued& issued) {
    return check_issued(issued, root, member.subject, member.key.get(), before.clock.wall_s);
  };
  REQUIRE(taken(issued_by(files))->anchors.size() == 1);  // not endorsed: left out
  files.endorsements = pki.file("pki/endorsements.pem");
  REQUIRE(taken(issued_by(files))->anchors.size() == 2);
  IssuingFiles next = files;
  next.certificate = pki.file("pki/issuing-ca-2.pem");
  next.private_key = pki.file("pki/issuing-ca-2.key");
  REQUIRE_FALSE(taken(issued_by(next)).ok());  // the new root alone is not trusted yet
  const auto both = taken(issued_by(files)).value().anchors.size();
  REQUIRE(both == 2);
}

}  // namespace bulkhead::enroll
