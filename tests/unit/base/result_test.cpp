// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <memory>

#include "base/byte_order.h"
#include "base/static_vector.h"
#include "base/strong_id.h"

using namespace bulkhead;

TEST_CASE("result: a value, is held and moved out", "[base][result]") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  REQUIRE(result.ok());
  CHECK(**result == 7);
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 7);
}

TEST_CASE("result: an error, keeps its code and gains context", "[base][result]") {
  const Result<int> result = Error{ErrorCode::kConflict, "generation is 4"};
  REQUIRE_FALSE(result.ok());
  const Error error = Error(result.error()).within("policy");
  CHECK(error.code == ErrorCode::kConflict);
  CHECK(error.sentence == "policy: generation is 4");
  const Status good;
  CHECK(good.ok());
  CHECK(to_string(ErrorCode::kExhausted) == "exhausted");
}

TEST_CASE("result: io_error, says what failed and why", "[base][result]") {
  errno = ENOENT;
  const Error error = io_error("open /x");
  CHECK(error.code == ErrorCode::kIo);
  CHECK(error.sentence == "open /x: No such file or directory");
}

TEST_CASE("static vector: full, refuses one more and keeps what it has", "[base][static_vector]") {
  StaticVector<int, 2> items;
  CHECK(items.empty());
  CHECK(items.push_back(1));
  CHECK(items.push_back(2));
  CHECK(items.full());
  CHECK_FALSE(items.push_back(3));
  CHECK(items.size() == 2);
  CHECK(items[1] == 2);
  items.clear();
  CHECK(items.begin() == items.end());
}

TEST_CASE("strong id: unset, is not valid and equals only itself", "[base][strong_id]") {
  CHECK_FALSE(IdentityIndex{}.valid());
  CHECK(IdentityIndex{0}.valid());
  CHECK(IdentityIndex{3} == IdentityIndex{3});
  CHECK(IdentityIndex{3} < IdentityIndex{4});
}

TEST_CASE("byte order: loads and stores at odd places, are big endian", "[base][byte_order]") {
  uint8_t bytes[9] = {};
  store_be<uint32_t>(bytes + 1, 0x01020304);
  CHECK(bytes[1] == 1);
  CHECK(bytes[4] == 4);
  CHECK(load_be<uint32_t>(bytes + 1) == 0x01020304);
  CHECK(load_be<uint16_t>(bytes + 2) == 0x0203);
  CHECK(be32{0x01020304}.host() == 0x01020304);
}
