// SPDX-License-Identifier: Apache-2.0
// The form of a fleet's version: what comes back from its bytes, and what is refused.
#include "fleet/version.h"

#include <catch2/catch.hpp>

#include "fleet/codec.h"

namespace bulkhead::fleet {
namespace {

using Catch::Matchers::Contains;

Version a_version() {
  Version out;
  out.number = 9;
  out.at_wall_ns = 1'700'000'000'000'000'000;
  out.gateway = "gw-a";
  out.author = "alice";
  out.authentication = "certificate spiffe://bulkhead/role/engineer/alice";
  out.action = "policy.apply";
  out.comment = "line 3";
  out.text.fill(7);
  out.text_bytes = 4711;
  out.grants = {{"chg-1", "name: chg-1\n", "bob", 1, 2}, {"chg-2", "name: chg-2\n", "bob", 1, 2}};
  out.trial = Trial{8, 60'000'000'000, 1'700'000'060'000'000'000};
  return out;
}

SignedStatement a_signed() {
  return {*encode(a_version()), {{1, 2, 3}, {4, 5}}, {9, 9, 9}};
}

std::string refusal(const Version& version) {
  const Status status = check(version);
  return status.ok() ? "" : status.error().sentence;
}

template <typename Parse>
void only_whole(std::vector<uint8_t> bytes, const Parse& parse) {
  REQUIRE(parse(bytes).ok());
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(parse(std::span<const uint8_t>(bytes).first(size)).ok());
  bytes.push_back(0);
  CHECK_FALSE(parse(bytes).ok());
  bytes.pop_back();
  bytes[7] ^= 1;
  CHECK_FALSE(parse(bytes).ok());
}

}  // namespace

TEST_CASE("fleet: a version and its signed form come back from their bytes", "[fleet]") {
  const auto version = decode_version(*encode(a_version()));
  REQUIRE(version.ok());
  CHECK(*version == a_version());
  const auto sealed = decode_signed(*encode(a_signed()));
  REQUIRE(sealed.ok());
  CHECK(*sealed == a_signed());
  Version confirmed = a_version();
  confirmed.trial.reset();
  confirmed.confirmed = true;
  CHECK(*decode_version(*encode(confirmed)) == confirmed);
}

TEST_CASE("fleet: bytes that are cut, longer or of another kind are a fault", "[fleet]") {
  only_whole(*encode(a_version()), [](auto bytes) { return decode_version(bytes); });
  only_whole(*encode(a_signed()), [](auto bytes) { return decode_signed(bytes); });
}

TEST_CASE("fleet: a version out of form is refused with what is wrong", "[fleet]") {
  Version version = a_version();
  version.number = 0;
  CHECK_THAT(refusal(version), Contains("number"));
  version = a_version();
  version.trial->former = 9;
  CHECK_THAT(refusal(version), Contains("way back"));
  version = a_version();
  version.confirmed = true;
  CHECK_THAT(refusal(version), Contains("on trial and confirmed"));
  version = a_version();
  std::swap(version.grants[0], version.grants[1]);
  CHECK_THAT(refusal(version), Contains("order"));
  version.grants[1] = version.grants[0];
  CHECK_THAT(refusal(version), Contains("each once"));
  version = a_version();
  version.comment = "one\ntwo";
  CHECK_THAT(refusal(version), Contains("comment has control characters"));
  version.comment.assign(kMaxComment + 1, 'x');
  CHECK_THAT(refusal(version), Contains("longer than"));
}

TEST_CASE("fleet: grants that are too large together are refused, not cut", "[fleet]") {
  Version version = a_version();
  version.grants.clear();
  for (int i = 10; i < 30; ++i)
    version.grants.push_back(
        {"chg-" + std::to_string(i), std::string(kMaxGrantYaml, ' '), "", 0, 0});
  const auto bytes = encode(version);
  REQUIRE_FALSE(bytes.ok());
  CHECK(bytes.error().code == ErrorCode::kExhausted);
}

TEST_CASE("fleet: what is signed is no other message of Bulkhead", "[fleet]") {
  const std::vector<uint8_t> statement{1, 2};
  const auto message = message_of(kVersionContext, statement);
  CHECK(std::string(message.begin(), message.end() - 3) == "bulkhead fleet version 1");
  CHECK(message[message.size() - 3] == 0);
}

}  // namespace bulkhead::fleet
