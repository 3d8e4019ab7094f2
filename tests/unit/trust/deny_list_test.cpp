// SPDX-License-Identifier: Apache-2.0
#include "trust/deny_list.h"

#include <catch2/catch.hpp>

#include "trust_fixture.h"

namespace bulkhead::trust {

namespace {

struct Plant {
  Party root = make_root("root");
  Party issuer = make_issuer(root, "issuer");
  Party second = make_issuer(root, "second issuer");
  Party gateway = make_gateway(issuer, "gw-a");
  Party other = make_gateway(second, "gw-b");
  Node node{{&root}};

  ErrorCode refusal(const Party& signer, const DenyTarget& target, uint64_t number = 1) {
    const auto accepted = node.deny(signer, target, number);
    REQUIRE_FALSE(accepted.ok());
    return accepted.error().code;
  }
};

identity::SpkiDigest key_of(const Party& party) {
  return pki::spki_digest_of(party.x());
}

}  // namespace

TEST_CASE("deny list: a fresh record counts at once, its replay changes nothing", "[trust][deny]") {
  Plant plant;
  int heard = 0;
  plant.node.denied->on_accept([&](const AcceptedDeny&, std::span<const uint8_t>) { ++heard; });
  const auto bytes =
      record_bytes(plant.issuer, {1, kToday, subject_key_of(plant.gateway.x()), "gw-a", "lost"});
  const auto first = plant.node.denied->accept(bytes);
  REQUIRE(first.ok());
  CHECK(first->fresh);
  CHECK(first->signer == key_of(plant.issuer));
  const auto again = plant.node.denied->accept(bytes);
  REQUIRE(again.ok());
  CHECK_FALSE(again->fresh);
  CHECK(heard == 1);
  CHECK(plant.node.denied->size() == 1);
}

TEST_CASE("deny list: who may deny what", "[trust][deny]") {
  Plant plant;
  const DenyTarget leaf = *issuer_serial_of(plant.gateway.x(), plant.issuer.x());
  CHECK(plant.node.deny(plant.issuer, leaf, 1).ok());                               // its issuer
  CHECK(plant.node.deny(plant.root, leaf, 1).ok());                                 // a root
  CHECK(plant.refusal(plant.second, leaf) == ErrorCode::kPermission);               // another
  CHECK(plant.node.deny(plant.second, subject_key_of(plant.gateway.x()), 1).ok());  // any, by key
  CHECK(plant.node.deny(plant.issuer, subject_key_of(plant.second.x()), 2).ok());   // not above it
  const DenyTarget root_key = subject_key_of(plant.root.x());
  CHECK(plant.refusal(plant.issuer, root_key, 3) == ErrorCode::kPermission);
  const DenyTarget own_key = subject_key_of(plant.issuer.x());
  CHECK(plant.refusal(plant.issuer, own_key, 3) == ErrorCode::kPermission);
  CHECK(plant.node.deny(plant.root, own_key, 2).ok());
}

TEST_CASE("deny list: a leaf may deny nothing", "[trust][deny]") {
  Plant plant;
  CHECK(plant.refusal(plant.gateway, subject_key_of(plant.other.x())) == ErrorCode::kPermission);
}

TEST_CASE("deny list: a foreign signer is refused", "[trust][deny]") {
  Plant plant;
  const Party foreign_root = make_root("root");
  const Party foreign = make_issuer(foreign_root, "issuer");
  CHECK(plant.refusal(foreign, subject_key_of(plant.gateway.x())) == ErrorCode::kPermission);
  CHECK(plant.node.judge(plant.gateway) == "accepted");
  CHECK(alarmed(plant.node, AlarmKind::kDenyRefused));
}

TEST_CASE("deny list: a forged signature is refused", "[trust][deny]") {
  Plant plant;
  auto bytes =
      record_bytes(plant.issuer, {1, kToday, subject_key_of(plant.gateway.x()), "gw-a", "lost"});
  SECTION("another target") {
    auto record = *decode_signed_deny_record(bytes);
    record.record = encode(DenyRecord{1, kToday, subject_key_of(plant.other.x()), "gw-a", "lost"});
    bytes = encode(record);
  }
  SECTION("a flipped bit of the signature") {
    bytes.back() ^= 1;
  }
  SECTION("another signer's chain") {
    auto record = *decode_signed_deny_record(bytes);
    record.signer_chain = {pki::to_der(plant.second.x()), pki::to_der(plant.root.x())};
    bytes = encode(record);
  }
  const auto accepted = plant.node.denied->accept(bytes);
  REQUIRE_FALSE(accepted.ok());
  CHECK(accepted.error().code == ErrorCode::kInvalid);
  CHECK(plant.node.denied->size() == 0);
}

TEST_CASE("deny list: garbage is refused as malformed", "[trust][deny]") {
  Plant plant;
  const auto accepted = plant.node.denied->accept(std::vector<uint8_t>(100, 0xff));
  REQUIRE_FALSE(accepted.ok());
  CHECK_THAT(accepted.error().sentence, Catch::Contains("malformed"));
}

TEST_CASE("deny list: a number used twice with other content is refused and alarmed",
          "[trust][deny]") {
  Plant plant;
  REQUIRE(plant.node.deny(plant.issuer, subject_key_of(plant.gateway.x()), 5).ok());
  CHECK(plant.refusal(plant.issuer, subject_key_of(plant.other.x()), 5) == ErrorCode::kConflict);
  CHECK(alarmed(plant.node, AlarmKind::kDenyConflict));
  CHECK(plant.node.judge(plant.other) == "accepted");
}

TEST_CASE("deny list: an unsigned claim of a used number raises no conflict", "[trust][deny]") {
  Plant plant;
  REQUIRE(plant.node.deny(plant.issuer, subject_key_of(plant.gateway.x()), 5).ok());
  auto forged = *decode_signed_deny_record(
      record_bytes(plant.issuer, {5, kToday, subject_key_of(plant.other.x()), "", ""}));
  forged.signature = {1, 2, 3};
  CHECK(plant.node.denied->accept(encode(forged)).error().code == ErrorCode::kInvalid);
  CHECK_FALSE(alarmed(plant.node, AlarmKind::kDenyConflict));
}

TEST_CASE("deny list: a denied signer is no longer heard, what it said before stays",
          "[trust][deny]") {
  Plant plant;
  REQUIRE(plant.node.deny(plant.issuer, subject_key_of(plant.other.x()), 1).ok());
  REQUIRE(plant.node.deny(plant.root, subject_key_of(plant.issuer.x()), 1).ok());
  CHECK(plant.refusal(plant.issuer, subject_key_of(plant.gateway.x()), 2) ==
        ErrorCode::kPermission);
  CHECK(plant.node.judge(plant.other) == "denied");
}

TEST_CASE("deny list: time refuses no record", "[trust][deny][time]") {
  Plant plant;
  const Party expired = make_issuer(plant.root, "old", {kToday - kYear, kToday - kDay});
  CHECK(plant.node.deny(expired, subject_key_of(plant.gateway.x())).ok());
  CHECK(plant.node.judge(plant.gateway) == "denied");
}

TEST_CASE("deny list: a record from the future denies but does not move the floor",
          "[trust][deny][time]") {
  Plant plant;
  const auto floor = plant.node.time->floor();
  const DenyRecord record{1, kToday + kYear, subject_key_of(plant.gateway.x()), "", ""};
  REQUIRE(plant.node.denied->accept(record_bytes(plant.issuer, record)).ok());
  CHECK(plant.node.judge(plant.gateway) == "denied");
  CHECK(plant.node.time->floor() == floor);
  CHECK(alarmed(plant.node, AlarmKind::kFutureObject));
}

TEST_CASE("deny list: a restart keeps records, numbers and the floor", "[trust][deny][store]") {
  Plant plant;
  REQUIRE(plant.node.deny(plant.issuer, subject_key_of(plant.gateway.x()), 1).ok());
  REQUIRE(plant.node.deny(plant.issuer, *issuer_serial_of(plant.gateway.x(), plant.issuer.x()), 2)
              .ok());
  plant.node.restart();
  CHECK(plant.node.denied->size() == 2);
  CHECK(plant.node.judge(plant.gateway) == "denied");
  CHECK(plant.node.denied->next_number(key_of(plant.issuer)) == 3);
  CHECK(plant.node.time->floor() == kToday);
}

TEST_CASE("deny list: have() stops at the first gap, records_after() closes it", "[trust][deny]") {
  Plant plant;
  const DenyTarget target = subject_key_of(plant.gateway.x());
  for (const uint64_t number : {1, 2, 4})
    REQUIRE(plant.node.deny(plant.issuer, target, number).ok());
  CHECK(plant.node.denied->have() == std::vector<DenyHave>{{key_of(plant.issuer), 2}});
  CHECK(plant.node.denied->records_after(key_of(plant.issuer), 1, 10).size() == 2);
  CHECK(plant.node.denied->records_after(key_of(plant.issuer), 0, 2).size() == 2);
  Node late{{&plant.root}};
  for (const auto& bytes : plant.node.denied->records_after(key_of(plant.issuer), 0, 10))
    CHECK(late.denied->accept(bytes).ok());
  CHECK(late.judge(plant.gateway) == "denied");
  REQUIRE(plant.node.deny(plant.issuer, target, 3).ok());
  CHECK(plant.node.denied->have().front().complete_to == 4);
}

TEST_CASE("deny list: more signers than the bound are refused with a sentence", "[trust][deny]") {
  Plant plant;
  const DenyTarget target = subject_key_of(plant.gateway.x());
  for (size_t i = 0; i < kMaxDenySigners; ++i)
    REQUIRE(plant.node.deny(make_issuer(plant.root, "issuer " + std::to_string(i)), target).ok());
  const auto over = plant.node.deny(make_issuer(plant.root, "one more"), target);
  REQUIRE_FALSE(over.ok());
  CHECK(over.error().code == ErrorCode::kExhausted);
  CHECK_THAT(over.error().sentence, Catch::Contains("not in force"));
  CHECK(alarmed(plant.node, AlarmKind::kDenyFull));
}

TEST_CASE("deny list: more records of a signer than the bound are refused with a sentence",
          "[trust][deny]") {
  Plant plant;
  const DenyTarget target = subject_key_of(plant.gateway.x());
  const auto some = record_bytes(plant.issuer, {1, kToday, target, "", ""});
  // Straight into the store: only the last is worth a signature.
  for (uint64_t number = 1; number <= kMaxDenyRecordsPerSigner; ++number) {
    auto record = *decode_signed_deny_record(some);
    record.record = encode(DenyRecord{number, kToday, target, "", ""});
    REQUIRE(plant.node.store->add_deny_record({key_of(plant.issuer), number, encode(record)}).ok());
  }
  plant.node.restart();
  REQUIRE(plant.node.denied->size() == kMaxDenyRecordsPerSigner);
  const auto over = plant.node.deny(plant.issuer, target, kMaxDenyRecordsPerSigner + 1);
  REQUIRE_FALSE(over.ok());
  CHECK(over.error().code == ErrorCode::kExhausted);
}

TEST_CASE("deny list: an Ed25519 authority can deny, an RSA one cannot", "[trust][deny]") {
  Plant plant;
  pki::CertificateSpec spec;
  spec.use = pki::CertificateUse::kAuthority;
  spec.common_name = "other algorithm";
  spec.not_before = kToday - kDay;
  spec.not_after = kToday + kYear;
  const pki::Issuer by{plant.root.x(), plant.root.key.get()};
  Party signer;
  const DenyRecord record{1, kToday, subject_key_of(plant.gateway.x()), "", ""};
  SECTION("Ed25519") {
    signer.key = std::move(*pki::generate_ed25519());
    signer.certificate = std::move(*pki::issue(spec, signer.key.get(), by));
    CHECK(plant.node.denied
              ->accept(*make_deny_record(signer.key.get(), {signer.x(), plant.root.x()}, record))
              .ok());
  }
  SECTION("RSA") {
    signer.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048}));
    signer.certificate = std::move(*pki::issue(spec, signer.key.get(), by));
    CHECK(make_deny_record(signer.key.get(), {signer.x()}, record).error().code ==
          ErrorCode::kUnsupported);
  }
}

TEST_CASE("deny list: a record is not made with a key that is not the signer's", "[trust][deny]") {
  Plant plant;
  const DenyRecord record{1, kToday, subject_key_of(plant.gateway.x()), "", ""};
  CHECK_FALSE(make_deny_record(plant.second.key.get(), plant.issuer.chain, record).ok());
}

}  // namespace bulkhead::trust
