// SPDX-License-Identifier: Apache-2.0
#include "trust/deny_record.h"

#include <catch2/catch.hpp>

namespace bulkhead::trust {

namespace {

identity::SpkiDigest digest_of(uint8_t fill) {
  identity::SpkiDigest digest;
  digest.bytes.fill(fill);
  return digest;
}

DenyRecord one_certificate() {
  return {7, 1'790'000'000, IssuerSerial{digest_of(0xaa), {0x40, 0x01, 0x02}}, "gw-b", "stolen"};
}
DenyRecord one_key() {
  return {1, 0, SubjectKey{digest_of(0xbb)}, "", ""};
}
SignedDenyRecord signed_one() {
  return {encode(one_certificate()), {{0x30, 0x01}, {0x30, 0x02}}, {1, 2, 3}};
}

}  // namespace

TEST_CASE("deny record: both kinds come back as they were", "[trust][codec]") {
  for (const DenyRecord& record : {one_certificate(), one_key()}) {
    const auto bytes = encode(record);
    const auto decoded = decode_deny_record(bytes);
    REQUIRE(decoded.ok());
    CHECK(*decoded == record);
  }
}

TEST_CASE("deny record: the bytes are as the header says", "[trust][codec]") {
  const auto bytes = encode(one_key());
  REQUIRE(bytes.size() == 1 + 1 + 8 + 8 + 32 + 1 + 1);
  CHECK(bytes[0] == kDenyVersion);
  CHECK(bytes[1] == 2);
  CHECK(bytes[9] == 1);
  CHECK(bytes[18] == 0xbb);
}

TEST_CASE("deny record: a field out of bounds has no encoding", "[trust][codec]") {
  auto record = one_certificate();
  SECTION("number 0") {
    record.number = 0;
  }
  SECTION("a number that SQLite cannot hold") {
    record.number = kMaxDenyNumber + 1;
  }
  SECTION("before 1970") {
    record.issued_at = -1;
  }
  SECTION("after 9999") {
    record.issued_at = kMaxTime + 1;
  }
  SECTION("no serial") {
    record.target = IssuerSerial{};
  }
  SECTION("a serial with a leading zero") {
    record.target = IssuerSerial{{}, {0, 1}};
  }
  SECTION("a long serial") {
    record.target = IssuerSerial{{}, std::vector<uint8_t>(kMaxSerial + 1, 1)};
  }
  SECTION("a long name") {
    record.gateway = std::string(kMaxGatewayName + 1, 'x');
  }
  SECTION("a long reason") {
    record.reason = std::string(kMaxReason + 1, 'x');
  }
  SECTION("a reason that a terminal would obey") {
    record.reason = "\x1b[2J";
  }
  CHECK(encode(record).empty());
}

TEST_CASE("deny record: any prefix, and anything behind it, is a fault", "[trust][codec]") {
  const auto bytes = encode(one_certificate());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_deny_record(std::span(bytes).first(size));
    REQUIRE(decoded.faulty());
    REQUIRE(decoded.fault().offset <= size);
  }
  auto longer = bytes;
  longer.push_back(0);
  CHECK(decode_deny_record(longer).fault().kind == wire::FaultKind::kBadLength);
}

TEST_CASE("signed deny record: comes back as it was, prefixes are faults", "[trust][codec]") {
  const auto bytes = encode(signed_one());
  const auto decoded = decode_signed_deny_record(bytes);
  REQUIRE(decoded.ok());
  CHECK(*decoded == signed_one());
  for (size_t size = 0; size < bytes.size(); ++size)
    REQUIRE(decode_signed_deny_record(std::span(bytes).first(size)).faulty());
}

TEST_CASE("signed deny record: the largest fits one mesh frame", "[trust][codec]") {
  auto record = one_certificate();
  record.target = IssuerSerial{digest_of(1), std::vector<uint8_t>(kMaxSerial, 1)};
  record.gateway = std::string(kMaxGatewayName, 'x');
  record.reason = std::string(kMaxReason, 'x');
  SignedDenyRecord largest;
  largest.record = encode(record);
  largest.signer_chain.assign(kMaxSignerChain, std::vector<uint8_t>(kMaxCertificateDer, 0x30));
  largest.signature.assign(kMaxSignature, 1);
  const auto bytes = encode(largest);
  REQUIRE_FALSE(bytes.empty());
  CHECK(bytes.size() <= kMaxSignedDenyRecord);
  CHECK(decode_signed_deny_record(bytes).ok());
}

TEST_CASE("signed deny record: too much of anything has no encoding", "[trust][codec]") {
  auto record = signed_one();
  SECTION("no signer") {
    record.signer_chain.clear();
  }
  SECTION("four certificates") {
    record.signer_chain.assign(4, {0x30});
  }
  SECTION("an empty certificate") {
    record.signer_chain.front().clear();
  }
  SECTION("a long certificate") {
    record.signer_chain.front().assign(kMaxCertificateDer + 1, 0x30);
  }
  SECTION("no signature") {
    record.signature.clear();
  }
  SECTION("a long signature") {
    record.signature.assign(kMaxSignature + 1, 1);
  }
  SECTION("a record that is none") {
    record.record = {1, 2, 3};
  }
  CHECK(encode(record).empty());
}

TEST_CASE("signed deny record: the signature covers context, signer and record", "[trust][codec]") {
  const auto record = encode(one_key());
  const auto message = signed_message(digest_of(1), record);
  const std::string_view context = "bulkhead deny record v1";
  REQUIRE(message.size() == context.size() + 1 + 32 + record.size());
  CHECK(std::string(message.begin(), message.begin() + 23) == context);
  CHECK(message[23] == 0);
  CHECK(message != signed_message(digest_of(2), record));
}

}  // namespace bulkhead::trust
