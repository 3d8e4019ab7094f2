// SPDX-License-Identifier: Apache-2.0
// Break-glass records in the image, what the verifier finds wrong with them, and the versions of
// the layout.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/conditions.h"
#include "image/verifier.h"
#include "image/versions.h"
#include "image/view.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

const PrivateKey kKey{9};

std::string yaml(bool with_glass) {
  std::string out = R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-1, port: zone1, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }
relationships:
  - { name: pings, from: hmi, to: plc, icmp: { echo: true } }
)";
  if (!with_glass) return out;
  return out + "approvers:\n  - { name: a, key: \"ed25519:" + std::string(64, '1') +
         "\" }\n  - { name: b, key: \"ed25519:" + std::string(64, '2') +
         "\" }\nbreak_glass:\n  - { name: emergency, on: hmi, to: plc, udp: { ports: [22] }, for: "
         "1h, "
         "approvers: [b, a] }\n";
}

std::vector<uint8_t> compiled(bool with_glass) {
  const auto loaded = policy::load_yaml(yaml(with_glass), "t.yaml");
  REQUIRE(loaded.ok());
  auto bytes = compile(loaded.policy, {"gw-1", 5, 77});
  REQUIRE(bytes.ok());
  REQUIRE(sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

std::string refusal(const std::vector<uint8_t>& bytes) {
  const auto status = verify(bytes, {*public_key_of(kKey), "gw-1"});
  return status.ok() ? "" : status.error().sentence;
}

ImageHeader& header(std::vector<uint8_t>& bytes) {
  return *reinterpret_cast<ImageHeader*>(bytes.data());
}

BreakGlassRecord& glass(std::vector<uint8_t>& bytes) {
  const auto& ref = header(bytes).sections[static_cast<size_t>(SectionId::kBreakGlass)];
  return *reinterpret_cast<BreakGlassRecord*>(bytes.data() + ref.offset);
}

std::string refusal_after(void (*change)(std::vector<uint8_t>&)) {
  auto bytes = compiled(true);
  change(bytes);
  REQUIRE(sign(bytes, kKey).ok());
  return refusal(bytes);
}

bool opens_22(const ImageView& view, int64_t wall_ns) {
  return view.decide_flow(IdentityIndex(0), IdentityIndex(1), 17, 22, wall_ns).allowed;
}

}  // namespace

TEST_CASE("image: a policy without break-glass is of the version that earlier releases read",
          "[image][versions]") {
  auto plain = compiled(false), with = compiled(true);
  CHECK(header(plain).layout_version == 2);
  CHECK(header(plain).header_size == 328);
  CHECK(header(with).layout_version == 3);
  CHECK(header(with).header_size == 360);
  CHECK(refusal(plain).empty());
  CHECK(refusal(with).empty());
}

TEST_CASE("image: an image of the version before works as it did", "[image][versions]") {
  const auto bytes = compiled(false);
  const ImageView view(bytes);
  CHECK(view.decide_flow(IdentityIndex(0), IdentityIndex(1), 1, 0, 0).allowed);
  CHECK(view.sections().break_glass.empty());
  CHECK(view.sections().approvers.empty());
}

TEST_CASE("image: a version that does not fit its header is refused", "[image][versions]") {
  auto bytes = compiled(true);
  header(bytes).layout_version = 2;
  CHECK(refusal(bytes).find("header size is 360, expected 328") != std::string::npos);
  bytes = compiled(false);
  header(bytes).layout_version = 3;
  CHECK(refusal(bytes).find("header size is 328, expected 360") != std::string::npos);
  header(bytes).layout_version = 1;
  CHECK(refusal(bytes).find("layout version is 1, expected 2 to 8") != std::string::npos);
}

TEST_CASE("image: a break-glass grant is closed, and open as long as the conditions say",
          "[image]") {
  const auto bytes = compiled(true);
  ImageView view(bytes);
  CHECK_FALSE(opens_22(view, 100));
  Conditions conditions;
  conditions.opened = {{0, 200}};
  conditions.locked_identities.set(1);
  view.obey(&conditions);
  CHECK(opens_22(view, 199));
  CHECK_FALSE(opens_22(view, 200));
  CHECK(view.related(IdentityIndex(1), IdentityIndex(0), 199));
  CHECK_FALSE(view.related(IdentityIndex(1), IdentityIndex(0), 200));
}

TEST_CASE("image: the verifier finds each broken break-glass record though the signature fits",
          "[image][verifier]") {
  using Bytes = std::vector<uint8_t>;
  CHECK(refusal_after([](Bytes& b) { glass(b).relationship = 1; }).find("another's") !=
        std::string::npos);
  CHECK(refusal_after([](Bytes& b) { glass(b).relationship = 7; }).find("another's") !=
        std::string::npos);
  CHECK(refusal_after([](Bytes& b) { glass(b).longest_s = 0; }).find("time is out of range") !=
        std::string::npos);
  CHECK(refusal_after([](Bytes& b) { glass(b).longest_s = 86'401; }).find("time is out of range") !=
        std::string::npos);
  CHECK(refusal_after([](Bytes& b) { glass(b).approvers.count = 1; }).find("too few") !=
        std::string::npos);
  CHECK(refusal_after([](Bytes& b) { glass(b).approvers.first = 99; }).find("out of range") !=
        std::string::npos);
}

}  // namespace bulkhead::image
