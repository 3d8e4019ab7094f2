// SPDX-License-Identifier: Apache-2.0
// The form of a request: what comes back from its bytes, and what is refused.
#include "break_glass/statement.h"

#include "break_glass/codec.h"
#include "plant.h"

namespace bulkhead::break_glass {
namespace {

using Catch::Matchers::Contains;

std::string refusal(const OpeningRequest& request) {
  const Status status = check(request);
  return status.ok() ? "" : status.error().sentence;
}

TEST_CASE("break-glass: a request comes back from its bytes", "[break_glass]") {
  const auto request = signed_by_two(kNow + kHour);
  const auto bytes = encode(request);
  REQUIRE(bytes.ok());
  const auto again = decode(*bytes);
  REQUIRE(again.ok());
  CHECK(*again == request);
}

TEST_CASE("break-glass: bytes that are cut, longer or changed are a fault, or another request",
          "[break_glass]") {
  auto bytes = *encode(signed_by_two(kNow + kHour));
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode(std::span<const uint8_t>(bytes).first(size)).ok());
  bytes.push_back(0);
  CHECK_FALSE(decode(bytes).ok());
  bytes.pop_back();
  bytes[0] ^= 1;
  CHECK_FALSE(decode(bytes).ok());
}

TEST_CASE("break-glass: nobody signs twice", "[break_glass]") {
  auto request = request_for(kNow + kHour);
  REQUIRE(sign(request, "keller", kKeller).ok());
  const Status again = sign(request, "keller", kKeller);
  REQUIRE_FALSE(again.ok());
  CHECK_THAT(again.error().sentence, Contains("another person"));
}

TEST_CASE("break-glass: a malformed statement is refused with what is wrong", "[break_glass]") {
  auto request = request_for(kNow);
  request.statement.reason = "line\nfeed";
  CHECK_THAT(refusal(request), Contains("reason"));
  request = request_for(kNow);
  request.statement.gateways = {"gw-b", "gw-a"};
  CHECK_THAT(refusal(request), Contains("order"));
  request.statement.gateways.clear();
  CHECK_THAT(refusal(request), Contains("no gateway"));
  request = request_for(kNow);
  request.statement.grant = "";
  CHECK_THAT(refusal(request), Contains("no grant"));
}

}  // namespace
}  // namespace bulkhead::break_glass
