// SPDX-License-Identifier: Apache-2.0
#include "trust/peer_verifier.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <catch2/catch.hpp>

#include "trust_fixture.h"

namespace bulkhead::trust {

namespace {

// One owner, two gateways: gw-a is judged by b, which is a server.
struct Plant {
  explicit Plant(GracePolicy grace = GracePolicy::of_days(30))
      : a({&root}, grace), b({&root}, grace) {}
  Meeting meet_with(const Party& shown) { return meet(a, shown, b, gw_b); }
  Meeting meet_both() { return meet(a, gw_a, b, gw_b); }
  void set_clocks(std::time_t now) {
    a.clock.set(now);
    b.clock.set(now);
  }

  Party root = make_root("root");
  Party issuer = make_issuer(root, "issuer");
  Party gw_a = make_gateway(issuer, "gw-a");
  Party gw_b = make_gateway(issuer, "gw-b");
  Node a;
  Node b;
};

// The public half of one key with the private half of another.
pki::KeyPtr chimera(EVP_PKEY* shown, EVP_PKEY* held) {
  std::array<uint8_t, 133> point{};
  size_t size = 0;
  EVP_PKEY_get_octet_string_param(shown, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                  &size);
  BIGNUM* secret = nullptr;
  EVP_PKEY_get_bn_param(held, OSSL_PKEY_PARAM_PRIV_KEY, &secret);
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), size);
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, secret);
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  BN_clear_free(secret);
  return pki::KeyPtr{key};
}

}  // namespace

TEST_CASE("verifier: two gateways of one owner meet, and know each other", "[trust][tls]") {
  Plant plant;
  const Meeting meeting = plant.meet_both();
  REQUIRE(meeting.both());
  CHECK(meeting.server.subject == "gw-a");
  CHECK(meeting.client.subject == "gw-b");
  CHECK(meeting.server.sentence.empty());
  CHECK(plant.b.store->known_peers("spiffe://bulkhead/gateway/gw-a")->size() == 1);
  CHECK(plant.b.alarms->standing().empty());
}

TEST_CASE("verifier: a leaf of a foreign root is refused with unknown_ca", "[trust][tls]") {
  Plant plant;
  const Party foreign_root = make_root("root");  // the same name, another key
  const Party foreign_issuer = make_issuer(foreign_root, "issuer");
  const Meeting meeting = plant.meet_with(make_gateway(foreign_issuer, "gw-a"));
  CHECK_FALSE(meeting.server.done);
  CHECK(meeting.server.verdict == VerdictKind::kForeign);
  CHECK(meeting.server.alert_sent == SSL_AD_UNKNOWN_CA);
  CHECK_THAT(meeting.server.sentence, Catch::Contains("no configured root"));
  CHECK(meeting.server.subject.empty());
  CHECK(plant.b.alarms->standing().empty());  // strangers cannot fill the list
}

TEST_CASE("verifier: a certificate swapped for another's does not pass without its key",
          "[trust][tls]") {
  Plant plant;
  Party impostor = make_gateway(plant.issuer, "gw-c", {}, plant.gw_a.key.get());
  const pki::KeyPtr own = std::move(*pki::generate_p256());
  impostor.key = chimera(plant.gw_a.key.get(), own.get());
  impostor.certificate.reset(X509_dup(plant.gw_a.x()));
  const Meeting meeting = plant.meet_with(impostor);
  CHECK_FALSE(meeting.server.done);
  CHECK(meeting.server.alert_sent == SSL_AD_DECRYPT_ERROR);
  CHECK(plant.b.store->known_peers("spiffe://bulkhead/gateway/gw-a")->empty());
}

TEST_CASE("verifier: another gateway's valid leaf is accepted as that gateway, never as the other",
          "[trust][tls]") {
  Plant plant;
  const Meeting meeting = plant.meet_with(make_gateway(plant.issuer, "gw-c"));
  REQUIRE(meeting.server.done);
  CHECK(meeting.server.subject == "gw-c");  // the key agreement compares it with whom it expects
}

TEST_CASE("verifier: an authority's own certificate is no leaf", "[trust][tls]") {
  Plant plant;
  const Meeting meeting = plant.meet_with(plant.issuer);
  CHECK_FALSE(meeting.server.done);
  CHECK(meeting.server.verdict == VerdictKind::kBadChain);
}

TEST_CASE("verifier: a denied leaf is refused with certificate_revoked", "[trust][tls][deny]") {
  Plant plant;
  DenyTarget target;
  SECTION("by serial") {
    target = *issuer_serial_of(plant.gw_a.x(), plant.issuer.x());
  }
  SECTION("by key") {
    target = subject_key_of(plant.gw_a.x());
  }
  REQUIRE(plant.b.deny(plant.issuer, target, 1, "stolen from cell 4").ok());
  const Meeting meeting = plant.meet_both();
  CHECK_FALSE(meeting.server.done);
  CHECK(meeting.server.verdict == VerdictKind::kDenied);
  CHECK(meeting.server.alert_sent == SSL_AD_CERTIFICATE_REVOKED);
  CHECK_THAT(meeting.server.sentence, Catch::Contains("stolen from cell 4"));
  CHECK(alarmed(plant.b, AlarmKind::kPeerRefused));
}

TEST_CASE("verifier: a client refuses a denied server too", "[trust][tls][deny]") {
  Plant plant;
  REQUIRE(plant.a.deny(plant.issuer, subject_key_of(plant.gw_b.x())).ok());
  const Meeting meeting = plant.meet_both();
  CHECK(meeting.client.verdict == VerdictKind::kDenied);
  CHECK(meeting.client.alert_sent == SSL_AD_CERTIFICATE_REVOKED);
}

TEST_CASE("verifier: a denied intermediate takes all its leaves with it", "[trust][tls][deny]") {
  Plant plant;
  DenyTarget target;
  SECTION("by serial") {
    target = *issuer_serial_of(plant.issuer.x(), plant.root.x());
  }
  SECTION("by key") {
    target = subject_key_of(plant.issuer.x());
  }
  REQUIRE(plant.b.deny(plant.root, target).ok());
  const Meeting meeting = plant.meet_both();
  CHECK(meeting.server.verdict == VerdictKind::kDenied);
  CHECK(meeting.server.alert_sent == SSL_AD_CERTIFICATE_REVOKED);
}

TEST_CASE("verifier: a denied serial does not hit the same key's new certificate",
          "[trust][tls][deny]") {
  Plant plant;
  const Party again = make_gateway(plant.issuer, "gw-a", {}, plant.gw_a.key.get());
  REQUIRE(plant.b.deny(plant.issuer, *issuer_serial_of(plant.gw_a.x(), plant.issuer.x())).ok());
  CHECK(plant.b.judge(plant.gw_a) == "denied");
  CHECK(plant.b.judge(again) == "accepted");
}

TEST_CASE("verifier: a live peer is judged again when a record arrives", "[trust][deny]") {
  Plant plant;
  REQUIRE(plant.meet_both().both());
  std::string verdict;
  plant.b.denied->on_accept(
      [&](const AcceptedDeny&, std::span<const uint8_t>) { verdict = plant.b.judge(plant.gw_a); });
  REQUIRE(plant.b.deny(plant.issuer, subject_key_of(plant.gw_a.x())).ok());
  CHECK(verdict == "denied");
}

TEST_CASE("verifier: notBefore has five minutes to spare", "[trust][time]") {
  Plant plant;
  REQUIRE(plant.b.time->observe(kToday - kDay, "a certificate"));
  CHECK(plant.b.judge(make_gateway(plant.issuer, "gw-a", {kToday + kSkew - 1, kToday + kYear})) ==
        "accepted");
  const Party early = make_gateway(plant.issuer, "gw-a", {kToday + kSkew + 1, kToday + kYear});
  const Meeting meeting = plant.meet_with(early);
  CHECK(meeting.server.verdict == VerdictKind::kNotYetValid);
  CHECK(meeting.server.alert_sent == SSL_AD_BAD_CERTIFICATE);
  CHECK_THAT(meeting.server.sentence, Catch::Contains("gateway \"gw-a\" is valid from 2026-09-21"));
}

TEST_CASE("verifier: an expired unknown peer is refused with certificate_expired",
          "[trust][time]") {
  Plant plant(GracePolicy::unlimited());
  const Meeting meeting =
      plant.meet_with(make_gateway(plant.issuer, "gw-a", {kToday - kYear, kToday - 1}));
  CHECK_FALSE(meeting.server.done);
  CHECK(meeting.server.alert_sent == SSL_AD_CERTIFICATE_EXPIRED);
  CHECK_THAT(meeting.server.sentence, Catch::Contains("never seen valid"));
}

TEST_CASE("verifier: an expired known peer is accepted within its grace, never silently",
          "[trust][time]") {
  Plant plant;
  REQUIRE(plant.meet_both().both());
  const std::time_t end = kToday + 300 * kDay;
  plant.a.clock.set(end + kDay);
  plant.b.clock.set(end + 29 * kDay);
  const Meeting late = plant.meet_both();
  REQUIRE(late.both());
  CHECK(late.server.verdict == VerdictKind::kInGrace);
  CHECK_THAT(late.server.sentence, Catch::Contains("accepted by the grace policy until"));
  CHECK(alarmed(plant.b, AlarmKind::kPeerInGrace));
  CHECK(plant.b.alarms->count(AlarmKind::kPeerInGrace) == 1);
  plant.b.clock.set(end + 31 * kDay);
  const Meeting over = plant.meet_both();
  CHECK(over.server.verdict == VerdictKind::kExpired);
  CHECK(over.server.alert_sent == SSL_AD_CERTIFICATE_EXPIRED);
  CHECK_THAT(over.server.sentence, Catch::Contains("its grace ended"));
}

TEST_CASE("verifier: without a grace policy expired is expired", "[trust][time]") {
  Plant plant(GracePolicy::none());
  REQUIRE(plant.meet_both().both());
  plant.b.clock.set(kToday + 301 * kDay);
  CHECK(plant.b.judge(plant.gw_a) == "expired");
}

TEST_CASE("verifier: the grace is for the newest certificate of a peer only", "[trust][time]") {
  Plant plant(GracePolicy::unlimited());
  REQUIRE(plant.meet_both().both());
  const Party renewed = make_gateway(plant.issuer, "gw-a", {kToday, kToday + kYear});
  REQUIRE(plant.meet_with(renewed).both());
  plant.b.clock.set(kToday + 310 * kDay);
  CHECK(plant.b.judge(plant.gw_a) == "expired");  // a stolen old key has no grace
  plant.b.clock.set(kToday + 400 * kDay);
  CHECK(plant.b.judge(renewed) == "in_grace");
}

TEST_CASE("verifier: an expired issuing authority is in the grace of known peers",
          "[trust][time]") {
  Party root = make_root("root");
  Party issuer = make_issuer(root, "issuer", {kToday - kYear, kToday + 10 * kDay});
  Party gateway = make_gateway(issuer, "gw-a");
  Party other = make_gateway(issuer, "gw-b");
  Node a({&root});
  Node b({&root});
  REQUIRE(meet(a, gateway, b, other).both());
  b.clock.set(kToday + 20 * kDay);
  CHECK(b.judge(gateway) == "in_grace");
  CHECK(b.judge(make_gateway(issuer, "gw-c")) == "expired");
  b.clock.set(kToday + 41 * kDay);
  CHECK(b.judge(gateway) == "expired");
}

TEST_CASE("verifier: the verdict says when it turns", "[trust][time]") {
  Plant plant;
  REQUIRE(plant.meet_both().both());
  ChainPtr chain{sk_X509_new_null()};
  for (X509* certificate : plant.gw_a.chain) {
    X509_up_ref(certificate);
    sk_X509_push(chain.get(), certificate);
  }
  const std::time_t end = kToday + 300 * kDay;
  CHECK(plant.b.verifier->verdict_now(chain.get(), pki::TlsRole::kClient).ends_at == end);
  plant.b.clock.set(end + 1);
  const Verdict verdict = plant.b.verifier->verdict_now(chain.get(), pki::TlsRole::kClient);
  CHECK(verdict.kind == VerdictKind::kInGrace);
  CHECK(verdict.ends_at == end + 30 * kDay);
}

TEST_CASE("verifier: old and new root are believed together while rolling over", "[trust][roots]") {
  const Party old_root = make_root("owner root");
  const Party new_root = make_root("owner root");  // same name, new key
  const Party old_issuer = make_issuer(old_root, "issuing CA");
  const Party new_issuer = make_issuer(new_root, "issuing CA");
  const Party before = make_gateway(old_issuer, "gw-a");
  const Party after = make_gateway(new_issuer, "gw-a");
  const Party server = make_gateway(old_issuer, "gw-b");
  const Party server_after = make_gateway(new_issuer, "gw-b");
  Node both_a({&old_root, &new_root});
  Node both_b({&new_root, &old_root});
  CHECK(meet(both_a, before, both_b, server).both());
  CHECK(meet(both_a, after, both_b, server).both());
  CHECK(meet(both_a, before, both_b, server_after).both());
  CHECK(meet(both_a, after, both_b, server_after).both());
  both_b.verifier->set_anchors(anchors_of({&new_root}));  // the end of the roll-over
  CHECK(meet(both_a, before, both_b, server).server.verdict == VerdictKind::kForeign);
  CHECK(meet(both_a, after, both_b, server_after).both());
}

TEST_CASE("anchors: an intermediate is no root", "[trust][roots]") {
  const Party root = make_root("root");
  const Party issuer = make_issuer(root, "issuer");
  std::vector<pki::CertificatePtr> list;
  X509_up_ref(issuer.x());
  list.emplace_back(issuer.x());
  const auto anchors = Anchors::of(std::move(list));
  REQUIRE_FALSE(anchors.ok());
  CHECK_THAT(anchors.error().sentence, Catch::Contains("not self-signed"));
}

TEST_CASE("verifier: our own denial is seen without the root, and raises no peer's alarm",
          "[trust][deny]") {
  Plant plant;
  ChainPtr sent{sk_X509_new_null()};
  for (X509* certificate : {plant.gw_b.x(), plant.issuer.x()}) {
    X509_up_ref(certificate);
    sk_X509_push(sent.get(), certificate);
  }
  plant.b.clock.set(kToday + kYear);  // expired is not denied
  CHECK_FALSE(plant.b.verifier->own_denial(sent.get()).has_value());
  REQUIRE(plant.b.deny(plant.root, *issuer_serial_of(plant.issuer.x(), plant.root.x())).ok());
  CHECK(plant.b.verifier->own_denial(sent.get()).has_value());
  CHECK_FALSE(alarmed(plant.b, AlarmKind::kPeerRefused));
}

TEST_CASE("verifier: known peers are kept over a restart", "[trust][store]") {
  Plant plant(GracePolicy::unlimited());
  REQUIRE(plant.meet_both().both());
  plant.b.restart();
  plant.b.clock.set(kToday + kYear);
  CHECK(plant.b.judge(plant.gw_a) == "in_grace");
}

}  // namespace bulkhead::trust
