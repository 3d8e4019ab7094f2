// SPDX-License-Identifier: Apache-2.0
#include "mesh/enroll_message.h"

#include <catch2/catch.hpp>

namespace bulkhead::mesh {

namespace {

const Der kSmall = {0x30, 0x01, 0x00};

std::vector<EnrollMessage> samples() {
  JoinRequest join;
  join.token.fill(1);
  join.proof.fill(2);
  join.gateway = "gw-c";
  join.request = kSmall;
  return {join, RenewRequest{kSmall}, Issued{{kSmall, kSmall}, {kSmall}, {}},
          EnrollRefusal{EnrollRefusalCode::kToken, "no"}};
}

}  // namespace

TEST_CASE("enroll message: every message survives encoding, and its prefixes need more",
          "[mesh][enroll]") {
  for (const EnrollMessage& message : samples()) {
    const auto bytes = encode(message);
    const auto decoded = decode_enroll(bytes);
    REQUIRE(decoded.ok());
    REQUIRE(decoded->message == message);
    REQUIRE(decoded->bytes == bytes.size());
    for (size_t cut = 0; cut < bytes.size(); ++cut)
      REQUIRE(decode_enroll(std::span(bytes).first(cut)).need_more());
  }
}

TEST_CASE("enroll message: what is beyond its limit is not encoded", "[mesh][enroll]") {
  JoinRequest join{{}, {}, std::string(64, 'x'), kSmall};
  REQUIRE(encode(join).empty());
  REQUIRE(encode(RenewRequest{Der(kMaxRequestDer + 1)}).empty());
  REQUIRE(encode(RenewRequest{}).empty());
  REQUIRE(encode(Issued{std::vector<Der>(5, kSmall), {kSmall}, {}}).empty());
  REQUIRE(encode(Issued{{kSmall}, {}, {}}).empty());
  const Der large(kMaxCertificateDer, 7);
  const std::vector<Der> full(kMaxCertificates, large);
  REQUIRE(encode(Issued{full, full, full}).size() == kMaxEnrollFrame);
}

TEST_CASE("enroll message: bad version, type, length and value are faults at their place",
          "[mesh][enroll]") {
  auto bytes = encode(samples().back());
  const auto fault_with = [&](size_t at, uint8_t value) {
    auto changed = bytes;
    changed[at] = value;
    const auto decoded = decode_enroll(changed);
    REQUIRE(decoded.faulty());
    return decoded.fault().offset;
  };
  REQUIRE(fault_with(0, 9) == 0);
  REQUIRE(fault_with(1, 0) == 1);
  REQUIRE(fault_with(1, 9) == 1);
  REQUIRE(fault_with(2, 0xff) == 2);
  REQUIRE(fault_with(kEnrollHeader, 0) == kEnrollHeader);  // code 0 is no code
  REQUIRE(fault_with(kEnrollHeader + 1, 1) == 2);          // a byte is left over
  REQUIRE(to_string(EnrollRefusalCode::kInternal) == "internal error");
}

}  // namespace bulkhead::mesh
