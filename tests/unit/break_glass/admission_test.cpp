// SPDX-License-Identifier: Apache-2.0
// Whom an image lets open what: two of its approvers, here, not for too long.
#include "break_glass/admission.h"

#include "plant.h"

namespace bulkhead::break_glass {
namespace {

using Catch::Matchers::Contains;

std::string denied(const OpeningRequest& request, int64_t now = kNow,
                   const std::vector<uint8_t>& image = plant_image()) {
  const auto admitted = admit(request, image::ImageView(image), now);
  return admitted.ok() ? "" : admitted.error().sentence;
}

TEST_CASE("break-glass: two approvers open the grant, for as long as they signed for",
          "[break_glass]") {
  const auto image = plant_image();
  const auto admitted = admit(signed_by_two(kNow + kHour), image::ImageView(image), kNow);
  REQUIRE(admitted.ok());
  CHECK(admitted->approvers == std::vector<std::string>{"ito", "keller"});
  CHECK(image::ImageView(image).name_of(RelationshipIndex(admitted->relationship)) == "emergency");
}

TEST_CASE("break-glass: one approver is not enough, nor one with a stranger", "[break_glass]") {
  auto request = request_for(kNow + kHour);
  CHECK_THAT(denied(request), Contains("no signature is one of theirs"));
  REQUIRE(sign(request, "keller", kKeller).ok());
  CHECK_THAT(denied(request), Contains("only the signature of keller"));
  REQUIRE(sign(request, "mallory", kStranger).ok());
  CHECK_THAT(denied(request), Contains("only the signature of keller"));
  REQUIRE(sign(request, "ito", kStranger).ok());  // the name alone does not count
  CHECK_THAT(denied(request), Contains("only the signature of keller"));
}

TEST_CASE("break-glass: what was signed cannot be changed afterwards", "[break_glass]") {
  for (auto change :
       {+[](Statement& s) { s.until_wall_ns += 1; }, +[](Statement& s) { s.reason = "another"; },
        +[](Statement& s) { s.gateways = {"gw-a"}; }, +[](Statement& s) { s.nonce[0] ^= 1; }}) {
    auto request = signed_by_two(kNow + kHour);
    change(request.statement);
    CHECK_THAT(denied(request), Contains("no signature is one of theirs"));
  }
}

TEST_CASE("break-glass: not longer than the grant says, and not when it is over", "[break_glass]") {
  CHECK(denied(signed_by_two(kNow + 2 * kHour)).empty());
  CHECK_THAT(denied(signed_by_two(kNow + 2 * kHour + 1)), Contains("7200 s at most"));
  CHECK_THAT(denied(signed_by_two(kNow)), Contains("is over"));
  CHECK_THAT(denied(signed_by_two(INT64_MIN)), Contains("is over"));
}

TEST_CASE("break-glass: only for the gateways and the grant that were signed for",
          "[break_glass]") {
  CHECK_THAT(denied(signed_by_two(kNow + kHour), kNow, plant_image(plant_yaml(), "gw-c")),
             Contains("other gateways than gw-c"));
  auto request = request_for(kNow + kHour);
  request.statement.grant = "other";
  REQUIRE(sign(request, "keller", kKeller).ok());
  REQUIRE(sign(request, "ito", kIto).ok());
  CHECK_THAT(denied(request), Contains("no break-glass grant 'other'"));
}

TEST_CASE("break-glass: who is no approver of the grant does not count, whatever the policy knows",
          "[break_glass]") {
  const auto image = plant_image(plant_yaml("[keller, weber]"));
  CHECK_THAT(denied(signed_by_two(kNow + kHour), kNow, image),
             Contains("only the signature of keller"));
}

TEST_CASE("break-glass: once admitted, its length is not looked at again, its signatures are",
          "[break_glass]") {
  const auto image = plant_image(), other = plant_image(plant_yaml("[keller, weber]"));
  const auto request = signed_by_two(kNow + kHour);
  CHECK(still_admitted(request, image::ImageView(image)).ok());
  CHECK_FALSE(still_admitted(request, image::ImageView(other)).ok());
}

}  // namespace
}  // namespace bulkhead::break_glass
