// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

#include <catch2/catch.hpp>

namespace bulkhead::identity {

TEST_CASE("digest: text and bytes convert both ways", "[identity]") {
  CertificateDigest digest;
  for (size_t i = 0; i < kDigestBytes; ++i) digest.bytes[i] = static_cast<uint8_t>(i * 9);
  const auto parsed = parse_digest(to_string(digest));
  REQUIRE(parsed.ok());
  REQUIRE(*parsed == digest.bytes);
}

TEST_CASE("digest: wrong length, upper case and other letters are refused", "[identity]") {
  REQUIRE_FALSE(parse_digest("").ok());
  REQUIRE_FALSE(parse_digest(std::string(63, '0')).ok());
  REQUIRE_FALSE(parse_digest(std::string(65, '0')).ok());
  REQUIRE_FALSE(parse_digest(std::string(63, '0') + "A").ok());
  REQUIRE_FALSE(parse_digest(std::string(63, '0') + "g").ok());
}

}  // namespace bulkhead::identity
