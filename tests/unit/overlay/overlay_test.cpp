// SPDX-License-Identifier: Apache-2.0
// Overlays as bytes, under a signature, and as indices of an image.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/layout.h"
#include "overlay/codec.h"
#include "overlay/resolve.h"
#include "overlay/seal.h"
#include "policy/yaml.h"

namespace bulkhead::overlay {
namespace {

const image::PrivateKey kKey{9};
const image::PrivateKey kStranger{8};

image::Expectation expect(std::string_view gateway = "gw-1") {
  return {*image::public_key_of(kKey), gateway};
}

Overlay sample() {
  Overlay out;
  out.number = 7;
  out.created_wall_ns = 77;
  out.gateway = "gw-1";
  out.locks = {{LockTarget::kIdentity, "plc"},
               {LockTarget::kRelationship, "visit"},
               {LockTarget::kGateway, "gw-2"}};
  out.islands = {{"cell-3", "", {"hmi", "plc"}}, {"site", "gw-1", {}}};
  out.facts = {{"hmi", "healthy", 200}, {"hmi", "patched", 100}};
  return out;
}

std::string refusal(const Overlay& overlay) {
  const auto bytes = encode(overlay);
  return bytes.ok() ? "" : bytes.error().sentence;
}

TEST_CASE("overlay: what is encoded comes back", "[overlay]") {
  for (const auto& overlay : {sample(), Overlay{1, 0, "gw-1", {}, {}, {}}}) {
    const auto bytes = encode(overlay);
    REQUIRE(bytes.ok());
    const auto back = decode(*bytes);
    REQUIRE(back.ok());
    CHECK(*back == overlay);
  }
}

TEST_CASE("overlay: every truncation and every byte behind the end is a fault", "[overlay]") {
  auto bytes = *encode(sample());
  for (size_t n = 0; n < bytes.size(); ++n) CHECK(decode(std::span(bytes).first(n)).faulty());
  bytes.push_back(0);
  CHECK(decode(bytes).faulty());
}

TEST_CASE("overlay: a list that claims more than there is, or than may be, is a fault",
          "[overlay]") {
  Overlay empty{1, 0, "gw-1", {}, {}, {}};
  auto bytes = *encode(empty);
  const size_t locks = 8 + 8 + 8 + 1 + 4;
  for (const uint8_t high : {uint8_t{0}, uint8_t{1}, uint8_t{0xff}}) {
    bytes[locks + 1] = high;
    bytes[locks + 3] = 9;
    CHECK(decode(bytes).faulty());
  }
}

TEST_CASE("overlay: normalising sorts, drops doubles and keeps the later fact", "[overlay]") {
  Overlay overlay{1, 0, "gw-1", {}, {}, {}};
  overlay.locks = {
      {LockTarget::kIdentity, "b"}, {LockTarget::kIdentity, "a"}, {LockTarget::kIdentity, "b"}};
  overlay.facts = {{"hmi", "patched", 300}, {"hmi", "patched", 100}, {"a", "patched", 1}};
  normalise(overlay);
  CHECK(overlay.locks.size() == 2);
  CHECK(overlay.facts == std::vector<PostureFact>{{"a", "patched", 1}, {"hmi", "patched", 300}});
  CHECK(refusal(overlay).empty());
}

TEST_CASE("overlay: what is out of bounds or order is refused and named", "[overlay]") {
  const auto broken = [](auto&& break_it) {
    auto overlay = sample();
    break_it(overlay);
    return refusal(overlay);
  };
  CHECK(broken([](auto& o) { o.number = 0; }) == "overlay: number is zero");
  CHECK(broken([](auto& o) { o.gateway.clear(); }).find("gateway is malformed") !=
        std::string::npos);
  CHECK(broken([](auto& o) { std::swap(o.locks[0], o.locks[1]); }) ==
        "overlay: locks are not in order");
  CHECK(broken([](auto& o) {
          o.locks[0].target = LockTarget::kUnspecified;
        }).find("unknown target") != std::string::npos);
  CHECK(broken([](auto& o) { o.locks[0].name = "two words"; }).find("malformed") !=
        std::string::npos);
  CHECK(broken([](auto& o) { o.islands[1].members = {"hmi"}; }).find("at once") !=
        std::string::npos);
  CHECK(broken([](auto& o) { o.facts[1].attribute = "healthy"; }) ==
        "overlay: facts are not in order");
  CHECK(broken([](auto& o) { o.islands.resize(kMaxIslands + 1); }).find("more than 256 islands") !=
        std::string::npos);
}

TEST_CASE("overlay: a sealed one is believed only whole, from the signer, for this gateway",
          "[overlay]") {
  const auto bytes = *seal(sample(), kKey);
  REQUIRE(unseal(bytes, expect()).ok());
  CHECK(*unseal(bytes, expect()) == sample());
  for (const size_t at : {size_t{9}, bytes.size() / 2, bytes.size() - 1}) {
    auto changed = bytes;
    changed[at] ^= 1;
    CHECK(unseal(changed, expect()).error().sentence.find("signature does not fit") !=
          std::string::npos);
  }
  CHECK_FALSE(unseal(*seal(sample(), kStranger), expect()).ok());
  CHECK(unseal(bytes, expect("gw-2")).error().sentence ==
        "overlay: made for gateway 'gw-1', this is 'gw-2'");
  CHECK_FALSE(unseal({}, expect()).ok());
}

TEST_CASE("overlay: a signature over the bare encoding, as an image's is, does not count",
          "[overlay]") {
  auto bytes = *encode(sample());
  bytes.resize(std::max<size_t>(bytes.size(), sizeof(image::ImageHeader)) + image::kSignatureBytes);
  REQUIRE(image::sign(bytes, kKey).ok());
  CHECK(unseal(bytes, expect()).error().sentence.find("signature does not fit") !=
        std::string::npos);
}

struct Compiled {
  std::vector<uint8_t> bytes;
  image::ImageView view;
  std::shared_ptr<const image::Conditions> conditions;

  void obey(const Overlay& overlay) {
    conditions = resolve(overlay, view);
    view.obey(conditions.get());
  }
  [[nodiscard]] image::FlowDecision ping(const char* from, const char* to, int64_t now = 0) const {
    return view.decide_flow(view.identity_by_ip(*parse_ip(from)),
                            view.identity_by_ip(*parse_ip(to)), 1, 0, now);
  }
};

Compiled plant(const std::string& when = "") {
  const auto loaded = policy::load_yaml(R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 }, labels: { role: hmi } }
  - { name: plc, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:02', ip: 10.0.0.2 }, labels: { role: plc } }
  - { name: far, bind: { gateway: gw-2, port: zone0, mac: '02:00:00:00:00:03', ip: 10.0.0.3 }, labels: { role: plc } }
relationships:
  - { name: ping, from: hmi, to: { role: plc }, icmp: { echo: true })" +
                                            when + " }\n",
                                        "t.yaml");
  REQUIRE(loaded.ok());
  Compiled out;
  out.bytes = *image::compile(loaded.policy, {"gw-1", 1, 0});
  out.view = image::ImageView(out.bytes);
  return out;
}

Overlay with_locks(std::vector<Lock> locks) {
  return {1, 0, "gw-1", std::move(locks), {}, {}};
}

TEST_CASE("overlay: locks by identity, relationship and gateway, and no more than that",
          "[overlay]") {
  auto image = plant();
  CHECK(image.ping("10.0.0.1", "10.0.0.2").allowed);
  image.obey(with_locks({{LockTarget::kIdentity, "plc"}}));
  CHECK(image.ping("10.0.0.1", "10.0.0.2").refusal == image::Refusal::kLocked);
  CHECK(image.ping("10.0.0.1", "10.0.0.3").allowed);
  image.obey(with_locks({{LockTarget::kGateway, "gw-2"}}));
  CHECK(image.ping("10.0.0.1", "10.0.0.2").allowed);
  CHECK(image.ping("10.0.0.1", "10.0.0.3").refusal == image::Refusal::kLocked);
  image.obey(with_locks({{LockTarget::kRelationship, "ping"}}));
  CHECK(image.ping("10.0.0.1", "10.0.0.2").refusal == image::Refusal::kLocked);
  image.obey(with_locks({{LockTarget::kIdentity, "ping"},
                         {LockTarget::kRelationship, "plc"},
                         {LockTarget::kGateway, "gw-9"}}));
  CHECK(image.ping("10.0.0.1", "10.0.0.2").allowed);
}

TEST_CASE("overlay: on an island one speaks only with those on the same islands", "[overlay]") {
  auto image = plant();
  image.obey({1, 0, "gw-1", {}, {{"cell", "", {"hmi", "plc", "unheard-of"}}}, {}});
  CHECK(image.ping("10.0.0.1", "10.0.0.2").allowed);
  CHECK(image.ping("10.0.0.1", "10.0.0.3").refusal == image::Refusal::kIsland);
  image.obey({1, 0, "gw-1", {}, {{"site", "gw-2", {}}}, {}});
  CHECK(image.ping("10.0.0.1", "10.0.0.2").allowed);
  CHECK(image.ping("10.0.0.1", "10.0.0.3").refusal == image::Refusal::kIsland);
  image.obey({1, 0, "gw-1", {}, {{"cell", "", {"hmi", "plc"}}, {"x", "", {"hmi"}}}, {}});
  CHECK(image.ping("10.0.0.1", "10.0.0.2").refusal == image::Refusal::kIsland);
}

TEST_CASE("overlay: posture that is unknown, of another or stale is false, and its end a boundary",
          "[overlay]") {
  auto image = plant(", when: { posture: [patched, healthy] }");
  CHECK(image.ping("10.0.0.1", "10.0.0.2").refusal == image::Refusal::kPosture);
  image.obey({1, 0, "gw-1", {}, {}, {{"hmi", "patched", 100}, {"plc", "healthy", 100}}});
  CHECK(image.ping("10.0.0.1", "10.0.0.2").refusal == image::Refusal::kPosture);
  image.obey({1, 0, "gw-1", {}, {}, {{"hmi", "healthy", 200}, {"hmi", "patched", 100}}});
  const auto held = image.ping("10.0.0.1", "10.0.0.2", 50);
  CHECK(held.allowed);
  CHECK(held.boundary_wall_ns == 100);
  CHECK(image.ping("10.0.0.1", "10.0.0.2", 100).refusal == image::Refusal::kPosture);
}

TEST_CASE("overlay: without an image there is nothing to resolve", "[overlay]") {
  const auto conditions = resolve(sample(), image::ImageView{});
  REQUIRE(conditions != nullptr);
  CHECK_FALSE(conditions->locked(0, 1));
  CHECK_FALSE(conditions->apart(0, 1));
}

}  // namespace
}  // namespace bulkhead::overlay
