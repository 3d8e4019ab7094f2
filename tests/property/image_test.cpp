// SPDX-License-Identifier: Apache-2.0
// The verifier accepts what the compiler made and nothing else; what it accepts can be walked.
#include <algorithm>
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image_walk.h"
#include "laws.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using image::verify;
using test::Dice;

const image::PrivateKey kKey{1, 2, 3, 4};

image::Expectation expectation() {
  auto key = image::public_key_of(kKey);
  REQUIRE(key.ok());
  return {*key, test::kGateway};
}

std::vector<uint8_t> signed_image(const policy::Policy& policy) {
  auto bytes = image::compile(policy, {test::kGateway, 3, 1'000});
  REQUIRE(bytes.ok());
  REQUIRE(image::sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

policy::Policy policy_from(const std::vector<uint8_t>& tape) {
  Dice dice(tape);
  return test::random_policy(dice);
}

std::vector<uint8_t> small_image() {
  return signed_image(policy_from({}));
}

void flip(std::vector<uint8_t>& bytes, size_t bit) {
  bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
}

TEST_CASE("image: compiler output of any policy is accepted", "[image][property]") {
  const auto expected = expectation();
  REQUIRE(test::holds("accepted", 200, 400, [&](const auto& tape, uint64_t) {
    const auto bytes = signed_image(policy_from(tape));
    const auto status = verify(bytes, expected);
    if (!status) RC_FAIL(status.error().sentence);
    test::walk(image::ImageView(bytes));
  }));
}

TEST_CASE("image: every flipped bit of a small image is refused", "[image][property]") {
  auto bytes = small_image();
  const auto expected = expectation();
  REQUIRE(verify(bytes, expected).ok());
  size_t accepted = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    flip(bytes, bit);
    accepted += verify(bytes, expected).ok() ? 1 : 0;
    flip(bytes, bit);
  }
  REQUIRE(accepted == 0);
  REQUIRE(verify(bytes, expected).ok());
}

TEST_CASE("image: a flipped bit of a larger image is refused", "[image][property]") {
  const auto expected = expectation();
  REQUIRE(test::holds("flips", 100, 400, [&](const auto& tape, uint64_t seed) {
    auto bytes = signed_image(policy_from(tape));
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20; ++i) {
      const size_t bit = random() % (bytes.size() * 8);
      flip(bytes, bit);
      RC_ASSERT(!verify(bytes, expected).ok());
      flip(bytes, bit);
    }
  }));
}

TEST_CASE("image: every truncation is refused", "[image][property]") {
  const auto bytes = small_image();
  const auto expected = expectation();
  for (size_t length = 0; length < bytes.size(); ++length)
    REQUIRE_FALSE(verify(std::span(bytes).first(length), expected).ok());
}

TEST_CASE("image: bytes after the end are refused", "[image]") {
  auto bytes = small_image();
  const auto expected = expectation();
  for (const size_t extra : {1, 63, 64, 4096}) {
    auto longer = bytes;
    longer.resize(bytes.size() + extra);
    REQUIRE_FALSE(verify(longer, expected).ok());
  }
}

TEST_CASE("image: a corrupt image signed again is refused or can be walked", "[image][property]") {
  const auto expected = expectation();
  REQUIRE(test::holds("signed again", 100, 400, [&](const auto& tape, uint64_t seed) {
    const auto good = signed_image(policy_from(tape));
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20; ++i) {
      auto bytes = good;
      for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips)
        flip(bytes, random() % ((bytes.size() - image::kSignatureBytes) * 8));
      RC_ASSERT(image::sign(bytes, kKey).ok());
      if (verify(bytes, expected).ok()) test::walk(image::ImageView(bytes));
    }
  }));
}

}  // namespace
}  // namespace bulkhead
