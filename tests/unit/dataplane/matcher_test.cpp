// SPDX-License-Identifier: Apache-2.0
#include "matcher.h"

#include <catch2/catch.hpp>

#include "conversation.h"
#include "image/compile.h"
#include "image/view.h"
#include "policy/yaml.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;

namespace {

std::vector<uint8_t> image_of(const std::string& extra = "") {
  const auto loaded = policy::load_yaml(test::plant() + extra, "t.yaml");
  REQUIRE(loaded.ok());
  auto image = image::compile(loaded.policy, {"gw-a", 1, 0});
  REQUIRE(image.ok());
  return std::move(*image);
}

}  // namespace

TEST_CASE("matcher: the same patterns are loaded once", "[matcher]") {
  const auto one = image_of(), two = image_of("never:\n  - { name: v, from: hmi, to: stranger }\n");
  const auto first = Matcher::load(image::ImageView(one).sections(), 2, nullptr);
  REQUIRE(first.ok());
  REQUIRE(*first != nullptr);
  CHECK(*Matcher::load(image::ImageView(two).sections(), 2, *first) == *first);
  const auto other = Matcher::load(image::ImageView(two).sections(), 3, *first);
  CHECK(*other != *first);
  CHECK((*other)->serial() != (*first)->serial());
}

TEST_CASE("matcher: a database that does not load is refused with its reason", "[matcher]") {
  auto image = image_of();
  const auto bytes = image::ImageView(image).sections().database_bytes;
  image[static_cast<size_t>(bytes.data() - image.data()) + bytes.size() / 2] ^= 1;
  const auto refused = Matcher::load(image::ImageView(image).sections(), 1, nullptr);
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().sentence, Catch::Contains("bytes are damaged"));
}
